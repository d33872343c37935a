import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../api-service/setup.js';
import { type StatusWorld, startStatusWorld } from './world.js';

let world: StatusWorld;
beforeAll(async () => {
  world = await startStatusWorld();
  for (const id of ['books', 'films', 'songs']) await world.restApi(id);
  for (const id of ['one', 'two']) await world.gateway(id);
});
afterAll(() => world?.stop());

const revisions = (body: Json): number[] => body.list.map(({ revision }: Json) => revision);
/** The event of the last decision for a REST API on a gateway. */
const lastDecision = async (restApi: string, gateway: string): Promise<Json> => {
  const { list } = await world.get(`/gateways/${gateway}/artifacts?query=${restApi}`);
  return world.get(`/events/${list[0].correlationId}`);
};
const publish = (revision: number) =>
  world.database.query(sql`
    INSERT INTO published_heads (organization_id, revision) SELECT id, ${revision} FROM organizations WHERE handle = 'default'
    ON CONFLICT (organization_id) DO UPDATE SET revision = EXCLUDED.revision`);

test('a decision goes through its life as far as is certain, up to the verdict of the gateway', async () => {
  await world.deploy('books', 'one');
  const committed = await lastDecision('books', 'one');
  expect(committed).toEqual({
    revision: await world.head(),
    correlationId: expect.any(String),
    type: 'api.deployed',
    action: 'CREATE',
    entity: { type: 'artifact', id: expect.any(String), kind: 'RestApi', handle: 'books' },
    gatewayId: 'one',
    actor: 'admin',
    committedAt: expect.any(String),
    life: { state: 'committed' },
  });
  const { revision, correlationId } = committed;
  const life = async () => (await world.get(`/events/${correlationId}`)).life;
  await publish(revision);
  expect((await life()).state).toBe('published');
  await world.cursor('one', { written: revision });
  expect((await life()).state).toBe('written');
  await world.cursor('one', { confirmed: revision });
  expect((await life()).state).toBe('confirmed');
  await world.verdict('books', 'one', 'DEPLOYMENT_ID_MISMATCH');
  expect(await life()).toMatchObject({ state: 'settled', outcome: 'FAILED', reason: 'DEPLOYMENT_ID_MISMATCH' });
  await world.verdict('books', 'one');
  const settled = await life();
  expect(settled).toMatchObject({ state: 'settled', outcome: 'DEPLOYED', settledAt: expect.any(String) });
  expect(settled.reason).toBeUndefined();
});

test('a decision that a later one has replaced says so', async () => {
  await world.deploy('films', 'one');
  const first = await lastDecision('films', 'one');
  expect(first.life.isSuperseded).toBeUndefined();
  await world.deploy('films', 'one');
  const { life } = await world.get(`/events/${first.correlationId}`);
  expect([life.isSuperseded, life.outcome]).toEqual([true, undefined]);
  expect((await lastDecision('films', 'one')).life.isSuperseded).toBeUndefined();
});

test('a cursor of another log epoch proves nothing', async () => {
  await world.gateway('restored');
  await world.deploy('books', 'restored');
  const { correlationId, revision } = await lastDecision('books', 'restored');
  await publish(revision);
  await world.cursor('restored', { confirmed: revision });
  await world.database.query(sql`
    UPDATE gateway_cursors SET log_epoch = gen_random_uuid() WHERE gateway_id = (SELECT id FROM gateways WHERE handle = 'restored')`);
  expect((await world.get(`/events/${correlationId}`)).life.state).toBe('published');
  await world.done('DELETE', '/gateways/restored');
  const { gatewayId } = await world.get(`/events/${correlationId}`);
  expect(gatewayId, 'a gateway that is gone is named by its UUID').toMatch(/^[0-9a-f-]{36}$/);
});

