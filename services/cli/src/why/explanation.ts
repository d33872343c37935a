import type { GatewayStatusDetail, Place } from '@gatecast/api-client';
import { artifactName } from '../artifact-reference.js';
import { reasonText } from '../reasons.js';
import { ago, moment } from '../time.js';
import type { Evidence } from './evidence.js';

/** In which of these cases an artifact is on a gateway. Scripts branch on it. */
type Standing = 'in-step' | 'waiting' | 'refused' | 'unanswered' | 'never-deployed' | 'deleted';

export interface Explanation {
  readonly standing: Standing;
  /** One paragraph. */
  readonly sentences: readonly string[];
}

/** Returns what the evidence says: what was decided, when, by whom, what the gateway said, and what to do. */
export function explain(evidence: Evidence): Explanation {
  const { artifact, gateway, place, deletion } = evidence;
  const name = artifactName(artifact);
  if (deletion) return { standing: 'deleted', sentences: ofDeletion(name, gateway, deletion) };
  if (!place)
    return {
      standing: 'never-deployed',
      sentences: [
        `${name} was never deployed to ${gateway.id}, so nothing was decided and the gateway was told nothing.`,
        `To deploy it: gatecast deploy ${name} --gateway ${gateway.id} --wait`,
      ],
    };
  const { standing, sentences } = ofVerdict(evidence, place);
  return { standing, sentences: [decided(evidence, place), ...sentences] };
}

function ofDeletion(
  name: string,
  { id, isConnected, cursor, lag }: GatewayStatusDetail,
  deletion: NonNullable<Evidence['deletion']>,
) {
  const { committedAt, actor = 'an unknown user', revision } = deletion;
  const isHeard = cursor !== undefined && cursor >= revision;
  return [
    `${name} was deleted at ${when(committedAt)} by ${actor}, for every gateway.`,
    isHeard
      ? `${id} has confirmed that it heard of it.`
      : isConnected
        ? `${id} has not confirmed it yet: it is ${lag.events} events behind.`
        : `${id} has not confirmed it: it is not connected, and hears of it when it comes back.`,
  ];
}

function decided({ artifact, gateway, decision }: Evidence, { desired }: Place): string {
  const deployment = desired.deploymentId ? ` (deployment ${desired.deploymentId})` : '';
  const what =
    desired.state === 'DEPLOYED'
      ? `that ${gateway.id} shall serve ${artifactName(artifact)}${deployment}`
      : `that ${gateway.id} shall not serve ${artifactName(artifact)}${desired.deploymentId ? '' : ', and its deployment was deleted'}`;
  if (!decision) return `At ${when(desired.since)} it was decided ${what}; the event log does not reach back to who decided it.`;
  return `${decision.actor ?? 'An unknown user'} decided at ${when(decision.committedAt)} ${what}.`;
}

function again({ decision, latest }: Evidence, { reissues }: Place): string[] {
  const isAgain = reissues > 0 || (latest !== undefined && latest !== decision);
  if (!isAgain) return [];
  const times = reissues > 1 ? ` ${reissues} times` : '';
  return [`Gatecast has issued that again by itself${times}${latest ? `, last at ${when(latest.committedAt)}` : ''}.`];
}

function ofVerdict(evidence: Evidence, place: Place): Explanation {
  const { status, statusReason, isInStep, actual, writtenAt } = place;
  if (status === 'FAILED' && statusReason === 'DEPLOYMENT_TIMEOUT') {
    const told = writtenAt ? `was told at ${when(writtenAt)}` : 'was told';
    const sentence = `The gateway ${told} and did not answer in time (DEPLOYMENT_TIMEOUT); an answer that comes late still counts.`;
    return { standing: 'unanswered', sentences: [...again(evidence, place), sentence, ...absence(evidence), held(place)] };
  }
  if (status === 'FAILED') return ofRefusal(evidence, place);
  if (status === 'DEPLOYED' || status === 'UNDEPLOYED') {
    const acked = actual?.since ? ` at ${when(actual.since)}` : '';
    const sentence = `The gateway acked it${acked}: it is in step.`;
    return { standing: 'in-step', sentences: [...again(evidence, place), sentence, ...absence(evidence)] };
  }
  if (isInStep)
    return {
      standing: 'in-step',
      sentences: [
        ...again(evidence, place),
        'The gateway holds what was decided; what it says to being told again is awaited.',
        ...absence(evidence),
      ],
    };
  if (evidence.refused) return ofRefusal(evidence, place);
  return { standing: 'waiting', sentences: [...again(evidence, place), awaited(evidence, place), held(place)] };
}

/** A refusal stands until the gateway says something else, also while it is told again. */
function ofRefusal(evidence: Evidence, place: Place): Explanation {
  const { artifact, gateway, refused } = evidence;
  const { status, desired } = place;
  const statusReason = place.statusReason ?? refused?.life.reason;
  const at = refused?.life.settledAt ? ` at ${when(refused.life.settledAt)}` : '';
  const verb = desired.state === 'DEPLOYED' ? 'deploy' : 'undeploy';
  return {
    standing: 'refused',
    sentences: [
      `The gateway refused it${at}: ${reasonText(statusReason)}${statusReason ? ` (${statusReason})` : ''}.`,
      ...again(evidence, place),
      ...(status === 'FAILED' ? [] : [awaited(evidence, place)]),
      held(place),
      `When the cause is gone: gatecast ${verb} ${artifactName(artifact)} --gateway ${gateway.id} --wait`,
    ],
  };
}

/** What is said of a gateway that is away, though nothing is awaited of it. */
function absence({ gateway }: Evidence): string[] {
  return gateway.isConnected ? [] : ['The gateway is not connected now.'];
}

function awaited({ gateway, latest }: Evidence, { writtenAt, confirmedAt }: Place): string {
  if (!gateway.isConnected)
    return writtenAt
      ? `It was written to the gateway at ${when(writtenAt)} and is not answered; the gateway is not connected, and is told again when it comes back.`
      : 'The gateway is not connected, and hears of it when it comes back.';
  if (confirmedAt || latest?.life.state === 'confirmed')
    return `The gateway has handled it${confirmedAt ? ` at ${when(confirmedAt)}` : ''} and not said how that went; if it does not, Gatecast issues it again.`;
  if (writtenAt || latest?.life.state === 'written')
    return `It was written to the gateway${writtenAt ? ` at ${when(writtenAt)}` : ''}, which is connected and has not handled it yet.`;
  if (latest?.life.state === 'committed')
    return 'It is committed and not published yet: if that stays so, the broker or the relay is down.';
  return `It is published and not yet written to the gateway, which is connected and ${gateway.lag.events} events behind.`;
}

function held({ actual, desired }: Place): string {
  if (!actual) return 'It has never acked anything of this artifact.';
  if (actual.state === 'UNDEPLOYED') return 'By what it last acked it serves nothing of this artifact.';
  if (desired.state === 'DEPLOYED' && actual.deploymentId === desired.deploymentId)
    return 'By what it last acked it serves this deployment.';
  return `By what it last acked it still serves deployment ${actual.deploymentId ?? 'of an earlier time'}.`;
}

function when(time: string): string {
  return `${moment(time)} (${ago(time)})`;
}
