import { request } from '@gatecast/broker';
import { type EventLogReply, type EventLogRequest, frameBytesMax, type LoggedEvent, subjects } from '@gatecast/contracts';
import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logEpochOf, seedEvent, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let logEpoch: string;
beforeAll(async () => {
  parts = await startParts();
  logEpoch = await logEpochOf(parts.database);
});
afterAll(() => parts?.stop());

const read = (body: EventLogRequest) => request<EventLogReply>(parts.broker, subjects.eventLog, body, 20_000);

/** Reads on until everything asked for is covered, as an edge does. */
async function readAll(body: EventLogRequest): Promise<{ events: LoggedEvent[]; pages: number }> {
  const events: LoggedEvent[] = [];
  let pages = 0;
  for (let after = body.after; after < body.through; pages += 1) {
    const page = await read({ ...body, after });
    expect(page.through).toBeGreaterThan(after);
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThanOrEqual(1024 * 1024);
    events.push(...page.events);
    after = page.through;
  }
  return { events, pages };
}

/** A frame of exactly `bytes`, of which as many as `quotes` grow when it travels as a string in JSON. */
function frameOf(bytes: number, quotes = 0): string {
  const filled = (length: number) =>
    JSON.stringify({ type: 'api.deployed', payload: { text: `${'\\'.repeat(quotes / 2)}${'x'.repeat(length)}` } });
  const frame = filled(bytes - Buffer.byteLength(filled(0)));
  expect(Buffer.byteLength(frame)).toBe(bytes);
  return frame;
}

test('a gateway gets its own events and those for all, of its own organization, in order', async () => {
  const [organizationId, foreignId] = [await seedOrganization(parts.database, 5), await seedOrganization(parts.database, 5)];
  const [gateway, sibling] = [
    await seedGateway(parts.database, organizationId),
    await seedGateway(parts.database, organizationId),
  ];
  const entityId = newId();
  const mine = await seedEvent(parts.database, {
    organizationId,
    gatewayId: gateway.gatewayId,
    revision: 1,
    frame: '{"n":1}',
    entityId,
    committedAt: '2026-01-01T00:00:00.123456Z',
  });
  await seedEvent(parts.database, { organizationId, gatewayId: sibling.gatewayId, revision: 2, frame: '{"n":2}' });
  const everyones = await seedEvent(parts.database, { organizationId, gatewayId: null, revision: 3, frame: '{"n":3}' });
  const later = await seedEvent(parts.database, { organizationId, gatewayId: gateway.gatewayId, revision: 4, frame: '{"n":4}' });
  await seedEvent(parts.database, { organizationId, gatewayId: sibling.gatewayId, revision: 5, frame: '{"n":5}' });
  for (const gatewayId of [null, gateway.gatewayId]) {
    await seedEvent(parts.database, {
      organizationId: foreignId,
      gatewayId,
      revision: gatewayId ? 2 : 3,
      frame: '{"foreign":true}',
    });
  }

  const page = await read({ organizationId, gatewayIds: [gateway.gatewayId], after: 0, through: 5 });
  expect(page).toMatchObject({ logEpoch, through: 5 });
  expect(page.events.map(({ correlationId }) => correlationId)).toEqual([mine, everyones, later]);
  expect(page.events[0]).toEqual({
    correlationId: mine,
    gatewayId: gateway.gatewayId,
    revision: 1,
    entity: `artifact:${entityId}`,
    type: 'api.deployed',
    action: 'CREATE',
    committedAtMs: Date.parse('2026-01-01T00:00:00.123Z') + 0.456,
    frame: '{"n":1}',
  });
  expect(
    (await read({ organizationId, gatewayIds: [gateway.gatewayId], after: 1, through: 3 })).events.map(
      ({ revision }) => revision,
    ),
  ).toEqual([3]);
  expect((await read({ organizationId, after: 1, through: 4 })).events.map(({ revision }) => revision)).toEqual([2, 3, 4]);
});

test('many gateways read together: the events of each, and those for all once', async () => {
  const organizationId = await seedOrganization(parts.database, 6);
  const gateways = [];
  for (let n = 0; n < 3; n += 1) gateways.push((await seedGateway(parts.database, organizationId)).gatewayId);
  const [first = '', second = '', third = ''] = gateways;
  for (const [index, gatewayId] of [first, null, second, third, null, first].entries())
    await seedEvent(parts.database, { organizationId, gatewayId, revision: index + 1, frame: '{}' });

  const page = await read({ organizationId, gatewayIds: [first, second], after: 1, through: 6 });
  expect(page.events.map(({ revision, gatewayId }) => [revision, gatewayId])).toEqual([
    [2, null],
    [3, second],
    [5, null],
    [6, first],
  ]);
});

