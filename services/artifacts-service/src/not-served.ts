import { kindTraits, Type } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyReply } from 'fastify';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers, errorBody } from './errors.js';

const keyed = (['RestApi', 'LlmProvider', 'LlmProxy'] as const).map(kindTraits);

const later: readonly { readonly path: string; readonly operationId: string; readonly what: string }[] = [
  ...keyed.map(({ contentPath, kind, title }) => ({
    path: `/${contentPath}/api-keys`,
    operationId: `list${kind}ApiKeys`,
    what: `API keys of each ${title}`,
  })),
  { path: '/apis/:id/subscriptions', operationId: 'listSubscriptions', what: 'Subscriptions of a REST API' },
  { path: '/subscription-plans', operationId: 'listSubscriptionPlans', what: 'Subscription plans' },
];

/**
 * Answers 503 where gateways ask for what is not kept here yet. They delete every key, plan and subscription that a 200 does not
 * list (gateway protocol 3.2), so an empty list would be a lie that destroys.
 */
export function laterRoutes(app: HttpApp): void {
  for (const { path, operationId, what } of later) {
    app.get(
      path,
      {
        schema: {
          operationId,
          tags: ['not served yet'],
          summary: what,
          description: 'Not served yet: always 503, so that a gateway keeps what it has.',
          security: apiKeySecurity,
          ...pathParameters(path),
          response: errorAnswers(),
        },
      },
      async (_request, reply) => refuse(reply, 503, `${what}: not served yet. Keep what you have.`),
    );
  }
}

/** Refuses what gateways push on their own account (gateway protocol 2.10); they log a 501 and go on. */
export function importRoute(app: HttpApp): void {
  app.post(
    '/artifacts/import-gateway-artifacts',
    {
      schema: {
        operationId: 'importGatewayArtifacts',
        tags: ['not served yet'],
        summary: "A gateway's own artifacts",
        description: 'Not served: always 501.',
        security: apiKeySecurity,
        response: errorAnswers(501),
      },
      // Before the body, which may be large and is of no use here.
      onRequest: async (_request, reply) => refuse(reply, 501, 'Artifacts are not imported from gateways.'),
    },
    async () => undefined as never,
  );
}

/** Answers 404 to a gateway that looks for another product's control plane: anything else changes its mode (gateway protocol 0.2). */
export function discoveryRoute(app: HttpApp): void {
  app.get(
    '/internal/gateway/.well-known',
    {
      schema: {
        operationId: 'discover',
        tags: ['gateway'],
        summary: 'Discovery of another control plane',
        description: 'Always 404: the base path is the default one.',
        response: { 404: errorAnswers(404)[404] },
      },
    },
    async (_request, reply) =>
      reply.code(404).send(errorBody(404, 'There is no discovery here: the base path is /api/internal/v1.')),
  );
}

/** An answer that is meant, so it is no error in the log: every gateway gets it at each connect. */
function refuse(reply: FastifyReply, status: 501 | 503, description: string): FastifyReply {
  if (status === 503) reply.header('retry-after', '60');
  return reply.code(status).send(errorBody(status, description));
}

function pathParameters(path: string) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  return names.length === 0 ? {} : { params: Type.Object(Object.fromEntries(names.map((name) => [name, Type.String()]))) };
}
