import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
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

test('closing answers what is under way and waits for nothing else, though its client keeps the connection', async () => {
  const app = createHttpApp({
    logger: createLogger('test', 'silent'),
    errorBody: ({ code }) => ({ code }),
    ready: async () => undefined,
  });
  let answer: () => void = () => undefined;
  let onAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  app.get('/slow', () => {
    onAsked();
    return new Promise((resolve) => {
      answer = () => resolve({ done: true });
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const status = new Promise((resolve, reject) => {
    get({ port, path: '/slow', agent }, (response) => resolve([response.statusCode, response.resume()][0])).on('error', reject);
  });
  await asked;

  let isClosed = false;
  const closing = app.close().then(() => {
    isClosed = true;
  });
  await wait(200);
  expect(isClosed).toBe(false);
  answer();

  expect(await status).toBe(200);
  // Kept connections would be closed after more than a minute.
  await closing;
  agent.destroy();
});
