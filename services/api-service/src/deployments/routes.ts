import { type KindTraits, kinds, oneOf, statuses, statusReasons } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { DeploymentMetadata } from '../artifacts/deployment-metadata.js';
import { apiError, type ErrorCode } from '../errors.js';
import { DateTime } from '../fields.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageOf, pageQuery } from '../pagination.js';
import type { Deployments, DeploymentView } from './deployments.js';

const DeployInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, pattern: '\\S' }),
    base: Type.String({
      minLength: 1,
      maxLength: 64,
      description: '`current` for the artifact as it is now, or the deployment whose snapshot is taken again.',
    }),
    gatewayId: Type.String({ minLength: 1, maxLength: 64, description: "The gateway's id." }),
    metadata: Type.Optional(DeploymentMetadata),
  },
  { additionalProperties: false, title: 'DeployRequest' },
);

const DeploymentBody = Type.Object(
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

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Adds the same deployment routes for each of the four kinds (management API 5.3). */
export function deploymentRoutes(app: HttpApp, deployments: Deployments): void {
  for (const traits of kinds) deploymentRoutesOf(app, deployments, traits);
}

function deploymentRoutesOf(
  app: HttpApp,
  deployments: Deployments,
  { kind, collection, scope, errorPrefix, title }: KindTraits,
): void {
  const path = `${apiPath}/${collection}/:artifactId/deployments`;
  const tag = `${title} deployments`;
  const notFound = `${errorPrefix}_NOT_FOUND` as ErrorCode;
  const artifactParams = { artifactId: handleParam(title) };
  const ofArtifact = Type.Object(artifactParams);
  const ofDeployment = Type.Object({ ...artifactParams, deploymentId: Type.String({ description: "The deployment's UUID." }) });
  const onGateway = Type.Object(
    { gatewayId: Type.String({ minLength: 1, description: 'The id of the gateway that the deployment is for.' }) },
    { additionalProperties: false },
  );
  const reference = (organizationId: string, handle: string) => ({ organizationId, kind, handle });

  app.post(
    path,
    operation(
      {
        scope: `ap:${scope}:deployment:create`,
        tag,
        summary: `Deploy a ${title} to a gateway`,
        description: 'Takes a snapshot and tells the gateway. `DEPLOYING` until the gateway has answered.',
        errors: [notFound, 'GATEWAY_NOT_FOUND', 'DEPLOYMENT_BASE_NOT_FOUND', 'SECRET_REF_NOT_FOUND'],
      },
      { params: ofArtifact, body: DeployInput, response: { 201: DeploymentBody } },
    ),
    async ({ caller, params, body }, reply) => {
      const request = { name: body.name, base: body.base, gatewayHandle: body.gatewayId, metadata: body.metadata ?? {} };
      const deployment = await deployments.deploy(reference(caller.organizationId, params.artifactId), request, caller.username);
      return reply
        .code(201)
        .header('location', `${apiPath}/${collection}/${params.artifactId}/deployments/${deployment.deploymentId}`)
        .send(toBody(deployment));
    },
  );

  app.get(
    path,
    operation(
      { scope: `ap:${scope}:deployment:read`, tag, summary: `List the deployments of a ${title}`, errors: [notFound] },
      {
        params: ofArtifact,
        querystring: Type.Object(
          {
            ...pageQuery,
            gatewayId: Type.Optional(Type.String({ description: 'Only those for this gateway.' })),
            deploymentStatus: Type.Optional(oneOf(statuses)),
          },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(DeploymentBody) },
      },
    ),
    async ({ caller, params, query }) => {
      const filter = {
        ...pageOf(query),
        ...(query.gatewayId !== undefined && { gatewayHandle: query.gatewayId }),
        ...(query.deploymentStatus !== undefined && { status: query.deploymentStatus }),
      };
      const { list, total } = await deployments.list(reference(caller.organizationId, params.artifactId), filter);
      return listBody({ items: list, total }, query, toBody);
    },
  );

  app.get(
    `${path}/:deploymentId`,
    operation(
      {
        scope: `ap:${scope}:deployment:read`,
        tag,
        summary: `Get a deployment of a ${title}`,
        errors: [notFound, 'DEPLOYMENT_NOT_FOUND'],
      },
      { params: ofDeployment, response: { 200: DeploymentBody } },
    ),
    async ({ caller, params }) =>
      toBody(await deployments.get(reference(caller.organizationId, params.artifactId), idOf(params.deploymentId))),
  );

  app.delete(
    `${path}/:deploymentId`,
    operation(
      {
        scope: `ap:${scope}:deployment:delete`,
        tag,
        summary: `Delete a deployment of a ${title}`,
        description: 'A deployment that failed or is being undeployed may still serve: its gateway is told to undeploy it.',
        errors: [notFound, 'DEPLOYMENT_NOT_FOUND', 'DEPLOYMENT_ACTIVE'],
      },
      { params: ofDeployment, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      await deployments.remove(reference(caller.organizationId, params.artifactId), idOf(params.deploymentId), caller.username);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/:deploymentId/undeploy`,
    operation(
      {
        scope: `ap:${scope}:deployment:undeploy`,
        tag,
        summary: `Undeploy a ${title} from a gateway`,
        description:
          'Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.',
        errors: [notFound, 'GATEWAY_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND', 'DEPLOYMENT_GATEWAY_MISMATCH', 'DEPLOYMENT_NOT_ACTIVE'],
      },
      { params: ofDeployment, querystring: onGateway, response: { 200: DeploymentBody } },
    ),
    async ({ caller, params, query }) =>
      toBody(
        await deployments.undeploy(
          reference(caller.organizationId, params.artifactId),
          idOf(params.deploymentId),
          query.gatewayId,
          caller.username,
        ),
      ),
  );

  app.post(
    `${path}/:deploymentId/restore`,
    operation(
      {
        scope: `ap:${scope}:deployment:restore`,
        tag,
        summary: `Deploy an earlier deployment of a ${title} again`,
        errors: [
          notFound,
          'GATEWAY_NOT_FOUND',
          'DEPLOYMENT_NOT_FOUND',
          'DEPLOYMENT_GATEWAY_MISMATCH',
          'DEPLOYMENT_RESTORE_CONFLICT',
          'SECRET_REF_NOT_FOUND',
        ],
      },
      { params: ofDeployment, querystring: onGateway, response: { 200: DeploymentBody } },
    ),
    async ({ caller, params, query }) =>
      toBody(
        await deployments.restore(
          reference(caller.organizationId, params.artifactId),
          idOf(params.deploymentId),
          query.gatewayId,
          caller.username,
        ),
      ),
  );
}

/** Whatever can't be a deployment's id is not found. */
function idOf(deploymentId: string): string {
  if (!uuid.test(deploymentId)) throw apiError('DEPLOYMENT_NOT_FOUND', `This artifact has no deployment '${deploymentId}'.`);
  return deploymentId.toLowerCase();
}

function toBody({ statusReason, baseDeploymentId, createdAt, updatedAt, ...deployment }: DeploymentView) {
  return {
    ...deployment,
    ...(statusReason !== null && { statusReason }),
    ...(baseDeploymentId !== null && { baseDeploymentId }),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
