import { type KindTraits, kinds, oneOf, statuses } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { DeploymentMetadata } from '../artifacts/deployment-metadata.js';
import { type ErrorCode, invalid } from '../errors.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageOf, pageQuery } from '../pagination.js';
import { PreferHeader } from '../waiting/preference.js';
import { verdictFirst } from '../waiting/verdict.js';
import type { Waiting } from '../waiting/waiting.js';
import { DeploymentBody, DeploymentsBody, deploymentBody, deploymentsBody } from './body.js';
import { deploymentIdOf } from './deployment-id.js';
import type { Deployments } from './deployments.js';

/** Most gateways that one request deploys to. */
const gatewaysMax = 100;

const DeployInput = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, pattern: '\\S' }),
    base: Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        '`current` for the artifact as it is now, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own.',
    }),
    gatewayId: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "The gateway's id." })),
    gatewayIds: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: gatewaysMax,
        uniqueItems: true,
        description: 'In place of gatewayId: several gateways, all or none.',
      }),
    ),
    metadata: Type.Optional(DeploymentMetadata),
  },
  { additionalProperties: false, title: 'DeployRequest' },
);

export interface DeploymentRoutesParts {
  readonly deployments: Deployments;
  readonly waiting: Waiting;
}

/** Adds the same deployment routes for each of the four kinds (management API 5.3). */
export function deploymentRoutes(app: HttpApp, parts: DeploymentRoutesParts): void {
  for (const traits of kinds) deploymentRoutesOf(app, parts, traits);
}

function deploymentRoutesOf(
  app: HttpApp,
  { deployments, waiting }: DeploymentRoutesParts,
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
  const deployedFirst = verdictFirst(waiting, 'DEPLOYED');
  const undeployedFirst = verdictFirst(waiting, 'UNDEPLOYED');
  const reference = (organizationId: string, handle: string) => ({ organizationId, kind, handle });

  app.post(
    path,
    {
      ...operation(
        {
          scope: `ap:${scope}:deployment:create`,
          tag,
          summary: `Deploy a ${title} to gateways`,
          description:
            'Takes a snapshot and tells the gateway: `gatewayId`, or all of `gatewayIds`. `DEPLOYING` until the gateway has answered. With `Prefer: wait` 201 when it has acked or refused (`FAILED`) or did not answer in time, else 202.',
          errors: [notFound, 'GATEWAY_NOT_FOUND', 'DEPLOYMENT_BASE_NOT_FOUND', 'SECRET_REF_NOT_FOUND'],
        },
        {
          params: ofArtifact,
          querystring: Type.Object(
            {
              minAcks: Type.Optional(
                Type.Integer({
                  minimum: 1,
                  maximum: gatewaysMax,
                  description:
                    'With `Prefer: wait`: how many gateways must have acked; answered as soon as so many have, or cannot any more. Left out: every gateway must have answered.',
                }),
              ),
            },
            { additionalProperties: false },
          ),
          headers: PreferHeader,
          body: DeployInput,
          response: { 201: Type.Union([DeploymentBody, DeploymentsBody]), 202: Type.Union([DeploymentBody, DeploymentsBody]) },
        },
      ),
      preSerialization: deployedFirst,
    },
    async ({ caller, params, query, body }, reply) => {
      const gatewayHandles = gatewaysOf(body);
      if (query.minAcks !== undefined && query.minAcks > gatewayHandles.length)
        throw invalid([{ field: 'minAcks', message: 'is more than there are gateways in the request' }]);
      const of = reference(caller.organizationId, params.artifactId);
      const request = { name: body.name, base: body.base, gatewayHandles, metadata: body.metadata ?? {} };
      const made = (await deployments.deploy(of, request, caller.username)).map(deploymentBody);
      if (body.gatewayIds) return reply.code(201).send(deploymentsBody(made));
      const [deployment] = made as [ReturnType<typeof deploymentBody>];
      return reply
        .code(201)
        .header('location', `${apiPath}/${collection}/${params.artifactId}/deployments/${deployment.deploymentId}`)
        .send(deployment);
    },
  );

  app.get(
    path,
    operation(
      {
        scope: `ap:${scope}:deployment:read`,
        tag,
        summary: `List the deployments of a ${title}`,
        errors: [notFound, 'GATEWAY_NOT_FOUND'],
      },
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
      return listBody({ items: list, total }, query, deploymentBody);
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
      deploymentBody(
        await deployments.get(reference(caller.organizationId, params.artifactId), deploymentIdOf(params.deploymentId)),
      ),
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
      await deployments.remove(
        reference(caller.organizationId, params.artifactId),
        deploymentIdOf(params.deploymentId),
        caller.username,
      );
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${path}/:deploymentId/undeploy`,
    {
      ...operation(
        {
          scope: `ap:${scope}:deployment:undeploy`,
          tag,
          summary: `Undeploy a ${title} from a gateway`,
          description:
            'Also when the deployment failed: its gateway may serve it, or an earlier one. `UNDEPLOYING` until the gateway has answered.',
          errors: [notFound, 'GATEWAY_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND', 'DEPLOYMENT_GATEWAY_MISMATCH', 'DEPLOYMENT_NOT_ACTIVE'],
        },
        {
          params: ofDeployment,
          querystring: onGateway,
          headers: PreferHeader,
          response: { 200: DeploymentBody, 202: DeploymentBody },
        },
      ),
      preSerialization: undeployedFirst,
    },
    async ({ caller, params, query }) =>
      deploymentBody(
        await deployments.undeploy(
          reference(caller.organizationId, params.artifactId),
          deploymentIdOf(params.deploymentId),
          query.gatewayId,
          caller.username,
        ),
      ),
  );

  app.post(
    `${path}/:deploymentId/restore`,
    {
      ...operation(
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
        {
          params: ofDeployment,
          querystring: onGateway,
          headers: PreferHeader,
          response: { 200: DeploymentBody, 202: DeploymentBody },
        },
      ),
      preSerialization: deployedFirst,
    },
    async ({ caller, params, query }) =>
      deploymentBody(
        await deployments.restore(
          reference(caller.organizationId, params.artifactId),
          deploymentIdOf(params.deploymentId),
          query.gatewayId,
          caller.username,
        ),
      ),
  );
}

/** @throws HttpError 400 unless exactly one of the two says where to. */
function gatewaysOf({ gatewayId, gatewayIds }: Static<typeof DeployInput>): readonly string[] {
  if ((gatewayId === undefined) === (gatewayIds === undefined))
    throw invalid([{ field: 'gatewayId', message: 'or gatewayIds is needed, and not both' }]);
  return gatewayIds ?? [gatewayId as string];
}
