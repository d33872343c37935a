import { createHttpApp, createLogger, HttpError } from '@gatecast/service-kit';
import { expect, test } from 'vitest';

test('a 503 says when to ask again: after a second, or after what its route says', async () => {
  const app = createHttpApp({
    logger: createLogger('test', 'silent'),
    errorBody: ({ code }) => ({ code }),
    ready: async () => undefined,
  });
  const unavailable = () => new HttpError(503, 'SERVICE_UNAVAILABLE', 'Not now.');
  app.get('/soon', async () => {
    throw unavailable();
  });
  app.get('/later', async (_request, reply) => {
    reply.header('retry-after', '5');
    throw unavailable();
  });
  const answers = [await app.inject('/soon'), await app.inject('/later')];
  expect(answers.map(({ statusCode, headers }) => [statusCode, headers['retry-after']])).toEqual([
    [503, '1'],
    [503, '5'],
  ]);
  await app.close();
});
