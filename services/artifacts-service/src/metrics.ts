import { brokerMetrics, databaseMetrics, type Metrics } from '@gatecast/service-kit';

export type ArtifactsServiceMetrics = ReturnType<typeof createMetrics>;

/** Creates the metrics of artifacts-service. */
export function createMetrics(metrics: Metrics, pools: Parameters<typeof databaseMetrics>[1]) {
  databaseMetrics(metrics, pools);
  const onBroker = brokerMetrics(metrics);

  const answers = metrics.counts('gatecast_edge_requests_total', 'Requests of edges, by what was asked and how it ended.', [
    'request',
    'outcome',
  ]);
  const durations = metrics.distributions('gatecast_edge_request_duration_seconds', 'From a request of an edge to its answer.', [
    'request',
  ]);
  const checked = metrics.counts('gatecast_artifacts_checked_total', 'Artifacts that gateways asked about, by the answer.', [
    'answer',
  ]);

  return {
    /** Everything that this process tells of itself. */
    all: metrics,
    onBroker,
    /** Notes that the request of an edge was answered or was not, `seconds` after it came. `request`: the last part of its subject. */
    onEdgeRequest(request: string, outcome: 'answered' | 'failed', seconds: number): void {
      answers.of(request, outcome).inc();
      durations.of(request).observe(seconds);
    },
    onExistenceCheck(existing: number, gone: number): void {
      checked.of('exists').inc(existing);
      checked.of('gone').inc(gone);
    },
  };
}
