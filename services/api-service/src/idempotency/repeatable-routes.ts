import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { answerOf, type Handler } from '../answer.js';
import { documentMore } from '../operation.js';
import type { KeptAnswers } from './kept-answers.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The field of the answer that is a secret. */
    secretField?: string;
  }
}

const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Makes repeats safe: for 24 hours a request of yours with the same key, path and body changes nothing more and gets the same answer (`Idempotent-Replayed: true`). Errors are not kept.',
    }),
  ),
});

/**
 * Makes every POST that is registered afterwards safe to repeat by an `Idempotency-Key`. The handler runs in one transaction with
 * the claim of the key, and its answer is sent after the commit; hooks that hold the answer back come later still.
 */
export function makePostsRepeatable(app: HttpApp, keptAnswers: KeptAnswers): void {
  app.addHook('onRoute', (route) => {
    if (route.method !== 'POST') return;
    documentMore(route, KeyHeader, ['IDEMPOTENCY_KEY_CONFLICT', 'IDEMPOTENCY_ANSWER_NOT_KEPT']);
    const handler = route.handler as Handler;
    const secretField = route.config?.secretField;
    route.handler = async function (request, reply) {
      const key = request.headers['idempotency-key'];
      if (key === undefined) return handler.call(this, request, reply);
      const { organizationId, userId } = request.caller;
      const content = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`;
      const { status, headers, body, isRepeated } = await keptAnswers.once(
        { organizationId, userId, key: String(key), content, secretField },
        () => answerOf((noted) => handler.call(this, request, noted)),
      );
      if (isRepeated) reply.header('idempotent-replayed', 'true');
      return reply.code(status).headers(headers).send(body);
    };
  });
}
