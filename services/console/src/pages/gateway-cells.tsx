import type { GatewayStatus } from '@gatecast/api-client';
import { shortReasonText } from '../words/explain.js';
import { counted } from '../words/numbers.js';
import { agoText, durationText } from '../words/time.js';

/** How many events a gateway is behind, and for how long. */
export function Lag({ gateway: { lag, cursor } }: { gateway: GatewayStatus }) {
  if (cursor === undefined) return <span title="It gets everything anew when it connects">full resync owed</span>;
  if (lag.events === 0) return <span class="muted">none</span>;
  return (
    <span>
      {counted(lag.events, 'event')}
      {lag.oldestAgeMs !== undefined && <span class="muted"> {durationText(lag.oldestAgeMs)}</span>}
    </span>
  );
}

/** What a gateway refused last and has not put right, why, and when. */
export function LastRefusal({ gateway: { lastRefusal } }: { gateway: GatewayStatus }) {
  if (!lastRefusal) return <span class="muted">none</span>;
  const { artifact, reason, at } = lastRefusal;
  return (
    <span title={`${artifact.id}: ${shortReasonText(reason)}`}>
      {artifact.id}{' '}
      <span class="muted">
        {shortReasonText(reason)}, {agoText(at)}
      </span>
    </span>
  );
}
