import { sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settle } from '../../../services/api-service/dist/deployments/settling.js';
import type { Json } from '../api-service/setup.js';
import { type StatusWorld, startStatusWorld } from './world.js';

let world: StatusWorld;
beforeAll(async () => {
  world = await startStatusWorld();
  await world.restApi('books');
  await world.restApi('films');
});
afterAll(() => world?.stop());

const ids = (body: Json): string[] => body.list.map(({ id }: Json) => id);
const status = (gateway: string): Promise<Json> => world.get(`/gateways/${gateway}/status`);

test('a gateway is shown with each of its connections, on whichever live edge', async () => {
  await world.gateway('connected');
  expect(await status('connected')).toMatchObject({ id: 'connected', isConnected: false, connections: [] });
  const [one, two, dead] = [await world.edge(), await world.edge(), await world.edge()];
  for (const edge of [one, two, dead]) await world.connect('connected', edge);
  await world.database.query(sql`UPDATE edges SET heard_at = now() - interval '1 minute' WHERE id = ${dead}`);

  const { isConnected, connections } = await status('connected');
  expect(isConnected).toBe(true);
  expect(connections.map(({ edgeId }: Json) => edgeId)).toEqual([one, two]);
  expect(connections[0]).toEqual({ edgeId: one, connectedAt: expect.stringMatching(/T.*\.\d{3}Z$/), remoteAddress: '10.0.0.1' });
  expect(ids(await world.get('/gateway-statuses?connected=true'))).toEqual(['connected']);
  expect(ids(await world.get('/gateway-statuses?connected=false'))).not.toContain('connected');
  const organization = await world.get('/organization-status');
  expect(organization.gateways.connected).toBe(1);
  expect(organization.edges.map(({ edgeId, connections: count }: Json) => [edgeId, count])).toEqual([
    [one, 1],
    [two, 1],
  ]);
});

test('lag counts the events for a gateway and for all that it has not confirmed, with the age of the oldest', async () => {
  await world.gateway('away');
  await world.gateway('not-concerned');
  expect((await status('away')).lag).toEqual({ events: 0 });
  const before = await world.head();
  await world.deploy('books', 'away');
  await world.deploy('films', 'away');
  await world.restApi('gone');
  await world.done('DELETE', '/rest-apis/gone');

  const behind = await status('away');
  expect(behind).toMatchObject({ cursor: before, head: before + 3, lag: { events: 3, oldestAgeMs: expect.any(Number) } });
  expect(behind.lastEvent).toMatchObject({ revision: before + 3, type: 'api.deleted' });
  expect((await status('not-concerned')).lag.events).toBe(1);
  await world.database.query(
    sql`UPDATE events SET committed_at = committed_at - interval '1 hour' WHERE revision = ${before + 1}`,
  );
  expect((await status('away')).lag.oldestAgeMs).toBeGreaterThanOrEqual(3_600_000);

  expect(ids(await world.get('/gateway-statuses?lagMin=2'))).toEqual(['away']);
  expect(ids(await world.get('/gateway-statuses?sortBy=lag&limit=1'))).toEqual(['away']);
  await world.cursor('away', { confirmed: before + 2 });
  expect((await status('away')).lag.events).toBe(1);
  await world.cursor('away', { confirmed: before + 3 });
  expect((await status('away')).lag).toEqual({ events: 0 });
});

test('a gateway whose cursor means nothing any more has none, and lags by all that the event log has for it', async () => {
  await world.gateway('restored');
  const head = await world.head();
  await world.deploy('books', 'restored');
  await world.cursor('restored', { confirmed: head + 1 });
  expect(await status('restored')).toMatchObject({ cursor: head + 1, lag: { events: 0 } });
  await world.database.query(sql`
    UPDATE gateway_cursors SET log_epoch = gen_random_uuid() WHERE gateway_id = (SELECT id FROM gateways WHERE handle = 'restored')`);
  const { cursor, lag } = await status('restored');
  expect(cursor).toBeUndefined();
  const common = (await world.get('/events?type=api.deleted')).count;
  expect(lag.events).toBe(1 + common);
});

