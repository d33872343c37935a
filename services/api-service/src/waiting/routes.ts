import { kinds, kindTraits, oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { DeploymentBody, deploymentBody } from '../deployments/body.js';
import { deploymentIdOf, deploymentNotFound } from '../deployments/deployment-id.js';
import { apiError } from '../errors.js';
import { allows } from '../login/authorization.js';
import { apiPath, operation } from '../operation.js';
import type { Scope } from '../scopes.js';
import { goneSignal } from './preference.js';
import type { DeploymentSight, Waiting } from './waiting.js';

const timeoutMsDefault = 30_000;
const timeoutMsMax = 300_000;
const retryAfterSeconds = 5;

const readScope = (scope: string): Scope => `ap:${scope}:deployment:read`;

/** Adds the route that waits for what a gateway makes of a deployment. */
export function waitingRoutes(app: HttpApp, { deployments, sightOf }: Waiting): void {
  app.get(
    `${apiPath}/deployments/:deploymentId/wait`,
    operation(
      {
        scope: kinds.map(({ scope }) => readScope(scope)),
        tag: 'Waiting',
        summary: 'Wait for what a gateway makes of a deployment',
        description:
          '200 when it is so, which is at once if it is so already or the deployment is archived; 202 when it is not so within the time. 503 with `Retry-After` when too many wait.',
        errors: ['DEPLOYMENT_NOT_FOUND'],
      },
      {
        params: Type.Object({ deploymentId: Type.String({ description: "The deployment's UUID." }) }),
        querystring: Type.Object(
          {
            for: Type.Optional(
              oneOf(['acked', 'confirmed'], {
                default: 'acked',
                description:
                  'acked: the gateway has acked or refused it, or did not answer in time. confirmed: it has handled what it was told.',
              }),
            ),
            timeoutMs: Type.Optional(
              Type.Integer({
                default: timeoutMsDefault,
                description: `From 0 to ${timeoutMsMax}; brought into this range.`,
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: DeploymentBody, 202: DeploymentBody },
      },
    ),
    async ({ caller, params, query }, reply) => {
      const deploymentId = deploymentIdOf(params.deploymentId);
      const first = await sightOf(deploymentId);
      const isVisible =
        first?.organizationId === caller.organizationId && allows(caller, readScope(kindTraits(first.kind).scope));
      if (!isVisible) throw deploymentNotFound(deploymentId);
      const isSo = query.for === 'confirmed' ? isConfirmed : isSettled;
      const waited = await deployments.wait({
        ids: [deploymentId],
        isOver: ([sight]) => sight === undefined || isSo(sight),
        timeoutMs: Math.min(Math.max(query.timeoutMs ?? timeoutMsDefault, 0), timeoutMsMax),
        signal: goneSignal(reply),
      });
      if (!waited) {
        reply.header('retry-after', String(retryAfterSeconds));
        throw apiError('SERVICE_UNAVAILABLE', 'Too many wait here at once: ask again a little later.');
      }
      const [sight] = waited.sights;
      if (!sight) throw deploymentNotFound(deploymentId);
      return reply.code(waited.isOver ? 200 : 202).send(deploymentBody(sight));
    },
  );
}

function isSettled({ status }: DeploymentSight): boolean {
  return status !== 'DEPLOYING' && status !== 'UNDEPLOYING';
}

function isConfirmed({ status, isConfirmed }: DeploymentSight): boolean {
  return isConfirmed || status === 'ARCHIVED';
}
