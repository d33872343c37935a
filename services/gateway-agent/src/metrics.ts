import type { EventRecord, Gateway } from '@gatecast/gateway-client';
import type { Metrics } from '@gatecast/service-kit';

/** Creates the metrics of a gateway agent. */
export function createMetrics(metrics: Metrics, gateway: () => Pick<Gateway, 'state'>) {
  metrics.gauge('gatecast_agent_is_connected', '1 while it is connected to its control plane.', () =>
    Number(gateway().state === 'CONNECTED'),
  );
  const events = metrics.counts('gatecast_agent_events_total', 'What became of frames, and of what a sync did in their place.', [
    'outcome',
    'by',
  ]);
  const acks = metrics.count('gatecast_agent_acks_total', 'Acks that were due.');
  return {
    onEvent({ outcome, acked, bySync }: EventRecord): void {
      events.of(outcome, bySync ? 'sync' : 'frame').inc();
      if (acked) acks.inc();
    },
  };
}
