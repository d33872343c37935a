import { type DeploymentAckFrame, kindTraits } from '@gatecast/contracts';
import type { ArtifactEvent } from './events.js';

/** Why a gateway refused a deployment (gateway protocol 1.7). */
export type AckError = 'GATEWAY_PROCESSING_ERROR' | 'DEPLOYMENT_ID_MISMATCH';

/**
 * Builds the ack of a deploy or undeploy: `failed` when there is an `errorCode`, else `success`. `performedAt` is the instant of
 * the event, by which the control plane finds what is acked.
 */
export function deploymentAck(event: ArtifactEvent, performedAt: string, errorCode?: AckError): string {
  const frame: DeploymentAckFrame = {
    type: 'deployment.ack',
    payload: {
      deploymentId: event.deploymentId,
      artifactId: event.artifactId,
      resourceType: kindTraits(event.kind).resourceType,
      action: event.verb === 'deployed' ? 'deploy' : 'undeploy',
      status: errorCode ? 'failed' : 'success',
      performedAt: withoutTrailingZeros(performedAt),
      ...(errorCode && { errorCode }),
    },
  };
  return JSON.stringify(frame);
}

/** A WSO2 gateway-controller writes `.120Z` as `.12Z` and `.000Z` as `Z` (gateway protocol 1.7): the same instant in other letters. */
function withoutTrailingZeros(instant: string): string {
  return instant.replace(/\.(\d*?)0+(?=\D)/, (_, digits: string) => (digits ? `.${digits}` : ''));
}
