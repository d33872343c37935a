import type { Place } from '@gatecast/api-client';
import type { StatusReason } from '@gatecast/contracts';
import { agoText } from './time.js';

/** Why a place is not in step, in words. */
export interface Explanation {
  /** What the gateway does instead, to be read after its name: `lacks Reading List`. */
  readonly what: string;
  /** Whole sentences. */
  readonly why: string;
  /** `failed`: nothing more happens by itself. `waiting`: it goes on when the gateway is back. `underway`: it goes on now. */
  readonly outlook: 'failed' | 'waiting' | 'underway';
}

const refusals: Readonly<Record<StatusReason, string>> = {
  DEPLOYMENT_TIMEOUT: 'It was told, and did not answer in time. See whether it is healthy, then restore to tell it again.',
  GATEWAY_PROCESSING_ERROR:
    'It refused: it could not process this deployment. Its own log says what is wrong; correct the artifact and deploy it again.',
  DEPLOYMENT_ID_MISMATCH: 'It refused: it holds another deployment than the one that was named. Deploy again to settle it.',
};

/** Returns a refusal's reason in whole sentences. */
export function reasonText(reason: StatusReason): string {
  return refusals[reason] ?? reason;
}

const shortReasons: Readonly<Record<StatusReason, string>> = {
  DEPLOYMENT_TIMEOUT: 'no answer in time',
  GATEWAY_PROCESSING_ERROR: 'could not process it',
  DEPLOYMENT_ID_MISMATCH: 'holds another deployment',
};

/** Returns a refusal's reason in a few words. */
export function shortReasonText(reason: StatusReason): string {
  return shortReasons[reason] ?? reason;
}

/** Returns what a place that is not in step lacks, and why. */
export function explain(place: Place): Explanation {
  return { what: whatOf(place), ...whyOf(place) };
}

function whatOf({ artifact, desired, actual }: Place): string {
  if (desired.state === 'UNDEPLOYED') return `still serves ${artifact.displayName}`;
  if (actual?.state === 'DEPLOYED') return `serves an earlier deployment of ${artifact.displayName}`;
  return `lacks ${artifact.displayName}`;
}

function whyOf(place: Place): Pick<Explanation, 'why' | 'outlook'> {
  const { status, statusReason, gateway, desired, writtenAt, confirmedAt } = place;
  const decided = `It was ${desired.state === 'DEPLOYED' ? 'deployed' : 'undeployed'} ${agoText(desired.since)}`;
  if (status === 'FAILED') {
    const why = statusReason ? reasonText(statusReason) : 'It refused, without a reason.';
    return { outlook: 'failed', why: gateway.isConnected ? why : `${why} It is not connected now.` };
  }
  if (!gateway.isConnected) {
    return { outlook: 'waiting', why: `${decided}; the gateway is not connected. It is told as soon as it is back.` };
  }
  if (status === 'DEPLOYED' || status === 'UNDEPLOYED') {
    return { outlook: 'underway', why: `${decided}; the gateway last acked something else. A resync settles it.` };
  }
  const again = place.reissues > 0 ? ` It was told ${place.reissues + 1} times.` : '';
  if (confirmedAt) {
    return { outlook: 'underway', why: `The gateway handled it ${agoText(confirmedAt)} and has not said how it went.${again}` };
  }
  if (writtenAt)
    return { outlook: 'underway', why: `It was sent ${agoText(writtenAt)}; the gateway has not answered yet.${again}` };
  return { outlook: 'underway', why: `${decided} and is on its way.${again}` };
}
