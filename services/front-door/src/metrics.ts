import type { Metrics } from '@gatecast/service-kit';
import type { Backends } from './backends.js';

export type FrontDoorMetrics = ReturnType<typeof createMetrics>;

/** Creates the metrics of the front door. */
export function createMetrics(metrics: Metrics, backends: () => readonly Backends[]) {
  const of = (value: (of: Backends) => number) => () => Object.fromEntries(backends().map((one) => [one.service, value(one)]));
  metrics.gauges(
    'gatecast_front_door_backends_ready',
    'Replicas that answered when last asked.',
    'service',
    of(({ ready }) => ready),
  );
  metrics.gauges(
    'gatecast_front_door_backends',
    'Replicas that it knows.',
    'service',
    of(({ known }) => known),
  );
  const requests = metrics.counts('gatecast_front_door_requests_total', 'Requests by where they went and what was answered.', [
    'service',
    'status',
  ]);
  const durations = metrics.distributions(
    'gatecast_front_door_request_duration_seconds',
    'From a request to the end of its answer, with what the service needed.',
    ['service'],
  );
  const failures = metrics.counts('gatecast_front_door_backend_failures_total', 'Attempts at a replica that failed.', [
    'service',
  ]);
  let tunnels = 0;
  metrics.gauge('gatecast_front_door_tunnels', 'WebSockets and dials that are under way.', () => tunnels);

  return {
    /** Notes that a request is over; 499: the client went before it was answered. */
    onRequest(service: string, status: number, seconds: number): void {
      requests.of(service, String(status)).inc();
      durations.of(service).observe(seconds);
    },
    onBackendFailed: (service: string) => failures.of(service).inc(),
    onTunnel(change: 1 | -1): void {
      tunnels += change;
    },
  };
}