test('of very many gateways in a very long log, each gets its events, and a page looks through a bounded part of it', async () => {
  const organizationId = await seedOrganization(parts.database, 45_000);
  const quiet = await Promise.all(
    Array.from({ length: 40 }, async () => (await seedGateway(parts.database, organizationId)).gatewayId),
  );
  const { gatewayId: busy } = await seedGateway(parts.database, organizationId);
  await parts.database.query(sql`
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, committed_at)
    SELECT ${organizationId}, n, gen_random_uuid(), CASE WHEN n % 1000 = 0 THEN (${quiet}::uuid[])[n / 1000 % 40 + 1] WHEN n % 4999 <> 0 THEN ${busy}::uuid END,
           'artifact', gen_random_uuid(), 'CREATE', 'api.deployed', '{}', now() FROM generate_series(1, 45000) AS n`);
  await parts.database.query(sql`UPDATE organization_heads SET trimmed_through = 1500 WHERE organization_id = ${organizationId}`);

  const { events, pages } = await readAll({ organizationId, gatewayIds: quiet, after: 1_500, through: 45_000 });
  const own = Array.from({ length: 45 }, (_, index) => (index + 1) * 1_000);
  const forAll = Array.from({ length: 9 }, (_, index) => (index + 1) * 4_999);
  expect(events.map(({ revision }) => revision)).toEqual(
    [...own, ...forAll].filter((revision) => revision > 1_500).toSorted((a, b) => a - b),
  );
  expect(events.every(({ gatewayId }) => gatewayId !== busy)).toBe(true);
  expect(pages).toBe(3);
  // From before what is trimmed: the page looks on from there.
  expect((await read({ organizationId, gatewayIds: quiet, after: 0, through: 45_000 })).through).toBe(21_500);
});

test('an event that is in a trace comes with it, for a gateway that was away as well', async () => {
  const organizationId = await seedOrganization(parts.database, 2);
  const { gatewayId } = await seedGateway(parts.database, organizationId);
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await seedEvent(parts.database, { organizationId, gatewayId, revision: 1, frame: '{}', traceparent });
  await seedEvent(parts.database, { organizationId, gatewayId, revision: 2, frame: '{}' });
  for (const asked of [{}, { gatewayIds: [gatewayId] }]) {
    const [traced, untraced] = (await read({ organizationId, after: 0, through: 2, ...asked })).events;
    expect(traced?.traceparent).toBe(traceparent);
    expect(untraced).not.toHaveProperty('traceparent');
  }
});

test('a page never claims to cover what is beyond the head', async () => {
  const organizationId = await seedOrganization(parts.database, 2);
  for (const revision of [1, 2]) await seedEvent(parts.database, { organizationId, gatewayId: null, revision, frame: '{}' });
  expect(await read({ organizationId, after: 0, through: 9 })).toMatchObject({
    through: 2,
    events: [{ revision: 1 }, { revision: 2 }],
  });
  expect(await read({ organizationId, gatewayIds: [newId()], after: 2, through: 9 })).toEqual({
    logEpoch,
    trimmedThrough: 0,
    through: 2,
    events: [],
  });
});

test('a page says how far the log is trimmed and holds nothing from before', async () => {
  const organizationId = await seedOrganization(parts.database, 5);
  for (const revision of [3, 4, 5]) await seedEvent(parts.database, { organizationId, gatewayId: null, revision, frame: '{}' });
  await parts.database.query(sql`UPDATE organization_heads SET trimmed_through = 3 WHERE organization_id = ${organizationId}`);
  for (const after of [2, 3]) {
    expect(await read({ organizationId, after, through: 5 })).toMatchObject({
      trimmedThrough: 3,
      through: 5,
      events: [{ revision: 4 }, { revision: 5 }],
    });
  }
  expect(await read({ organizationId, after: 1, through: 2 })).toMatchObject({ trimmedThrough: 3, through: 2, events: [] });
});

test('an organization that is not there is an error, not an empty log', async () => {
  await expect(read({ organizationId: newId(), after: 0, through: 5 })).rejects.toThrow(/could not be answered/);
});

test('frames of 512 KiB travel, each page within a message of the broker', async () => {
  const organizationId = await seedOrganization(parts.database, 6);
  const frames = [frameBytesMax, 40_000, frameBytesMax, frameBytesMax, 300, 100_000].map((bytes) => frameOf(bytes));
  for (const [index, frame] of frames.entries())
    await seedEvent(parts.database, { organizationId, gatewayId: null, revision: index + 1, frame });
  for (const gatewayId of [undefined, newId()]) {
    const { events, pages } = await readAll({
      organizationId,
      ...(gatewayId && { gatewayIds: [gatewayId] }),
      after: 0,
      through: 6,
    });
    expect(events.map(({ revision, frame }) => [revision, frame])).toEqual(frames.map((frame, index) => [index + 1, frame]));
    expect(pages).toBe(3);
  }
});

test('frames that double in JSON are measured as they travel', async () => {
  const organizationId = await seedOrganization(parts.database, 8);
  const frame = frameOf(200_000, 199_000);
  for (let revision = 1; revision <= 8; revision += 1)
    await seedEvent(parts.database, { organizationId, gatewayId: null, revision, frame });
  const { events, pages } = await readAll({ organizationId, after: 0, through: 8 });
  expect(events.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(pages).toBe(4);
});

test('a long log comes in pages of at most 2,000 events, without holes', async () => {
  const organizationId = await seedOrganization(parts.database, 5_000);
  await parts.database.query(sql`
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, committed_at)
    SELECT ${organizationId}, n, gen_random_uuid(), NULL, 'artifact', gen_random_uuid(), 'CREATE', 'api.deployed', '{}', now() FROM generate_series(1, 5000) AS n`);
  const page = await read({ organizationId, after: 0, through: 5_000 });
  expect([page.events.length, page.through]).toEqual([2_000, 2_000]);
  const { events, pages } = await readAll({ organizationId, after: 0, through: 5_000 });
  expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
  expect(pages).toBe(3);
});