test('an event for every gateway counts those that have written and confirmed it', async () => {
  await world.restApi('short-lived');
  await world.done('DELETE', '/rest-apis/short-lived');
  const [event] = (await world.get('/events?limit=1')).list;
  await publish(event.revision);
  const look = async () => {
    const { gatewayId, life, gateways } = await world.get(`/events/${event.correlationId}`);
    return [gatewayId, life.state, gateways];
  };
  expect(await look()).toEqual([undefined, 'published', { total: 2, written: 0, confirmed: 0 }]);
  await world.cursor('one', { confirmed: event.revision });
  await world.cursor('two', { written: event.revision });
  expect(await look()).toEqual([undefined, 'written', { total: 2, written: 2, confirmed: 1 }]);
  await world.cursor('two', { confirmed: event.revision });
  expect(await look()).toEqual([undefined, 'confirmed', { total: 2, written: 2, confirmed: 2 }]);
});

test('events are found by gateway, artifact, kind, type, actor and time, each with what is for every gateway where it belongs', async () => {
  const before = await world.head();
  await world.deploy('songs', 'one');
  await world.deploy('songs', 'two');
  await world.deploy('books', 'two');
  await world.restApi('common');
  await world.done('DELETE', '/rest-apis/common');
  const after = async (query: string) =>
    revisions(await world.get(`/events?${query}`))
      .filter((revision) => revision > before)
      .map((revision) => revision - before);

  expect(await after('limit=100')).toEqual([4, 3, 2, 1]);
  expect(await after('gatewayId=one')).toEqual([4, 1]);
  expect(await after('gatewayId=two')).toEqual([4, 3, 2]);
  expect(await after('artifactId=songs')).toEqual([2, 1]);
  expect(await after('artifactId=songs&gatewayId=two')).toEqual([2]);
  expect(await after('kind=RestApi&limit=100')).toEqual([4, 3, 2, 1]);
  expect(await after('kind=Mcp')).toEqual([]);
  expect(await after('kind=Mcp&artifactId=songs')).toEqual([]);
  expect(await after('type=api.deleted')).toEqual([4]);
  expect(await after('actor=admin&limit=100')).toEqual([4, 3, 2, 1]);
  expect(await after('actor=nobody')).toEqual([]);
  expect((await world.ask('GET', '/events?gatewayId=nobody')).body.code).toBe('GATEWAY_NOT_FOUND');

  const deleted = (await world.get('/events?limit=1')).list[0];
  expect(await after(`artifactId=${deleted.entity.id}`), 'what is gone is found by its UUID').toEqual([4]);
  await world.database.query(sql`
    UPDATE events SET committed_at = '2026-01-01T00:00:00Z'::timestamptz + revision * interval '1 second'`);
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + (before + n) * 1_000).toISOString();
  expect(await after(`from=${at(2)}&to=${at(3)}`)).toEqual([3, 2]);
  expect(await after(`from=${at(4)}`)).toEqual([4]);
  expect(revisions(await world.get(`/events?to=${at(1)}&limit=2`))).toEqual([before + 1, before]);
  expect((await world.get(`/events?from=${at(5)}`)).list).toEqual([]);
});

test.each(['', 'gatewayId=one&', 'type=api.deployed&', 'artifactId=books&'])(
  'pages of events with the filter "%s" hold each event once and end',
  async (filter) => {
    const all = revisions(await world.get(`/events?${filter}limit=100`));
    expect(all.length).toBeGreaterThan(2);
    const paged: number[] = [];
    for (let before: number | undefined, page: Json; ; before = page.nextBefore) {
      page = await world.get(`/events?${filter}limit=2${before === undefined ? '' : `&before=${before}`}`);
      paged.push(...revisions(page));
      if (page.nextBefore === undefined) break;
    }
    expect(paged).toEqual(all);
  },
);

test.each(['kind=Book', 'from=yesterday', 'before=0', 'limit=many', 'unknown=1'])(
  'the wrong parameter %s is refused',
  async (query) => {
    const { status, body } = await world.ask('GET', `/events?${query}`);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  },
);

test.each([newId(), 'nonsense'])('an event that the log does not have is not found: %s', async (id) => {
  const { status, body } = await world.ask('GET', `/events/${id}`);
  expect([status, body.code]).toEqual([404, 'EVENT_NOT_FOUND']);
});
