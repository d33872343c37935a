import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gatewayInput } from '../api-service/setup.js';
import { type Service, startService } from '../artifacts-service/setup.js';
import { until } from '../until.js';
import { untilSomebodyWaits } from '../until-somebody-waits.js';
import { type CredentialWorld, startCredentialWorld } from './world.js';

let world: CredentialWorld;
let artifactsService: Service;
let token: string;
beforeAll(async () => {
  world = await startCredentialWorld();
  artifactsService = await startService({ DATABASE_URL: world.databaseUrl, NATS_URL: 'nats://127.0.0.1:1' });
  token = (await world.done('POST', '/gateways/one/tokens')).token;
});
afterAll(async () => {
  await artifactsService?.stop();
  await world?.stop();
});

/** As when the gateway's acks of everything so far were applied. */
const ackAll = () =>
  world.database.query(sql`
    UPDATE artifact_gateways SET status = desired_state, confirmed_state = desired_state, confirmed_deployment_id = deployment_id,
      confirmed_performed_at = performed_at`);
/** As when the gateway has given a receipt for everything so far, and its acks wait in the work queue. */
const receiveAll = () =>
  world.database.query(sql`
    UPDATE gateway_cursors AS cursor SET confirmed = heads.revision, written = heads.revision
    FROM gateways JOIN organization_heads AS heads ON heads.organization_id = gateways.organization_id
    WHERE gateways.id = cursor.gateway_id`);
async function fetchAll(deploymentIds: readonly string[]): Promise<void> {
  const answer = await fetch(`${artifactsService.origin}/api/internal/v1/deployments/fetch-batch`, {
    method: 'POST',
    headers: { 'api-key': token, accept: 'application/x-tar+gzip', 'content-type': 'application/json' },
    body: JSON.stringify({ deploymentIds }),
  });
  expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
}
const marked = async () =>
  (
    await world.database.query<{ handle: string }>(sql`
      SELECT artifacts.handle FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
      WHERE place.credentials_at > clock_timestamp() ORDER BY artifacts.handle`)
  ).map(({ handle }) => handle);

test('a gateway that fetches what it had acked has lost its store, and is told all that belongs to it, which no list says', async () => {
  await world.artifact('LlmProvider', 'mistral-eu');
  const proxyId = await world.artifact('LlmProxy', 'proxy');
  const deployed = {
    provider: await world.deploy('LlmProvider', 'mistral-eu', 'one'),
    proxy: await world.deploy('LlmProxy', 'proxy', 'one'),
  };
  await world.deploy('LlmProxy', 'proxy', 'two');
  await world.done('POST', '/subscriptions', { artifactId: 'proxy', kind: 'LlmProxy', subscriberId: 'somebody' });
  await world.done('POST', '/llm-proxies/proxy/api-keys', { id: 'key', displayName: 'Key' });
  await world.done('POST', '/applications', { id: 'shop', displayName: 'Shop' });
  await world.done('POST', '/applications/shop/api-keys', { apiKeys: [{ id: 'key', artifactId: 'proxy', kind: 'LlmProxy' }] });

  // The first time nothing was acked, and all of it comes as events.
  await fetchAll([deployed.provider, deployed.proxy]);
  expect(await marked()).toEqual([]);
  await ackAll();
  const provider = await world.deploy('LlmProvider', 'mistral-eu', 'one');
  await fetchAll([provider, deployed.proxy]);
  expect(await marked()).toEqual(['proxy']);

  const before = await world.head();
  await world.database.query(
    sql`UPDATE artifact_gateways SET credentials_at = clock_timestamp() WHERE credentials_at IS NOT NULL`,
  );
  const told = async () => (await world.heard(before)).map(({ gateway, type }) => `${gateway} ${type}`);
  await until(told).toEqual([
    'one apikey.created',
    'one subscription.created',
    'one subscription.updated',
    'one application.updated',
  ]);
  const [key] = await world.heard(before);
  expect(key?.payload.apiId).toBe(proxyId);
  expect(await marked()).toEqual([]);
});

test('so has one that fetches what it has given a receipt for, although its acks are not applied yet', async () => {
  await world.artifact('RestApi', 'orders');
  const deployed = await world.deploy('RestApi', 'orders', 'one');
  await fetchAll([deployed]);
  expect(await marked()).toEqual([]);

  await receiveAll();
  await fetchAll([deployed]);
  expect(await marked()).toEqual(['orders']);
});

test('so has one whose place somebody is looking at while it fetches', async () => {
  await world.artifact('RestApi', 'looked-at');
  const deployed = await world.deploy('RestApi', 'looked-at', 'one');
  await ackAll();
  const fetched = await world.database.transaction(async (transaction) => {
    await transaction.query(sql`
      SELECT FROM artifact_gateways JOIN artifacts ON artifacts.id = artifact_id WHERE handle = 'looked-at' FOR UPDATE OF artifact_gateways`);
    const underWay = fetchAll([deployed]);
    await untilSomebodyWaits(world.database);
    return { underWay };
  });
  await fetched.underWay;
  expect(await marked()).toContain('looked-at');
});

test('of a deploy to many gateways, what it has no room for comes after it, to each gateway all of it', async () => {
  const id = await world.artifact('RestApi', 'crowded');
  const count = 3_000;
  await world.database.query(sql`
    INSERT INTO subscriptions (id, organization_id, artifact_id, subscriber_id, token, status, created_by)
    SELECT gen_random_uuid(), organization_id, id, 'subscriber-' || n, 'token-' || n, 'ACTIVE', 'test'
    FROM artifacts, generate_series(1, ${count}::int) AS n WHERE id = ${id}`);
  await world.done('POST', '/gateways', gatewayInput('three'));
  const before = await world.head();
  const gatewayIds = ['one', 'two', 'three'];
  await world.done('POST', '/rest-apis/crowded/deployments', { name: 'all', base: 'current', gatewayIds });

  const heard = async () => {
    const told = await world.heard(before);
    return gatewayIds.map((gateway) => {
      const own = told.filter((event) => event.gateway === gateway);
      const created = own.filter(({ type }) => type === 'subscription.created');
      return [own[0]?.type, new Set(created.map(({ entity }) => entity)).size];
    });
  };
  expect((await heard()).filter(([, told]) => told === 0)).toHaveLength(1);
  await until(heard).toEqual(gatewayIds.map(() => ['api.deployed', count]));
});
