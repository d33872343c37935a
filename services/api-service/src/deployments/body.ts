import { oneOf, statuses, statusReasons } from '@gatecast/contracts';
import { Type } from 'typebox';
import { DateTime } from '../fields.js';
import type { DeploymentView } from './view.js';

export const DeploymentBody = Type.Object(
  {
    deploymentId: Type.String({ format: 'uuid' }),
    name: Type.String(),
    gatewayId: Type.String({ description: "The gateway's id." }),
    status: oneOf(statuses),
    statusReason: Type.Optional(oneOf(statusReasons)),
    baseDeploymentId: Type.Optional(Type.String({ format: 'uuid' })),
    metadata: Type.Object({}, { additionalProperties: true }),
    createdAt: DateTime,
    updatedAt: DateTime,
  },
  { title: 'Deployment' },
);

/** One deployment per gateway, and how many gateways have said what. */
export const DeploymentsBody = Type.Object(
  {
    count: Type.Integer({ description: 'How many gateways it was deployed to.' }),
    list: Type.Array(DeploymentBody, { description: 'In the order of gatewayIds.' }),
    acked: Type.Integer({ description: 'How many gateways serve it.' }),
    refused: Type.Integer({ description: 'How many gateways failed to, or did not answer in time.' }),
    pending: Type.Integer({ description: 'How many gateways have not answered, or were told something else meanwhile.' }),
  },
  { title: 'Deployments' },
);

/** Returns a deployment as the management API shows it. */
export function deploymentBody(deployment: DeploymentView) {
  const { deploymentId, name, gatewayId, status, statusReason, baseDeploymentId, metadata, createdAt, updatedAt } = deployment;
  return {
    deploymentId,
    name,
    gatewayId,
    status,
    ...(statusReason !== null && { statusReason }),
    ...(baseDeploymentId !== null && { baseDeploymentId }),
    metadata,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Returns the deployments of one artifact to several gateways as the management API shows them. */
export function deploymentsBody(list: readonly ReturnType<typeof deploymentBody>[]) {
  const acked = list.filter(({ status }) => status === 'DEPLOYED').length;
  const refused = list.filter(({ status }) => status === 'FAILED').length;
  return { count: list.length, list: [...list], acked, refused, pending: list.length - acked - refused };
}