test('by lag, gateways far behind the head and near it stand in the order of the lags that are shown', async () => {
  for (const id of ['lag-far', 'lag-busy', 'lag-near', 'lag-none']) await world.gateway(id);
  await world.deploy('books', 'lag-far');
  await world.deploy('films', 'lag-far');
  await world.appendEvents(20_100, { gateway: 'lag-busy' });
  await world.appendEvents(1);
  const head = await world.head();
  await world.cursor('lag-near', { confirmed: head - 1 });
  await world.cursor('lag-none', { confirmed: head });
  const lags = async (query: string) =>
    (await world.get(`/gateway-statuses?query=lag-&${query}`)).list.map(({ id, lag }: Json) => [id, lag.events]);
  expect(await lags('sortBy=lag')).toEqual([
    ['lag-busy', 20_101],
    ['lag-far', 3],
    ['lag-near', 1],
    ['lag-none', 0],
  ]);
  await world.cursor('lag-busy', { confirmed: head - 3 });
  expect(await lags('sortBy=lag&lagMin=2&sortOrder=asc')).toEqual([
    ['lag-far', 3],
    ['lag-busy', 3],
  ]);
});

test('a refusal is drift with its reason, until a deployment is confirmed', async () => {
  await world.gateway('refusing');
  const first = await world.deploy('books', 'refusing');
  await world.verdict('books', 'refusing');
  expect(await status('refusing')).toMatchObject({
    artifacts: { inStep: 1, drifted: 0 },
    lastAck: { artifact: { kind: 'RestApi', id: 'books' }, status: 'DEPLOYED' },
  });
  const second = await world.deploy('books', 'refusing');
  await world.verdict('books', 'refusing', 'DEPLOYMENT_ID_MISMATCH');

  const refused = await status('refusing');
  expect(refused).toMatchObject({
    artifacts: { inStep: 0, drifted: 1, driftedForMsMax: expect.any(Number) },
    lastAck: { status: 'FAILED' },
    lastRefusal: { artifact: { kind: 'RestApi', id: 'books' }, deploymentId: second, reason: 'DEPLOYMENT_ID_MISMATCH' },
  });
  expect(ids(await world.get('/gateway-statuses?drifted=true'))).toContain('refusing');
  expect(ids(await world.get('/gateway-statuses?drifted=false'))).not.toContain('refusing');
  const [place] = (await world.get('/gateways/refusing/artifacts')).list;
  expect(place).toMatchObject({
    desired: { state: 'DEPLOYED', deploymentId: second },
    actual: { state: 'DEPLOYED', deploymentId: first },
    status: 'FAILED',
    statusReason: 'DEPLOYMENT_ID_MISMATCH',
    isInStep: false,
    driftedForMs: expect.any(Number),
  });

  await world.deploy('books', 'refusing');
  await world.verdict('books', 'refusing');
  const settled = await status('refusing');
  expect(settled.artifacts).toEqual({ inStep: 1, drifted: 0 });
  expect(settled.lastRefusal).toBeUndefined();
});

test.each([
  [
    'issued again by itself',
    'stubborn',
    async () => {
      const { database } = world;
      await database.query(sql`UPDATE artifact_gateways SET reissue_at = now() WHERE reissue_at IS NOT NULL`);
      const logger = createLogger('test', 'silent');
      await settle({ database, logger, wakeRelay: () => undefined, acksWaiting: async () => 0 });
    },
  ],
  ['decided anew', 'unwilling', () => world.deploy('books', 'unwilling')],
])('a refusal is told while it is %s, until the gateway has acked', async (_, gateway, decideAgain) => {
  await world.gateway(gateway);
  const refused = await world.deploy('books', gateway);
  await world.verdict('books', gateway, 'GATEWAY_PROCESSING_ERROR');
  const before = await status(gateway);
  expect(before.lastRefusal).toMatchObject({ deploymentId: refused, reason: 'GATEWAY_PROCESSING_ERROR' });
  await decideAgain();

  expect((await world.get(`/gateways/${gateway}/artifacts`)).list[0].status).toBe('DEPLOYING');
  const during = await status(gateway);
  expect([during.lastRefusal, during.lastAck]).toEqual([before.lastRefusal, before.lastAck]);

  await world.verdict('books', gateway);
  const after = await status(gateway);
  expect([after.lastRefusal, after.lastAck.status]).toEqual([undefined, 'DEPLOYED']);
});

