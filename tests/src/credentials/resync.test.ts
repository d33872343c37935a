import { newId, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createResync } from '../../../services/api-service/dist/resync/resync.js';
import { Receiver } from './receiver.js';
import { type CredentialWorld, type Heard, startCredentialWorld } from './world.js';

let world: CredentialWorld;
let gatewayId: string;
beforeAll(async () => {
  world = await startCredentialWorld();
  const [row] = await world.database.query<{ id: string }>(sql`SELECT id FROM gateways WHERE handle = 'one'`);
  gatewayId = row?.id ?? '';
});
afterAll(() => world?.stop());

const keyInput = (id: string, more: object = {}) => ({ id, displayName: 'Key', apiKey: `the-key-called-${id}`, ...more });
const told = (events: readonly Heard[]) => events.map(({ type }) => type);

/** Makes the gateway's position mean nothing, and returns what it is told then. */
async function resynced(forget = sql`DELETE FROM gateway_cursors WHERE gateway_id = ${gatewayId}`): Promise<Heard[]> {
  await world.database.query(forget);
  const before = await world.head();
  const options = { database: world.database, logger: createLogger('test', 'silent'), wakeRelay: () => undefined };
  await createResync(options)(gatewayId);
  const events = await world.heard(before);
  expect(events.every(({ gateway }) => gateway === 'one')).toBe(true);
  return events;
}
function handle(receiver: Receiver, events: readonly Heard[]): void {
  for (const { gateway, type, payload } of events) if (gateway !== 'two') receiver.handle(type, payload);
}

test('a gateway that missed everything, whatever it held, holds what it shall hold', async () => {
  for (const id of ['kept', 'emptied']) {
    await world.artifact('RestApi', id);
    await world.deploy('RestApi', id, 'one');
  }
  await world.artifact('RestApi', 'elsewhere');
  await world.deploy('RestApi', 'elsewhere', 'two');
  for (const plan of ['old-plan', 'new-plan']) await world.done('POST', '/subscription-plans', { id: plan, displayName: plan });
  const keys = '/rest-apis/kept/api-keys';
  for (const id of ['stays', 'goes', 'comes-back', 'forbidden', 'ends']) await world.done('POST', keys, keyInput(id));
  await world.done('POST', '/rest-apis/elsewhere/api-keys', keyInput('elsewhere'));
  await world.done('DELETE', '/rest-apis/elsewhere/api-keys/elsewhere');
  const stays = await world.done('POST', '/subscriptions', {
    artifactId: 'kept',
    subscriberId: 'stays',
    subscriptionPlanId: 'old-plan',
  });
  const goes = await world.done('POST', '/subscriptions', {
    artifactId: 'kept',
    subscriberId: 'goes',
    subscriptionPlanId: 'old-plan',
  });
  await world.done('POST', '/applications', { id: 'shop', displayName: 'Shop' });
  await world.done('POST', '/applications/shop/api-keys', { apiKeys: [{ id: 'stays', artifactId: 'kept' }] });
  const gateway = new Receiver();
  handle(gateway, await world.heard());
  const missedFrom = await world.head();

  await world.done('DELETE', `${keys}/goes`);
  await world.done('DELETE', `${keys}/comes-back`);
  await world.done('POST', keys, keyInput('comes-back', { apiKey: 'another-value-of-it' }));
  await world.done('PUT', `${keys}/forbidden`, { displayName: 'Key', allowedTargets: ['two'] });
  await world.done('POST', keys, keyInput('is-new'));
  await world.done('POST', keys, keyInput('is-over', { expiresAt: '2099-01-01T00:00:00Z' }));
  await world.database.query(sql`UPDATE api_keys SET expires_at = '2020-01-01T00:00:00Z' WHERE handle = 'is-over'`);
  await world.done('PUT', `${keys}/ends`, { displayName: 'Key', expiresAt: '2099-01-01T00:00:00Z' });
  await world.database.query(sql`UPDATE api_keys SET expires_at = '2020-01-01T00:00:00Z' WHERE handle = 'ends'`);
  await world.done('PUT', `/subscriptions/${stays.id}`, { status: 'INACTIVE', subscriptionPlanId: 'new-plan' });
  await world.done('DELETE', `/subscriptions/${goes.id}`);
  await world.done('POST', '/subscriptions', { artifactId: 'kept', subscriberId: 'is-new' });
  await world.done('DELETE', '/subscription-plans/old-plan');
  await world.done('DELETE', '/rest-apis/emptied');
  const missed = await world.heard(missedFrom);
  expect(missed.length).toBeGreaterThan(9);

  const events = await resynced();
  handle(gateway, events);
  const fresh = new Receiver();
  handle(fresh, events);
  const all = new Receiver();
  handle(
    all,
    (await world.heard()).filter(({ revision }) => revision <= missedFrom),
  );
  handle(
    all,
    missed.filter(({ payload }) => payload.name !== 'is-over'),
  );
  for (const name of all.keys.keys()) if (name.endsWith(' ends')) all.keys.delete(name);
  expect(gateway.served).toEqual(all.served);
  expect(fresh.served).toEqual(all.served);
  expect(Object.keys((gateway.served as { keys: object }).keys).map((name) => name.split(' ')[1])).toEqual([
    'comes-back',
    'is-new',
    'stays',
  ]);
  expect([...gateway.subscriptions.values()].map(({ status }) => status).toSorted()).toEqual(['ACTIVE', 'INACTIVE']);
  expect([...gateway.plans.values()]).toEqual(['new-plan']);
  expect([...gateway.applications.values()].map(({ size }) => size)).toEqual([1]);
  // Nothing of artifacts that this gateway never had.
  expect(JSON.stringify(events)).not.toContain('elsewhere');
});

