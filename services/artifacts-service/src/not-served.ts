import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyReply } from 'fastify';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers, errorBody } from './errors.js';

/** Refuses what gateways push on their own account (gateway protocol 2.10); they log a 501 and go on. */
export function importRoute(app: HttpApp): void {
  app.post(
    '/artifacts/import-gateway-artifacts',
    {
      schema: {
        operationId: 'importGatewayArtifacts',
        tags: ['not served'],
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
      reply.code(404).send(errorBody({ status: 404, message: 'There is no discovery here: the base path is /api/internal/v1.' })),
  );
}

/** An answer that is meant, so it is no error in the log: every gateway gets it at each connect. */
function refuse(reply: FastifyReply, status: 501, description: string): FastifyReply {
  return reply.code(status).send(errorBody({ status, message: description }));
}
