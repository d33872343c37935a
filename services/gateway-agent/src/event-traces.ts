import type { EventRecord } from '@gatecast/gateway-client';
import type { Traces } from '@gatecast/service-kit';

/**
 * Returns what makes the span of a handled event, as a part of the trace of the decision. A gateway learns of that trace from the
 * answer in which it gets the content; what needs no content has no span here, and the edge's span has the time that it took.
 */
export function createEventTraces(traces: Traces): (event: EventRecord) => void {
  return ({ type, correlationId, artifactId, deploymentId, outcome, reason, at, handling }) => {
    if (!handling?.traceparent) return;
    traces
      .begin(`handle ${type}`, {
        parent: handling.traceparent,
        kind: 'consumer',
        beganAtMs: at.getTime() - handling.ms,
        attributes: {
          'gatecast.correlation_id': correlationId,
          'gatecast.artifact_id': artifactId,
          'gatecast.deployment_id': deploymentId,
          'gatecast.outcome': outcome,
        },
      })
      .end({ endedAtMs: at.getTime(), error: reason });
  };
}
