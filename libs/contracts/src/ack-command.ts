import type { DeploymentAck } from './frames.js';

/** An ack in the work queue. */
export interface AckCommand {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly ack: DeploymentAck;
}
