import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { untilSomebodyWaits } from '../until-somebody-waits.js';
import { type SeededArtifact, type SeededGateway, seedArtifact, seedDecision, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let organizationId: string;
let gateway: SeededGateway;
let api: SeededArtifact;
beforeAll(async () => {
  parts = await startParts();
});
beforeEach(async () => {
  organizationId = await seedOrganization(parts.database, 17);
  gateway = await seedGateway(parts.database, organizationId);
  api = await seedArtifact(parts.database, organizationId, 'RestApi');
  await place(api);
});
afterAll(() => parts?.stop());

const place = (artifact: SeededArtifact, on = gateway) =>
  seedDecision(parts.database, artifact, on, {
    deploymentId: null,
    desiredState: 'UNDEPLOYED',
    performedAt: '2026-01-01T00:00:00Z',
  });
const ask = (path: string, asking = gateway) => fetch(`${parts.url}${path}`, { headers: { 'api-key': asking.token } });
const listed = async (path: string, asking = gateway) => {
  const answer = await ask(path, asking);
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, 'application/json; charset=utf-8']);
  return answer.text();
};
const names = async (path: string, asking = gateway) =>
  JSON.parse(await listed(path, asking)).map(({ name, id }: { name?: string; id: string }) => name ?? id);

async function seedKey(
  artifact: SeededArtifact,
  handle: string,
  more: { issuer?: string; expiresAt?: string; targets?: string[] } = {},
) {
  const id = newId();
  await parts.database.query(sql`
    INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, external_ref_id, issuer, allowed_targets, expires_at, created_by, created_at, updated_at)
    VALUES (${id}, ${artifact.artifactId}, ${handle}, 'Key', 'abc123', '****', NULL, ${more.issuer ?? null}, ${more.targets ?? []},
      ${more.expiresAt ?? null}, 'somebody', '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z')`);
  return id;
}

async function seedPlan(handle: string, limits: object[] = []) {
  const id = newId();
  await parts.database.query(sql`
    INSERT INTO subscription_plans (id, organization_id, handle, display_name, limits, expiry_time, status, created_by, created_at, updated_at)
    VALUES (${id}, ${organizationId}, ${handle}, ${`Plan ${handle}`}, ${JSON.stringify(limits)}, '2099-01-01T00:00:00Z', 'ACTIVE', 'somebody',
      '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z')`);
  return id;
}

async function seedSubscription(artifact: SeededArtifact, subscriber: string, planId: string | null = null) {
  const id = newId();
  await parts.database.query(sql`
    INSERT INTO subscriptions (id, organization_id, artifact_id, subscriber_id, plan_id, token, status, created_by, created_at, updated_at)
    VALUES (${id}, ${organizationId}, ${artifact.artifactId}, ${subscriber}, ${planId}, ${`token-of-${id}`}, 'ACTIVE', 'somebody',
      '2026-01-02T03:04:05Z', '2026-01-02T03:04:06Z')`);
  return id;
}

