import type { Status, StatusReason } from '@gatecast/contracts';
import { sql } from '@gatecast/database';

/** A deployment as the management API shows it. */
export interface DeploymentView {
  readonly deploymentId: string;
  readonly name: string;
  /** The gateway's handle. */
  readonly gatewayId: string;
  readonly status: Status;
  readonly statusReason: StatusReason | null;
  readonly baseDeploymentId: string | null;
  readonly metadata: Record<string, unknown>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Where a deployment stands: the status of its place, if it is the current one there. */
export const deploymentStatus = sql`CASE WHEN place.deployment_id = deployments.id THEN place.status ELSE 'ARCHIVED' END`;

/** The columns of a {@link DeploymentView}, of what {@link deploymentsWithPlaces} names. */
export const viewColumns = sql`
  deployments.id AS "deploymentId", deployments.name, gateways.handle AS "gatewayId", ${deploymentStatus} AS status,
  CASE WHEN place.deployment_id = deployments.id THEN place.status_reason END AS "statusReason",
  deployments.base_deployment_id AS "baseDeploymentId", deployments.metadata, deployments.created_at AS "createdAt",
  CASE WHEN place.deployment_id = deployments.id THEN place.updated_at ELSE deployments.created_at END AS "updatedAt"`;

export const deploymentsWithPlaces = sql`
  deployments
  JOIN gateways ON gateways.id = deployments.gateway_id
  LEFT JOIN artifact_gateways AS place ON place.artifact_id = deployments.artifact_id AND place.gateway_id = deployments.gateway_id`;
