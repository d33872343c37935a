import { createHash } from 'node:crypto';
import { hear, openConnection } from '@gatecast/broker';
import { type Revocation, subjects } from '@gatecast/contracts';
import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Answer, type Api, gatewayInput, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi({ NATS_URL: inject('natsUrl') });
});
afterAll(() => api?.stop());

const create = async (id: string) => {
  const answer = await api.ask('POST', '/gateways', gatewayInput(id));
  expect(answer.status).toBe(201);
  return answer.body;
};
const idOf = async (handle: string) => {
  const [row] = await api.database.query<{ id: string }>(sql`SELECT id FROM gateways WHERE handle = ${handle}`);
  return row?.id as string;
};
/** Statements of this database that wait for a lock. */
const lockWaits = () =>
  api.database.query(sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
const cursorOf = async (handle: string) => {
  const [row] = await api.database.query<{ confirmed: number; written: number; current: boolean }>(sql`
    SELECT c.confirmed, c.written, c.log_epoch = e.epoch AS current FROM gateway_cursors c JOIN gateways g ON g.id = c.gateway_id, log_epoch e
    WHERE g.handle = ${handle}`);
  return row;
};

test('a gateway is created, read, changed and deleted', async () => {
  const made = await api.ask('POST', '/gateways', {
    ...gatewayInput('edge-1'),
    description: 'At the edge',
    properties: { region: 'eu', tier: { level: 1 } },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get('location')).toBe('/api/v0.9/gateways/edge-1');
  expect(made.body).toMatchObject({
    id: 'edge-1',
    organizationId: 'default',
    displayName: 'Gateway edge-1',
    description: 'At the edge',
    endpoints: ['https://gateway.example.com'],
    properties: { region: 'eu', tier: { level: 1 } },
    isCritical: false,
    functionalityType: 'regular',
    version: '1.0',
    isActive: false,
    createdBy: 'admin',
  });
  expect((await api.ask('GET', '/gateways/edge-1')).body).toEqual(made.body);

  const changed = await api.ask('PUT', '/gateways/edge-1', {
    ...made.body,
    displayName: 'Renamed',
    isCritical: true,
    isActive: true,
    createdBy: 'someone else',
  });
  expect(changed.status).toBe(200);
  expect(changed.body).toMatchObject({ displayName: 'Renamed', isCritical: true, isActive: false, createdBy: 'admin' });
  expect(changed.body.updatedAt > made.body.updatedAt).toBe(true);

  expect((await api.ask('DELETE', '/gateways/edge-1')).status).toBe(204);
  expect((await api.ask('GET', '/gateways/edge-1')).body).toMatchObject({ code: 'GATEWAY_NOT_FOUND' });
  expect((await api.ask('DELETE', '/gateways/edge-1')).status).toBe(404);
});

test('an id that is taken is a conflict, and one that is not given is made from the name', async () => {
  await create('taken-one');
  const clash = await api.ask('POST', '/gateways', gatewayInput('taken-one'));
  expect([clash.status, clash.body.code]).toEqual([409, 'GATEWAY_NAME_CONFLICT']);
  const { id: _, ...unnamed } = { ...gatewayInput('x'), displayName: 'Taken  Öne!' };
  const first = (await api.ask('POST', '/gateways', unnamed)).body.id;
  expect(first).toMatch(/^taken-one-[a-z0-9]{4}$/);
  expect((await api.ask('POST', '/gateways', { ...unnamed, displayName: '日本' })).body.id).toMatch(/^[a-z0-9]{4}$/);
});

test("a new gateway's cursor starts at the organization's head", async () => {
  await api.database.query(sql`UPDATE organization_heads SET revision = revision + 41`);
  await create('late-comer');
  const [head] = await api.database.query<{ revision: number }>(
    sql`SELECT revision FROM organization_heads h JOIN organizations o ON o.id = h.organization_id WHERE o.handle = 'default'`,
  );
  expect(await cursorOf('late-comer')).toEqual({ confirmed: head?.revision, written: head?.revision, current: true });
});

test('a gateway that is created while an event is being committed starts behind that event', async () => {
  let answered: ReturnType<typeof create> | undefined;
  const revision = await api.database.transaction(async (transaction) => {
    const [head] = await transaction.query<{ revision: number }>(sql`
      UPDATE organization_heads SET revision = revision + 1 WHERE organization_id = (SELECT id FROM organizations WHERE handle = 'default') RETURNING revision`);
    answered = create('in-between');
    await expect.poll(lockWaits).toHaveLength(1);
    return head?.revision;
  });
  await answered;
  expect((await cursorOf('in-between'))?.confirmed).toBe(revision);
});

test('a gateway is active while it has a connection on an edge that was heard of lately', async () => {
  await create('connected');
  const [id, edgeId] = [await idOf('connected'), newId()];
  const isActive = async () => (await api.ask('GET', '/gateways/connected')).body.isActive;
  await api.database.query(sql`INSERT INTO edges (id) VALUES (${edgeId})`);
  expect(await isActive()).toBe(false);
  await api.database.query(
    sql`INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at) VALUES (${newId()}, ${edgeId}, ${id}, '', now())`,
  );
  expect(await isActive()).toBe(true);
  expect((await api.ask('GET', '/gateways?query=connected')).body.list[0].isActive).toBe(true);
  await api.database.query(sql`UPDATE edges SET heard_at = now() - interval '16 seconds'`);
  expect(await isActive()).toBe(false);
});

test('a token is shown once and stored only as its hash', async () => {
  await create('with-token');
  const made = await api.ask('POST', '/gateways/with-token/tokens');
  expect(made.status).toBe(201);
  expect(made.body.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const rows = await api.database.query<{ token_hash: string }>(
    sql`SELECT token_hash FROM gateway_tokens WHERE id = ${made.body.id}`,
  );
  expect(rows).toEqual([{ token_hash: createHash('sha256').update(made.body.token).digest('hex') }]);
  const listed = await api.ask('GET', '/gateways/with-token/tokens');
  expect(listed.body).toEqual({
    count: 1,
    list: [{ id: made.body.id, status: 'active', createdAt: made.body.createdAt }],
    pagination: { total: 1, offset: 0, limit: 20 },
  });
  expect(JSON.stringify(api.process.log)).not.toContain(made.body.token);
});

test('of 40 tokens that are asked for at once exactly two are made', async () => {
  await create('crowded');
  // Every insert waits at a gate until all connections of the service are at work: requests that don't wait for each other have counted by then.
  await api.database.query(sql`CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END'`);
  await api.database.query(sql`CREATE TRIGGER gate BEFORE INSERT ON gateway_tokens FOR EACH ROW EXECUTE FUNCTION wait_at_gate()`);
  let asked: Promise<Answer[]> | undefined;
  await api.database.transaction(async (transaction) => {
    await transaction.query(sql`SELECT pg_advisory_xact_lock(1)`);
    asked = Promise.all(Array.from({ length: 40 }, () => api.ask('POST', '/gateways/crowded/tokens')));
    await expect.poll(lockWaits, { timeout: 20_000 }).toHaveLength(10);
  });
  const answers = (await asked) ?? [];
  await api.database.query(sql`DROP TRIGGER gate ON gateway_tokens`);

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused).toHaveLength(38);
  for (const { status, body } of refused) expect([status, body.code]).toEqual([409, 'GATEWAY_TOKEN_LIMIT_REACHED']);
  expect((await api.ask('GET', '/gateways/crowded/tokens')).body.count).toBe(2);
});

test('a revoked token is gone from the list, makes room for another and cannot be revoked again', async () => {
  await create('revoking');
  const [first] = [await api.ask('POST', '/gateways/revoking/tokens'), await api.ask('POST', '/gateways/revoking/tokens')];
  const path = `/gateways/revoking/tokens/${first.body.id}`;
  const revoked = await api.ask('DELETE', path);
  expect([revoked.status, revoked.body]).toEqual([200, { message: 'Token revoked successfully' }]);
  expect((await api.ask('DELETE', path)).body.code).toBe('GATEWAY_TOKEN_NOT_FOUND');
  expect((await api.ask('DELETE', '/gateways/revoking/tokens/not-an-id')).status).toBe(404);
  expect((await api.ask('POST', '/gateways/revoking/tokens')).status).toBe(201);
});

test("a token cannot be revoked through another gateway's path", async () => {
  await create('mine');
  await create('other');
  const { body } = await api.ask('POST', '/gateways/mine/tokens');
  expect((await api.ask('DELETE', `/gateways/other/tokens/${body.id}`)).status).toBe(404);
  expect((await api.ask('GET', '/gateways/mine/tokens')).body.count).toBe(1);
});

test('revoking a token and deleting a gateway are told to every edge', async () => {
  const heard: Revocation[] = [];
  const broker = openConnection({ url: inject('natsUrl'), name: 'test', onStatus: () => undefined });
  await hear<Revocation>(
    broker,
    subjects.revocations,
    (revocation) => heard.push(revocation),
    () => undefined,
  );
  await (await broker.opened).flush();
  await api.process.logged('broker connection');

  await create('announced');
  const gatewayId = await idOf('announced');
  const { body } = await api.ask('POST', '/gateways/announced/tokens');
  await api.ask('DELETE', `/gateways/announced/tokens/${body.id}`);
  await api.ask('DELETE', '/gateways/announced');
  await expect
    .poll(() => heard.filter((revocation) => revocation.gatewayId === gatewayId))
    .toEqual([{ gatewayId, tokenId: body.id }, { gatewayId }]);
  await broker.close();
});

test('lists are sorted, searched and cut into pages, whatever the limits asked for', async () => {
  await api.ask('POST', '/organizations', { id: 'lists', displayName: 'Lists' });
  const token = await api.token({ organization: 'lists' });
  for (const id of ['list-b', 'list-a', 'list-c']) await api.ask('POST', '/gateways', { ...gatewayInput(id) }, { token });
  const ids = async (query: string) =>
    (await api.ask('GET', `/gateways${query}`, undefined, { token })).body.list.map(({ id }: { id: string }) => id);
  expect(await ids('')).toEqual(['list-c', 'list-a', 'list-b']);
  expect(await ids('?sortBy=name&sortOrder=asc')).toEqual(['list-a', 'list-b', 'list-c']);
  expect(await ids('?sortBy=createdAt&sortOrder=asc&limit=1&offset=1')).toEqual(['list-a']);
  expect(await ids('?query=t-b')).toEqual(['list-b']);
  expect(await ids('?query=%25')).toEqual([]);
  for (const [asked, given] of [
    ['limit=0', { limit: 1 }],
    ['limit=1000', { limit: 100 }],
    ['limit=-3&offset=-5', { limit: 1, offset: 0 }],
    ['offset=1e30', { offset: 2 ** 31 - 1 }],
  ] as const) {
    const { status, body } = await api.ask('GET', `/gateways?${asked}`, undefined, { token });
    expect([asked, status, body.pagination]).toEqual([asked, 200, expect.objectContaining({ total: 3, ...given })]);
  }
});

test("another organization's gateways can't be seen, used or told apart from ones that do not exist", async () => {
  await create('secret-one');
  await api.ask('POST', '/organizations', { id: 'strangers', displayName: 'Strangers' });
  const token = await api.token({ organization: 'strangers' });
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/tokens'],
    ['POST', '/tokens'],
  ] as const) {
    const foreign = await api.ask(method, `/gateways/secret-one${path}`, undefined, { token });
    const none = await api.ask(method, `/gateways/no-such-one${path}`, undefined, { token });
    expect([foreign.status, foreign.body.message]).toEqual([404, none.body.message.replace('no-such-one', 'secret-one')]);
  }
  expect((await api.ask('PUT', '/gateways/secret-one', gatewayInput('secret-one'), { token })).status).toBe(404);
  expect((await api.ask('GET', '/gateways', undefined, { token })).body.count).toBe(0);
  expect((await api.ask('POST', '/gateways', gatewayInput('secret-one'), { token })).status).toBe(201);
});