describe('the keys of a kind', () => {
  test('are told in the fields of the contract, with an etag that changes with them alone', async () => {
    const first = await seedKey(api, 'a-key');
    const second = await seedKey(api, 'b-key', { issuer: 'portal', expiresAt: '2099-01-01T00:00:00Z' });
    const body = await listed('/apis/api-keys');
    const etags = JSON.parse(body).map(({ etag }: { etag: string }) => etag);
    expect(etags).toEqual(
      etags.map(() => expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)),
    );
    expect(new Set(etags).size).toBe(2);
    expect(body).toBe(
      `[{"etag":"${etags[0]}","uuid":"${first}","name":"a-key","maskedApiKey":"****","apiKeyHashes":{"sha256":"abc123"},"artifactUuid":"${api.artifactId}",` +
        `"status":"active","createdAt":"2026-01-02T03:04:05Z","createdBy":"somebody","updatedAt":"2026-01-02T03:04:06Z","expiresAt":null,"source":"external","externalRefId":null},` +
        `{"etag":"${etags[1]}","uuid":"${second}","name":"b-key","maskedApiKey":"****","apiKeyHashes":{"sha256":"abc123"},"artifactUuid":"${api.artifactId}",` +
        `"status":"active","createdAt":"2026-01-02T03:04:05Z","createdBy":"somebody","updatedAt":"2026-01-02T03:04:06Z","expiresAt":"2099-01-01T00:00:00Z","source":"external","externalRefId":null,"issuer":"portal"}]`,
    );
    expect(await listed('/apis/api-keys')).toBe(body);
    await parts.database.query(sql`UPDATE api_keys SET updated_at = updated_at + interval '1 second' WHERE id = ${first}`);
    const [changed, unchanged] = JSON.parse(await listed('/apis/api-keys'));
    expect([changed.etag === etags[0], unchanged.etag]).toEqual([false, etags[1]]);
  });

  test('are those that this gateway may know and no others', async () => {
    const sibling = await seedGateway(parts.database, organizationId);
    const stranger = await seedGateway(parts.database, await seedOrganization(parts.database));
    const provider = await seedArtifact(parts.database, organizationId, 'LlmProvider');
    const elsewhere = await seedArtifact(parts.database, organizationId, 'RestApi');
    await place(provider);
    await place(elsewhere, sibling);
    await seedKey(api, 'mine', { issuer: 'portal' });
    await seedKey(api, 'meant-for-me', { targets: [`gateway-${gateway.gatewayId}`] });
    await seedKey(api, 'meant-for-another', { targets: [`gateway-${sibling.gatewayId}`] });
    await seedKey(api, 'over', { expiresAt: '2020-01-01T00:00:00Z' });
    await seedKey(provider, 'of-a-provider');
    await seedKey(elsewhere, 'of-another-place');
    expect(await names('/apis/api-keys')).toEqual(['meant-for-me', 'mine']);
    expect(await names('/apis/api-keys?issuer=portal')).toEqual(['mine']);
    expect(await names('/apis/api-keys?issuer=nobody')).toEqual([]);
    expect(await names('/llm-providers/api-keys')).toEqual(['of-a-provider']);
    expect(await listed('/llm-proxies/api-keys')).toBe('[]');
    expect(await names('/apis/api-keys', sibling)).toEqual(['of-another-place']);
    expect(await names('/apis/api-keys', stranger)).toEqual([]);
  });

  test('come all and once, however many, over many artifacts', async () => {
    const artifacts = [api];
    for (let n = 0; n < 12; n += 1) {
      const artifact = await seedArtifact(parts.database, organizationId, 'RestApi');
      await place(artifact);
      artifacts.push(artifact);
    }
    for (const [index, { artifactId }] of artifacts.entries())
      await parts.database.query(sql`
        INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, created_by)
        SELECT gen_random_uuid(), ${artifactId}, 'key-' || n, 'Key', 'abc', '****', 'somebody' FROM generate_series(1, ${index === 3 ? 2_500 : index * 100}::int) AS n`);
    const keys = JSON.parse(await listed('/apis/api-keys')) as { uuid: string }[];
    const [counted] = await parts.database.query<{ count: number }>(
      sql`SELECT count(*) AS count FROM api_keys WHERE artifact_id = ANY(${artifacts.map(({ artifactId }) => artifactId)}::uuid[])`,
    );
    expect(keys).toHaveLength(counted?.count ?? 0);
    expect(new Set(keys.map(({ uuid }) => uuid)).size).toBe(keys.length);
  });
});

describe('subscriptions', () => {
  test('are told in the fields of the contract', async () => {
    const planId = await seedPlan('gold');
    const plain = await seedSubscription(api, 'alice');
    const planned = await seedSubscription(api, 'bob', planId);
    const body = await listed(`/apis/${api.artifactId}/subscriptions`);
    const [first, second] = JSON.parse(body);
    expect(body).toBe(
      `[{"id":"${plain}","apiId":"${api.artifactId}","subscriptionToken":"token-of-${plain}","status":"ACTIVE","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","etag":"${first.etag}"},` +
        `{"id":"${planned}","apiId":"${api.artifactId}","subscriptionToken":"token-of-${planned}","subscriptionPlanId":"${planId}","status":"ACTIVE","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","etag":"${second.etag}"}]`,
    );
  });

  test('of an API that is not there are a 404, of one that is not on this gateway a 403', async () => {
    const elsewhere = await seedArtifact(parts.database, organizationId, 'RestApi');
    const provider = await seedArtifact(parts.database, organizationId, 'LlmProvider');
    const foreign = await seedArtifact(parts.database, await seedOrganization(parts.database), 'RestApi');
    await place(provider);
    for (const [id, status, description] of [
      [newId(), 404, 'API not found'],
      ['no-uuid', 404, 'API not found'],
      [provider.artifactId, 404, 'API not found'],
      [foreign.artifactId, 404, 'API not found'],
      [elsewhere.artifactId, 403, 'API is not associated with this gateway'],
    ] as const) {
      const answer = await ask(`/apis/${id}/subscriptions`);
      expect([answer.status, ((await answer.json()) as { description: string }).description]).toEqual([status, description]);
    }
    expect(await listed(`/apis/${api.artifactId}/subscriptions`)).toBe('[]');
  });
});