test('a deleted key is not taken away again once another one has its name', async () => {
  await world.artifact('RestApi', 'renamed');
  await world.deploy('RestApi', 'renamed', 'one');
  const keys = '/rest-apis/renamed/api-keys';
  await world.done('POST', keys, keyInput('reused'));
  await world.done('DELETE', `${keys}/reused`);
  const revoked = async () =>
    (await resynced()).filter(({ type, payload }) => type === 'apikey.revoked' && payload.keyName === 'reused');
  expect(await revoked()).toHaveLength(1);
  await world.done('POST', keys, keyInput('reused'));
  expect(await revoked()).toEqual([]);
});

test('after the database was set back, keys are newer than what gateways hold of them', async () => {
  await world.artifact('RestApi', 'set-back');
  await world.deploy('RestApi', 'set-back', 'one');
  await world.done('POST', '/rest-apis/set-back/api-keys', keyInput('older'));
  await world.database.query(sql`UPDATE api_keys SET updated_at = '2026-01-01T00:00:00Z' WHERE handle = 'older'`);
  const updatedAt = (events: readonly Heard[]) => events.find(({ payload }) => payload.name === 'older')?.payload.updatedAt;
  expect(updatedAt(await resynced())).toBe('2026-01-01T00:00:00Z');
  const otherLog = sql`UPDATE gateway_cursors SET log_epoch = ${newId()} WHERE gateway_id = ${gatewayId}`;
  expect(Date.parse(updatedAt(await resynced(otherLog)))).toBeGreaterThan(Date.parse('2026-11-01T00:00:00Z'));
});

test('however deployments, keys, subscriptions and mappings cross, every gateway hears of everything that belongs to what it has', async () => {
  await world.artifact('RestApi', 'crowded');
  await world.done('POST', '/applications', { id: 'crowd', displayName: 'Crowd' });
  await world.done('POST', '/subscription-plans', { id: 'crowd-plan', displayName: 'Plan' });
  const start = await world.head();
  const work: Promise<unknown>[] = [];
  for (let n = 0; n < 8; n += 1) {
    const key = world.done('POST', '/rest-apis/crowded/api-keys', keyInput(`crowd-${n}`));
    work.push(
      key.then(() =>
        world.done('POST', '/applications/crowd/api-keys', { apiKeys: [{ id: `crowd-${n}`, artifactId: 'crowded' }] }),
      ),
    );
    const body = { artifactId: 'crowded', subscriberId: `crowd-${n}`, subscriptionPlanId: 'crowd-plan' };
    work.push(world.done('POST', '/subscriptions', body));
    if (n === 2) work.push(world.deploy('RestApi', 'crowded', 'one'));
    if (n === 5) work.push(world.deploy('RestApi', 'crowded', 'two'));
    work.push(world.done('PUT', '/subscription-plans/crowd-plan', { displayName: `Plan ${n}` }));
  }
  await Promise.all(work);
  const events = await world.heard(start);
  const { displayName } = await world.done('GET', '/subscription-plans/crowd-plan');
  for (const name of ['one', 'two']) {
    const gateway = new Receiver();
    for (const event of events) if (event.gateway === null || event.gateway === name) gateway.handle(event.type, event.payload);
    expect([...gateway.keys.keys()].map((key) => key.split(' ')[1]).toSorted()).toEqual(
      Array.from({ length: 8 }, (_, n) => `crowd-${n}`),
    );
    expect(gateway.subscriptions.size).toBe(8);
    expect([...gateway.applications.values()].map(({ size }) => size)).toEqual([8]);
    expect([...gateway.plans.values()]).toEqual([displayName]);
  }
  expect(told(events)).toContain('api.deployed');
});
