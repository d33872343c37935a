import { kindTraits, oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import type { Artifacts } from '../artifacts/artifacts.js';
import { DateTime } from '../fields.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import type { ArtifactGateway, Gateways } from './gateways.js';
import { gatewayBody, gatewayFields } from './routes.js';

const { collection, title } = kindTraits('RestApi');

const ArtifactGatewayBody = Type.Object(
  {
    ...gatewayFields,
    associated: Type.Literal(true),
    associatedAt: DateTime,
    isDeployed: Type.Boolean({ description: 'Whether the gateway is to serve it; `deployment.status` says whether it does.' }),
    deployment: Type.Optional(
      Type.Object({
        deploymentId: Type.String(),
        status: oneOf(['DEPLOYED', 'DEPLOYING', 'FAILED', 'UNDEPLOYED', 'UNDEPLOYING']),
        deployedAt: DateTime,
      }),
    ),
  },
  { title: `Gateway of a ${title}` },
);

/** Adds the route that tells where a REST API is (management API 5.3). */
export function artifactGatewayRoutes(
  app: HttpApp,
  { artifacts, gateways }: { artifacts: Pick<Artifacts, 'get'>; gateways: Pick<Gateways, 'listOf'> },
): void {
  app.get(
    `${apiPath}/${collection}/:artifactId/gateways`,
    operation(
      {
        scope: 'ap:rest_api:gateway:read',
        tag: 'REST APIs',
        summary: `List the gateways of a ${title}`,
        description: 'Those to which it was deployed at some time. A deployment makes them belong to it.',
        errors: ['REST_API_NOT_FOUND'],
      },
      {
        params: Type.Object({ artifactId: handleParam(title) }),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(ArtifactGatewayBody) },
      },
    ),
    async ({ caller, params, query }) => {
      const { id } = await artifacts.get(caller.organizationId, 'RestApi', params.artifactId);
      return listBody(await gateways.listOf(caller.organizationId, id, query), query, toBody);
    },
  );
}

function toBody(gateway: ArtifactGateway) {
  const { associatedAt, deployment } = gateway;
  return {
    ...gatewayBody(gateway),
    associated: true as const,
    associatedAt: associatedAt.toISOString(),
    isDeployed: deployment !== null,
    ...(deployment && {
      deployment: {
        deploymentId: deployment.deploymentId,
        status: deployment.status,
        deployedAt: deployment.deployedAt.toISOString(),
      },
    }),
  };
}