test('details tell the manifest and the age of each active token', async () => {
  await world.gateway('detailed');
  expect((await status('detailed')).manifest).toBeUndefined();
  await world.database.query(sql`
    INSERT INTO gateway_manifests (gateway_id, version, policies, received_at)
    SELECT id, '1.2.3', '[]', '2026-01-01T00:00:00Z' FROM gateways WHERE handle = 'detailed'`);
  const { id } = await world.done('POST', '/gateways/detailed/tokens');
  const { id: revoked } = await world.done('POST', '/gateways/detailed/tokens');
  await world.done('DELETE', `/gateways/detailed/tokens/${revoked}`);
  await world.database.query(sql`UPDATE gateway_tokens SET created_at = created_at - interval '1 day' WHERE id = ${id}`);

  const { release, manifest, tokens } = await status('detailed');
  expect([release, manifest]).toEqual(['1.2.3', { release: '1.2.3', receivedAt: '2026-01-01T00:00:00.000Z' }]);
  expect(tokens).toEqual([{ id, createdAt: expect.any(String), ageMs: expect.any(Number) }]);
  expect(tokens[0].ageMs).toBeGreaterThanOrEqual(86_400_000);
  expect((await world.ask('GET', '/gateways/nobody/status')).body.code).toBe('GATEWAY_NOT_FOUND');
});

test.each(['sortBy=name', 'sortBy=name&sortOrder=desc', 'sortBy=lag', 'sortBy=createdAt', 'sortBy=connectedAt'])(
  'pages by %s hold each gateway once',
  async (by) => {
    for (let n = 0; n < 7; n += 1) await world.ask('POST', '/gateways', { ...named(`page-${n}`), displayName: 'same' });
    const all = ids(await world.get(`/gateway-statuses?query=page-&limit=100&${by}`));
    expect(all).toHaveLength(7);
    const paged: string[] = [];
    for (let offset = 0; offset < 7; offset += 3) {
      const { list, pagination } = await world.get(`/gateway-statuses?query=page-&limit=3&offset=${offset}&${by}`);
      expect(pagination).toEqual({ total: 7, offset, limit: 3 });
      paged.push(...list.map(({ id }: Json) => id));
    }
    expect(paged).toEqual(all);
    expect((await world.get(`/gateway-statuses?query=page-&offset=50&${by}`)).pagination.total).toBe(7);
  },
);

test('text is found in id and display name in any case, and its wildcards mean themselves', async () => {
  await world.ask('POST', '/gateways', { ...named('text-one'), displayName: '100% Berlin' });
  expect(ids(await world.get('/gateway-statuses?query=BERLIN'))).toEqual(['text-one']);
  expect(ids(await world.get('/gateway-statuses?query=Text-O'))).toEqual(['text-one']);
  expect(ids(await world.get(`/gateway-statuses?query=${encodeURIComponent('0%')}`))).toEqual(['text-one']);
});

test.each([
  'connected=maybe',
  'lagMin=-1',
  'lagMin=many',
  'sortBy=size',
  'sortOrder=up',
  'unknown=1',
  `query=${'x'.repeat(101)}`,
])('the wrong parameter %s is refused', async (query) => {
  const { status: code, body } = await world.ask('GET', `/gateway-statuses?${query}`);
  expect([code, body.code]).toEqual([400, 'VALIDATION_FAILED']);
});

const named = (id: string) => ({ id, displayName: id, endpoints: ['https://gateway.example.com'], functionalityType: 'regular' });
