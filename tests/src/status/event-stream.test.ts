import { once } from 'node:events';
import { connect } from 'node:net';
import { notify } from '@gatecast/broker';
import { type PresenceChanged, type Receipt, type ReceiptsMessage, type SettledMessage, subjects } from '@gatecast/contracts';
import { newId, sql } from '@gatecast/database';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Json, startApi } from '../api-service/setup.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';
import { type EventReader, readEvents } from './event-reader.js';
import { type StatusWorld, startStatusWorld } from './world.js';

let broker: OwnBroker;
let databaseUrl: string;
let world: StatusWorld;
let token: string;
beforeAll(async () => {
  broker = await startOwnBroker();
  databaseUrl = await createDatabase();
  world = await startStatusWorld({
    NATS_URL: broker.server.url,
    DATABASE_URL: databaseUrl,
    EVENT_READERS_MAX: '3',
    EVENT_READER_BYTES_MAX: '20000',
    EVENT_READER_STALL_MS: '500',
  });
  token = await world.token();
  for (const id of ['one', 'two']) await world.gateway(id);
  await world.restApi('books');
});
afterAll(async () => {
  await world?.stop();
  await broker?.stop();
});

let readers: EventReader[] = [];
afterEach(async () => {
  await Promise.all(readers.map((reader) => reader.close()));
  readers = [];
});

async function read(query = '', options: { url?: string; token?: string; lastEventId?: string } = {}): Promise<EventReader> {
  // A place that was just left is free a moment later.
  for (;;) {
    const reader = await readEvents(
      `${options.url ?? world.url}/api/v0.9/events/stream${query}`,
      options.token ?? token,
      options.lastEventId,
    );
    readers.push(reader);
    if (reader.status !== 503) return reader;
  }
}
const revisions = (reader: EventReader): number[] => reader.of('event').map(({ revision }: Json) => revision);
const uuidOf = async (gateway: string): Promise<string> => {
  const [row] = await world.database.query<{ id: string }>(sql`SELECT id FROM gateways WHERE handle = ${gateway}`);
  return row?.id ?? '';
};

test('an event comes live, as it is in the event log, with its position', async () => {
  const reader = await read();
  expect([reader.status, reader.contentType]).toEqual([200, 'text/event-stream']);
  const head = await world.head();
  await world.deploy('books', 'one');
  await until(() => revisions(reader)).toEqual([head + 1]);
  const [event] = reader.of('event');
  const { life, ...logged } = await world.get(`/events/${event.correlationId}`);
  expect(event).toEqual({ ...logged, life: { state: 'published', publishedAt: expect.any(String) } });
  expect(life.state).toBe('published');
  expect(reader.messages[0]?.id).toMatch(new RegExp(`^[0-9a-f-]{36}:${head + 1}$`));
});

