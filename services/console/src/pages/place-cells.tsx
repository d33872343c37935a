import type { Place } from '@gatecast/api-client';
import { StatusBadge } from '../parts/badges.js';
import { shortReasonText } from '../words/explain.js';
import { agoText, durationText } from '../words/time.js';

/** Where a place stands, and why it failed or for how long it has not been in step. */
export function PlaceState({ place }: { place: Place }) {
  const { status, statusReason, isInStep, driftedForMs } = place;
  return (
    <span class="clip">
      <StatusBadge status={status} />
      {statusReason ? (
        <span class="muted"> {shortReasonText(statusReason)}</span>
      ) : (
        !isInStep && driftedForMs !== undefined && <span class="muted"> for {durationText(driftedForMs)}</span>
      )}
    </span>
  );
}

/** What was decided, and when. */
export function Decided({ place: { desired } }: { place: Place }) {
  return (
    <span class="clip" title={desired.deploymentId && `Deployment ${desired.deploymentId}`}>
      {desired.state === 'DEPLOYED' ? 'Deployed' : 'Undeployed'} <span class="muted">{agoText(desired.since)}</span>
    </span>
  );
}

/** What the gateway holds by what it last acked. */
export function Held({ place }: { place: Place }) {
  const { actual, desired } = place;
  if (!actual) return <span class="muted">nothing yet</span>;
  const isOther = actual.state === 'DEPLOYED' && desired.state === 'DEPLOYED' && actual.deploymentId !== desired.deploymentId;
  return (
    <span class="clip" title={actual.deploymentId && `Deployment ${actual.deploymentId}`}>
      {actual.state === 'UNDEPLOYED' ? 'does not serve it' : isOther ? 'serves an earlier one' : 'serves it'}
    </span>
  );
}