describe('plans', () => {
  test("are the organization's, in the fields of the contract", async () => {
    const limit = { limitType: 'REQUEST_COUNT', timeUnit: 'DAY', timeAmount: 1, limitCount: 5, stopOnQuotaReach: false };
    const limited = await seedPlan('a-plan', [limit]);
    const open = await seedPlan('b-plan');
    const body = await listed('/subscription-plans');
    const [first, second] = JSON.parse(body);
    expect(body).toBe(
      `[{"id":"${limited}","handle":"a-plan","planName":"Plan a-plan","stopOnQuotaReach":false,"throttleLimitCount":5,"throttleLimitUnit":"Day","expiryTime":"2099-01-01T00:00:00Z","status":"ACTIVE","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","etag":"${first.etag}"},` +
        `{"id":"${open}","handle":"b-plan","planName":"Plan b-plan","stopOnQuotaReach":true,"expiryTime":"2099-01-01T00:00:00Z","status":"ACTIVE","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z","etag":"${second.etag}"}]`,
    );
    expect(await names('/subscription-plans', await seedGateway(parts.database, await seedOrganization(parts.database)))).toEqual(
      [],
    );
  });
});

test('each list leaves a note of the head that it has, and an earlier note stays until what it is for is done, however late that is', async () => {
  const notes = () =>
    parts.database.query(sql`
      SELECT entity_type, head, reissue_at - listed_at <= interval '5 seconds' AS soon FROM credential_listings
      WHERE gateway_id = ${gateway.gatewayId} ORDER BY entity_type`);
  await listed('/apis/api-keys');
  await parts.database.query(sql`UPDATE organization_heads SET revision = 20 WHERE organization_id = ${organizationId}`);
  await listed('/llm-proxies/api-keys');
  await listed('/subscription-plans');
  await listed(`/apis/${api.artifactId}/subscriptions`);
  expect(await notes()).toEqual([
    { entity_type: 'key', head: 17, soon: true },
    { entity_type: 'plan', head: 20, soon: true },
    { entity_type: 'subscription', head: 20, soon: true },
  ]);
  await parts.database.query(
    sql`UPDATE credential_listings SET listed_at = listed_at - interval '1 minute' WHERE gateway_id = ${gateway.gatewayId}`,
  );
  await listed('/apis/api-keys');
  expect(await notes()).toContainEqual(expect.objectContaining({ entity_type: 'key', head: 17 }));
});

test('a gateway that is removed while it asks for its lists costs the others no list of theirs', async () => {
  const removed = await seedGateway(parts.database, organizationId);
  await place(api, removed);
  const paths = [`/apis/${api.artifactId}/subscriptions`, '/apis/api-keys', '/subscription-plans'];
  const asked = await parts.database.transaction(async (transaction) => {
    await transaction.query(sql`DELETE FROM gateways WHERE id = ${removed.gatewayId}`);
    const answers = Array.from({ length: 10 }, () => paths.map((path) => [ask(path, removed), ask(path)] as const)).flat();
    await untilSomebodyWaits(parts.database);
    return { answers };
  });
  const statuses = await Promise.all(asked.answers.map(async ([, others]) => (await others).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  await Promise.all(asked.answers.map(([removeds]) => removeds));
});

test('lists that a gateway asks for at once share one note, those that it asks for later have a note of their own', async () => {
  const subscriptions = () => listed(`/apis/${api.artifactId}/subscriptions`);
  const noted = async () => {
    const rows = await parts.database.query<{ listedAt: Date; version: string }>(sql`
      SELECT listed_at AS "listedAt", xmin::text AS version FROM credential_listings
      WHERE gateway_id = ${gateway.gatewayId} AND entity_type = 'subscription'`);
    return rows[0];
  };
  await subscriptions();
  // As new as can be, however slow this test is.
  await parts.database.query(sql`
    UPDATE credential_listings SET listed_at = clock_timestamp() + interval '1 hour' WHERE gateway_id = ${gateway.gatewayId}`);
  const first = await noted();
  await Promise.all([subscriptions(), subscriptions(), subscriptions()]);
  expect(await noted()).toEqual(first);

  await parts.database.query(sql`
    UPDATE credential_listings SET listed_at = clock_timestamp() - interval '2 seconds' WHERE gateway_id = ${gateway.gatewayId}`);
  const second = await noted();
  await subscriptions();
  expect((await noted())?.listedAt.getTime()).toBeGreaterThan(second?.listedAt.getTime() as number);
});

test('a list whose database fails half-way breaks off, and is never a shorter list', async () => {
  await parts.database.query(sql`
    INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, created_by)
    SELECT gen_random_uuid(), ${api.artifactId}, 'key-' || n, 'Key', repeat('x', 1000), '****', 'somebody' FROM generate_series(1, 20000) AS n`);
  // Nobody reads yet, so the list waits half-way.
  const answer = await ask('/apis/api-keys');
  expect(answer.status).toBe(200);
  await parts.database.query(sql`ALTER TABLE api_keys RENAME TO api_keys_gone`);
  try {
    await expect(answer.text()).rejects.toThrow();
    expect((await ask('/apis/api-keys')).status).toBe(503);
    expect((await ask('/llm-proxies/api-keys')).status).toBe(200);
  } finally {
    await parts.database.query(sql`ALTER TABLE api_keys_gone RENAME TO api_keys`);
  }
  expect((await parts.service.logged('list broken off')).gatewayId).toBe(gateway.gatewayId);
});
