import { readFileSync } from 'node:fs';
import { type LiveMessage, liveEvents, openApiClient } from '@gatecast/api-client';
import { openNodeTransport } from '@gatecast/api-client/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../cli/world.js';
import { until } from '../until.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

test('a stream that breaks is opened again where it broke: each event comes once', async () => {
  const { frontDoor, caFile } = world.stack.endpoints;
  const inner = openNodeTransport({ ca: readFileSync(caFile, 'utf8') });
  const cuts: AbortController[] = [];
  const transport = {
    Request: inner.Request,
    async fetch(request: Request) {
      if (!request.url.endsWith('/events/stream')) return inner.fetch(request);
      const cut = new AbortController();
      cuts.push(cut);
      return inner.fetch(new inner.Request(request, { signal: AbortSignal.any([request.signal, cut.signal]) }));
    },
  };
  const credentials = { ...world.stack.credentials, organization: 'people' };
  const api = openApiClient({ url: frontDoor, credentials, transport });
  const end = new AbortController();
  const messages: LiveMessage[] = [];
  const reading = (async () => {
    for await (const message of liveEvents(api, { signal: end.signal })) messages.push(message);
  })();
  const types = () => messages.map(({ type }) => type);
  const revisions = () => messages.flatMap((message) => (message.type === 'event' ? message.event.revision : []));
  const makePlan = (id: string) => world.api.send('POST', '/api/v0.9/subscription-plans', { id, displayName: id });

  await until(types).toEqual(['opened']);
  await makePlan('before');
  await until(() => revisions().length).toBe(1);
  cuts[0]?.abort();
  await until(types).toContain('broken');
  await makePlan('meanwhile');
  await until(() => cuts.length).toBe(2);
  await makePlan('after');
  await until(() => revisions().length).toBe(3);
  const [first = 0] = revisions();
  expect(revisions()).toEqual([first, first + 1, first + 2]);

  end.abort();
  await reading;
  await inner.close();
});

test('a stream that is refused is an error, not tried again', async () => {
  const api = openApiClient({
    url: world.stack.endpoints.frontDoor,
    token: 'no longer good',
    transport: openNodeTransport({ ca: readFileSync(world.stack.endpoints.caFile, 'utf8') }),
  });
  const first = liveEvents(api, { signal: new AbortController().signal }).next();
  await expect(first).rejects.toMatchObject({ status: 401 });
});
