import { sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { reissueListed } from '../../../services/api-service/dist/credentials/reissue-listed.js';
import { type Service, startService } from '../artifacts-service/setup.js';
import { until } from '../until.js';
import { Receiver } from './receiver.js';
import { type CredentialWorld, type Heard, startCredentialWorld } from './world.js';

let world: CredentialWorld;
let lists: Service;
let token: string;
let apiId: string;
beforeAll(async () => {
  world = await startCredentialWorld();
  lists = await startService({ DATABASE_URL: world.databaseUrl, NATS_URL: 'nats://127.0.0.1:1' });
  token = (await world.done('POST', '/gateways/one/tokens')).token;
  apiId = await world.artifact('RestApi', 'listed');
  await world.deploy('RestApi', 'listed', 'one');
});
afterAll(async () => {
  await lists?.stop();
  await world?.stop();
});
beforeEach(() => world.database.query(sql`DELETE FROM credential_listings`));

/** A gateway that reads a list, waits, and then removes what is not in it. */
async function list(path: string): Promise<{ id?: string; name?: string }[]> {
  const answer = await fetch(`${lists.origin}/api/internal/v1${path}`, { headers: { 'api-key': token } });
  expect(answer.status).toBe(200);
  // This test says when it is time; the process that it runs beside would do it by itself, once.
  await world.database.query(sql`UPDATE credential_listings SET reissue_at = reissue_at + interval '1 hour'`);
  return answer.json() as Promise<{ id?: string; name?: string }[]>;
}

/** What is issued when it is time, once soon and once when the list surely had its effect. */
async function reissued(when: 'soon' | 'at last'): Promise<Heard[]> {
  const before = await world.head();
  await world.database.query(sql`
    UPDATE credential_listings SET reissue_at = clock_timestamp(),
      listed_at = CASE WHEN ${when} = 'soon' THEN clock_timestamp() ELSE clock_timestamp() - interval '37 seconds' END`);
  const options = { database: world.database, logger: createLogger('test', 'silent'), wakeRelay: () => undefined };
  await reissueListed(options);
  // The process beside this test may have been first.
  await until(due).toEqual([]);
  await world.database.query(sql`UPDATE credential_listings SET reissue_at = reissue_at + interval '1 hour'`);
  return world.heard(before);
}
const handle = (receiver: Receiver, events: readonly Heard[]) => {
  for (const { gateway, type, payload } of events) if (gateway !== 'two') receiver.handle(type, payload);
};
const due = () => world.database.query(sql`SELECT entity_type FROM credential_listings WHERE reissue_at <= clock_timestamp()`);
const noted = () => world.database.query(sql`SELECT entity_type FROM credential_listings`);
const told = (events: readonly Heard[]) => events.map(({ type }) => type);
const keyInput = (id: string) => ({ id, displayName: 'Key', apiKey: `the-key-called-${id}` });

test('a key that a gateway learned of while it waited for its list is there in the end, however late the list has its effect', async () => {
  const gateway = new Receiver();
  handle(gateway, await world.heard());
  const listed = (await list('/apis/api-keys')).map(({ name }) => `${apiId} ${name}`);
  handle(gateway, await world.eventsOf('POST', '/rest-apis/listed/api-keys', keyInput('raced')));
  expect([...gateway.keys.keys()]).toContain(`${apiId} raced`);

  // Too early: the gateway has not yet removed anything.
  const first = await reissued('soon');
  expect(told(first)).toEqual(['apikey.created']);
  handle(gateway, first);
  for (const name of [...gateway.keys.keys()]) if (!listed.includes(name)) gateway.keys.delete(name);
  expect([...gateway.keys.keys()]).not.toContain(`${apiId} raced`);

  const second = await reissued('at last');
  expect(told(second)).toEqual(['apikey.created']);
  expect(second[0]?.payload).toEqual(first[0]?.payload);
  expect(JSON.parse(second[0]?.frame ?? '').correlationId).not.toBe(JSON.parse(first[0]?.frame ?? '').correlationId);
  handle(gateway, second);
  expect([...gateway.keys.keys()]).toContain(`${apiId} raced`);
  expect(await noted()).toEqual([]);
});

test('nothing changed, nothing is issued; the note goes at last', async () => {
  await list('/apis/api-keys');
  expect(await reissued('soon')).toEqual([]);
  expect(await noted()).toEqual([{ entity_type: 'key' }]);
  expect(await reissued('at last')).toEqual([]);
  expect(await noted()).toEqual([]);
  expect(await reissued('at last')).toEqual([]);
});

test('a key that was revoked while a gateway waited for its list is revoked there in the end, however late the list has its effect', async () => {
  const gateway = new Receiver();
  for (const id of ['revoked', 'not-for-one', 'made-anew']) await world.done('POST', '/rest-apis/listed/api-keys', keyInput(id));
  handle(gateway, await world.heard());
  await list('/apis/api-keys');
  const listed = new Map(gateway.keys);
  handle(gateway, await world.eventsOf('DELETE', '/rest-apis/listed/api-keys/revoked'));
  const narrowed = { displayName: 'Key', allowedTargets: ['two'] };
  handle(gateway, await world.eventsOf('PUT', '/rest-apis/listed/api-keys/not-for-one', narrowed));
  await world.done('DELETE', '/rest-apis/listed/api-keys/made-anew');
  handle(
    gateway,
    await world.eventsOf('POST', '/rest-apis/listed/api-keys', { ...keyInput('made-anew'), apiKey: 'the-second-of-this-name' }),
  );
  const renewed = gateway.keys.get(`${apiId} made-anew`);
  expect([...gateway.keys.keys()]).not.toContain(`${apiId} revoked`);
  for (const [name, key] of listed) gateway.keys.set(name, key);

  const events = await reissued('at last');
  expect(events.map(({ gateway, type, payload }) => [gateway, type, payload.keyName ?? payload.name]).sort()).toEqual([
    ['one', 'apikey.created', 'made-anew'],
    ['one', 'apikey.revoked', 'not-for-one'],
    ['one', 'apikey.revoked', 'revoked'],
  ]);
  handle(gateway, events);
  expect([...gateway.keys.keys()]).not.toContain(`${apiId} revoked`);
  expect([...gateway.keys.keys()]).not.toContain(`${apiId} not-for-one`);
  expect(gateway.keys.get(`${apiId} made-anew`)).toEqual(renewed);
});

test('what changed meanwhile comes as it is now', async () => {
  await world.done('POST', '/rest-apis/listed/api-keys', keyInput('changed-since'));
  await list('/apis/api-keys');
  await world.done('PUT', '/rest-apis/listed/api-keys/changed-since', { displayName: 'Key', issuer: 'old' });
  const [changed] = await world.eventsOf('PUT', '/rest-apis/listed/api-keys/changed-since', {
    displayName: 'Key',
    issuer: 'new',
  });
  const events = await reissued('soon');
  expect(events.map(({ gateway, type, payload }) => [gateway, type, payload.name, payload.issuer, payload.updatedAt])).toEqual([
    ['one', 'apikey.created', 'changed-since', 'new', changed?.payload.updatedAt],
  ]);
});

test('subscriptions and plans that were deleted meanwhile are deleted in the end', async () => {
  await world.done('POST', '/subscription-plans', { id: 'short-lived', displayName: 'Short-lived' });
  const subscribed = { artifactId: 'listed', subscriberId: 'short-lived', subscriptionPlanId: 'short-lived' };
  const { id } = await world.done('POST', '/subscriptions', subscribed);
  const gateway = new Receiver();
  handle(gateway, await world.heard());
  await list(`/apis/${apiId}/subscriptions`);
  await list('/subscription-plans');
  await world.done('DELETE', `/subscriptions/${id}`);
  await world.done('DELETE', '/subscription-plans/short-lived');

  // The gateway has not handled these, or the lists have undone it: it holds both.
  const events = await reissued('at last');
  expect(told(events).sort()).toEqual(['subscription.deleted', 'subscriptionPlan.deleted']);
  expect(events.every((event) => event.gateway === 'one')).toBe(true);
  handle(
    gateway,
    events.toSorted((a, b) => a.type.localeCompare(b.type)),
  );
  expect([...gateway.subscriptions.keys()]).not.toContain(id);
  expect([...gateway.plans.values()]).not.toContain('Short-lived');
});

test('a subscription comes in both forms and with its plan, a plan with the subscriptions that have it', async () => {
  await list(`/apis/${apiId}/subscriptions`);
  await world.done('POST', '/subscription-plans', { id: 'late', displayName: 'Late' });
  const gateway = new Receiver();
  await world.done('POST', '/subscriptions', { artifactId: 'listed', subscriberId: 'late', subscriptionPlanId: 'late' });
  handle(gateway, await world.heard());
  gateway.subscriptions.clear();
  const subscribed = await reissued('at last');
  expect(told(subscribed)).toEqual(['subscriptionPlan.created', 'subscription.created', 'subscription.updated']);
  handle(gateway, subscribed);
  expect([...gateway.subscriptions.values()].map(({ status }) => status)).toEqual(['ACTIVE']);

  await list('/subscription-plans');
  await world.done('PUT', '/subscription-plans/late', { displayName: 'Later' });
  const planned = await reissued('at last');
  expect(told(planned)).toEqual([
    'subscriptionPlan.created',
    'subscriptionPlan.created',
    'subscription.created',
    'subscription.updated',
  ]);
  expect(planned.every((event) => event.gateway === 'one')).toBe(true);
  expect(planned[0]?.payload.planName).toBe('Later');
});

test('several replicas issue it once', async () => {
  await list('/apis/api-keys');
  await world.done('POST', '/rest-apis/listed/api-keys', keyInput('once'));
  const before = await world.head();
  await world.database.query(sql`UPDATE credential_listings SET reissue_at = clock_timestamp(), listed_at = clock_timestamp()`);
  const options = { database: world.database, logger: createLogger('test', 'silent'), wakeRelay: () => undefined };
  await Promise.all(Array.from({ length: 6 }, () => reissueListed(options)));
  await until(due).toEqual([]);
  expect(told(await world.heard(before))).toEqual(['apikey.created']);
});

test('tens of thousands of lists after which nothing changed hold up none', async () => {
  await list('/apis/api-keys');
  await world.done('POST', '/rest-apis/listed/api-keys', keyInput('behind-the-rest'));
  await world.database.query(sql`
    WITH made AS (
      INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
      SELECT gen_random_uuid(), organization_id, 'storm-' || n, 'Storm', '{}', 'regular', '1.0', 'test'
      FROM gateways, generate_series(1, 1200) AS n WHERE handle = 'one' RETURNING id, organization_id)
    INSERT INTO credential_listings (gateway_id, entity_type, head, listed_at, reissue_at)
    SELECT made.id, type, heads.revision, clock_timestamp() - interval '10 seconds', clock_timestamp() + interval '1 hour'
    FROM made JOIN organization_heads AS heads USING (organization_id), unnest(ARRAY['key', 'plan', 'subscription']) AS type`);
  expect(told(await reissued('soon'))).toEqual(['apikey.created']);
  expect(told(await reissued('at last'))).toEqual(['apikey.created']);
  expect(await noted()).toEqual([]);
  await world.database.query(sql`DELETE FROM gateways WHERE handle LIKE 'storm-%'`);
});

test('an artifact that was undeployed or deleted before a gateway had fetched it is taken away in the end, however late it is stored', async () => {
  for (const id of ['undeployed', 'deleted', 'back-again']) await world.artifact('RestApi', id);
  const deploymentOf = new Map<string, string>();
  for (const id of ['undeployed', 'deleted', 'back-again']) deploymentOf.set(id, await world.deploy('RestApi', id, 'one'));
  await list('/deployments');
  const undeploy = (id: string) =>
    world.eventsOf('POST', `/rest-apis/${id}/deployments/${deploymentOf.get(id)}/undeploy?gatewayId=one`);
  const [first] = await undeploy('undeployed');
  await undeploy('back-again');
  await world.deploy('RestApi', 'back-again', 'one');
  const [deleted] = await world.eventsOf('DELETE', '/rest-apis/deleted');

  for (const when of ['soon', 'at last'] as const) {
    const events = await reissued(when);
    expect(events.map(({ gateway, type, entity }) => [gateway, type, entity])).toEqual([
      ['one', 'api.deleted', deleted?.entity],
      ['one', 'api.undeployed', first?.entity],
    ]);
    // Later than what the gateway stores, and about whatever it holds.
    expect(events[1]?.payload.performedAt > first?.payload.performedAt).toBe(true);
    expect(events[1]?.payload.deploymentId).toBe('');
  }
  expect(await noted()).toEqual([]);
});

test('what a gateway fetches long after its list is taken away when it was undeployed or deleted before it was stored', async () => {
  const ids = ['slow-undeployed', 'slow-deleted'];
  for (const id of ids) await world.artifact('RestApi', id);
  const deploymentIds = await Promise.all(ids.map((id) => world.deploy('RestApi', id, 'one')));
  const answer = await fetch(`${lists.origin}/api/internal/v1/deployments/fetch-batch`, {
    method: 'POST',
    headers: { 'api-key': token, accept: 'application/x-tar+gzip', 'content-type': 'application/json' },
    body: JSON.stringify({ deploymentIds }),
  });
  expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
  await world.database.query(sql`UPDATE credential_listings SET reissue_at = reissue_at + interval '1 hour'`);
  const path = `/rest-apis/slow-undeployed/deployments/${deploymentIds[0]}/undeploy?gatewayId=one`;
  const [undeployed] = await world.eventsOf('POST', path);
  const [deleted] = await world.eventsOf('DELETE', '/rest-apis/slow-deleted');

  for (const when of ['soon', 'at last'] as const) {
    expect((await reissued(when)).map(({ gateway, type, entity }) => [gateway, type, entity])).toEqual([
      ['one', 'api.deleted', deleted?.entity],
      ['one', 'api.undeployed', undeployed?.entity],
    ]);
  }
});