test('who asks for the head alone is answered at once', async () => {
  const { status, headers, body } = await fetch(`${world.url}/api/v0.9/events/stream`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${token}` },
  });
  expect([status, headers.get('content-type'), body]).toEqual([200, 'text/event-stream', null]);
});

test('who comes back with the last position hears what it missed and what comes next, each once and in order', async () => {
  const first = await read();
  const head = await world.head();
  await world.deploy('books', 'one');
  await until(() => revisions(first)).toEqual([head + 1]);
  await first.close();
  for (let n = 0; n < 3; n += 1) await world.deploy('books', 'two');
  await world.appendEvents(250);

  const second = await read('', { lastEventId: first.lastEventId as string });
  await world.deploy('books', 'one');
  const last = await world.head();
  await until(() => revisions(second).at(-1)).toBe(last);
  expect(revisions(second)).toEqual(Array.from({ length: last - head - 1 }, (_, n) => head + 2 + n));
});

test('another replica goes on where one was left, and both tell what either accepts', async () => {
  const replica = await startApi({ NATS_URL: broker.server.url, DATABASE_URL: databaseUrl });
  try {
    const first = await read();
    const head = await world.head();
    await world.deploy('books', 'one');
    await until(() => revisions(first)).toEqual([head + 1]);
    const lastEventId = first.lastEventId as string;
    await world.deploy('books', 'two');
    const second = await read('', { url: replica.url, token: await replica.token(), lastEventId });
    const deployment = { name: 'deployment', base: 'current', gatewayId: 'one' };
    expect((await replica.ask('POST', '/rest-apis/books/deployments', deployment)).status).toBe(201);
    await world.deploy('books', 'two');
    await until(() => revisions(first).at(-1)).toBe(head + 4);
    await until(() => revisions(second).at(-1)).toBe(head + 4);
    expect(revisions(first)).toEqual([1, 2, 3, 4].map((n) => head + n));
    expect(revisions(second)).toEqual([2, 3, 4].map((n) => head + n));
    await second.close();
  } finally {
    await replica.stop();
  }
});

test('who never heard an event can come back to where it began', async () => {
  const first = await read();
  await first.close();
  await world.deploy('books', 'one');
  const second = await read('', { lastEventId: first.lastEventId as string });
  await until(() => revisions(second)).toEqual([await world.head()]);
});

test('events that are published while others are heard come in their order, without a gap', async () => {
  const [one, two] = [await read(), await read()];
  const head = await world.head();
  await Promise.all(Array.from({ length: 20 }, (_, n) => world.deploy('books', n % 2 === 0 ? 'one' : 'two')));
  const expected = Array.from({ length: 20 }, (_, n) => head + 1 + n);
  for (const reader of [one, two]) {
    await until(() => revisions(reader)).toHaveLength(20);
    expect(revisions(reader)).toEqual(expected);
  }
});

test('a filter lets through what concerns a gateway, with what is for all, and one type', async () => {
  const ofOne = await read('?gatewayId=one');
  const deleted = await read('?type=api.deleted');
  await world.deploy('books', 'two');
  await world.deploy('books', 'one');
  await world.restApi('gone');
  await world.done('DELETE', '/rest-apis/gone');
  await until(() => ofOne.of('event').map(({ gatewayId, type }: Json) => [gatewayId, type])).toEqual([
    ['one', 'api.deployed'],
    [undefined, 'api.deleted'],
  ]);
  await until(() => deleted.of('event').map(({ type }: Json) => type)).toEqual(['api.deleted']);
  const missing = await world.ask('GET', '/events/stream?gatewayId=nobody');
  expect(missing.body.code).toBe('GATEWAY_NOT_FOUND');
});

/** Far less than what the clocks of edges are wrong by in these tests. */
const clockErrorMs = 5_000;

test("receipts, outcomes and connections are told as they come, by the gateways' ids and the database's clock", async () => {
  const [reader, other] = [await read('?gatewayId=one'), await read('?gatewayId=two')];
  await world.deploy('books', 'one');
  await until(() => reader.of('event')).toHaveLength(1);
  const [{ correlationId, revision, committedAt }] = reader.of('event');
  const [organization] = await world.database.query<{ id: string }>(sql`SELECT id FROM organizations WHERE handle = 'default'`);
  const gatewayId = await uuidOf('one');
  const way = { gatewayId, organizationId: organization?.id ?? '', correlationId, revision };
  // The edge's clock is far from the database's.
  const at = Date.UTC(2001, 0, 1);
  const receipt: Receipt = {
    ...way,
    type: 'api.deployed',
    committedAtMs: Date.parse(committedAt),
    publishedAtMs: at + 1,
    heardAtMs: at + 2,
    writtenAtMs: at + 3,
    receiptAtMs: at + 4,
  };
  notify(broker.connection, subjects.receipts, {
    edgeId: newId(),
    sentAtMs: at + 4,
    receipts: [receipt],
  } satisfies ReceiptsMessage);
  const settled = {
    ...way,
    artifactId: newId(),
    deploymentId: null,
    status: 'FAILED',
    statusReason: 'DEPLOYMENT_TIMEOUT',
    settledAtMs: Date.parse(committedAt) + 5,
  } as const;
  notify(broker.connection, subjects.settled, { settled: [settled] } satisfies SettledMessage);
  await until(() => reader.of('life')).toEqual([
    {
      correlationId,
      revision,
      gatewayId: 'one',
      state: 'confirmed',
      at: expect.any(String),
      writtenAt: expect.any(String),
    },
    {
      correlationId,
      revision,
      gatewayId: 'one',
      state: 'settled',
      at: new Date(Date.parse(committedAt) + 5).toISOString(),
      outcome: 'FAILED',
      reason: 'DEPLOYMENT_TIMEOUT',
    },
  ]);

  const edgeId = await world.edge();
  await world.connect('one', edgeId);
  notify(broker.connection, subjects.presenceChanged, { gatewayIds: [gatewayId] } satisfies PresenceChanged);
  await until(() => reader.of('presence')).toEqual([
    {
      gatewayId: 'one',
      isConnected: true,
      connections: [{ edgeId, connectedAt: expect.any(String), remoteAddress: '10.0.0.1' }],
    },
  ]);
  expect([other.of('life'), other.of('presence')]).toEqual([[], []]);

  const [{ at: toldAt, writtenAt }] = reader.of('life');
  const life = async () => (await world.get(`/events/${correlationId}`)).life;
  await until(async () => (await life()).confirmedAt).toBeTypeOf('string');
  const [now] = await world.database.query<{ now: Date }>(sql`SELECT clock_timestamp() AS now`);
  const { publishedAt, ...logged } = await life();
  for (const times of [
    [writtenAt, toldAt],
    [publishedAt, logged.writtenAt, logged.confirmedAt],
  ]) {
    expect(times).toEqual([...times].sort());
    // How far ahead the database's clock is was learned by asking it, which is good to within the time that an answer takes.
    for (const at of times.map((time) => Date.parse(String(time)))) {
      expect(at).toBeGreaterThan(Date.parse(committedAt) - clockErrorMs);
      expect(at).toBeLessThan(Number(now?.now.getTime()) + clockErrorMs);
    }
  }
});

test('nothing of another organization comes by the stream', async () => {
  const theirs = await world.otherOrganization('other');
  const [reader, other] = [await read(), await read('', { token: theirs })];
  const deployment = { name: 'deployment', base: 'current', gatewayId: 'other-gateway' };
  await world.ask('POST', '/rest-apis/other-api/deployments', deployment, { token: theirs });
  await until(() => other.of('event')).toHaveLength(1);
  await world.deploy('books', 'one');
  await until(() => reader.of('event')).toHaveLength(1);
  expect(reader.of('event')[0].gatewayId).toBe('one');
  expect(other.of('event')[0].gatewayId).toBe('other-gateway');
  const position = reader.lastEventId as string;
  expect((await world.ask('GET', '/events/stream?gatewayId=one', undefined, { token: theirs })).status).toBe(404);
  const resumed = await read('', { token: theirs, lastEventId: position });
  await world.deploy('books', 'one');
  await until(() => reader.of('event')).toHaveLength(2);
  expect(resumed.of('event')).toEqual([]);
});

test.each(['nonsense', `${newId()}:1`, 'of a trimmed log', 'beyond the head'])(
  'a position that cannot be resumed is reset: %s',
  async (which) => {
    const [epoch] = await world.database.query<{ epoch: string }>(sql`SELECT epoch FROM log_epoch`);
    const head = await world.head();
    const lastEventId =
      which === 'of a trimmed log' ? `${epoch?.epoch}:1` : which === 'beyond the head' ? `${epoch?.epoch}:${head + 5}` : which;
    if (which === 'of a trimmed log')
      await world.database.query(sql`UPDATE organization_heads SET trimmed_through = 2 WHERE revision > 10`);
    const reader = await read('', { lastEventId });
    expect(reader.messages).toEqual([{ event: 'reset', id: `${epoch?.epoch}:${head}`, data: {} }]);
    await world.deploy('books', 'one');
    await until(() => revisions(reader)).toEqual([head + 1]);
  },
);

test('another log epoch resets those who read, and they hear its events', async () => {
  const reader = await read();
  await world.database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);
  await world.deploy('books', 'one');
  await until(() => reader.messages.map(({ event }) => event)).toContain('reset');
  const head = await world.head();
  await world.deploy('books', 'two');
  await until(() => revisions(reader)).toContain(head + 1);
  const [epoch] = await world.database.query<{ epoch: string }>(sql`SELECT epoch FROM log_epoch`);
  expect(reader.lastEventId).toBe(`${epoch?.epoch}:${head + 1}`);
});

test('the broker may go away and come back: nothing is missing and nothing comes twice', async () => {
  const reader = await read();
  const head = await world.head();
  await world.deploy('books', 'one');
  await until(() => revisions(reader)).toHaveLength(1);
  await broker.server.stop();
  for (let n = 0; n < 3; n += 1) await world.deploy('books', 'two');
  await broker.server.start();
  await world.deploy('books', 'one');
  await until(() => revisions(reader).at(-1)).toBe(head + 5);
  expect(revisions(reader)).toEqual([1, 2, 3, 4, 5].map((n) => head + n));
});

test('who does not read is closed, and one who reads as much is not', async () => {
  await world.appendEvents(1);
  const begin = await read();
  const position = begin.lastEventId as string;
  await begin.close();
  await world.appendEvents(4_000, { actor: 'x'.repeat(4_000) });
  const { hostname, port } = new URL(world.url);
  const silent = connect(Number(port), hostname);
  silent.write(
    `GET /api/v0.9/events/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nlast-event-id: ${position}\r\n\r\n`,
  );
  const reading = await read('', { lastEventId: position });
  await world.process.logged('event reader closed: it does not read');
  await until(() => revisions(reading).length).toBe(4_000);
  expect(reading.hasEnded).toBe(false);
  silent.resume();
  await once(silent, 'close');
});

test('there are only so many readers; a place that is left is free again', async () => {
  for (let n = 0; n < 3; n += 1) await read();
  const refused = await world.ask('GET', '/events/stream');
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
  await readers[0]?.close();
  expect((await read()).status).toBe(200);
});

test('streams end when the service stops, which does not wait for who does not read', async () => {
  const reader = await read();
  const { hostname, port } = new URL(world.url);
  const silent = connect(Number(port), hostname);
  silent.write(`GET /api/v0.9/events/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
  await once(silent, 'readable');
  await world.process.stop();
  expect(await world.process.exited).toBe(0);
  await until(() => reader.hasEnded).toBe(true);
});
