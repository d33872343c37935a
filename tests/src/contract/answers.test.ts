import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Kind, kinds, kindTraits } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import { createLogger, createSealing } from '@gatecast/service-kit';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { internalApi } from '../../../libs/gateway-client/dist/internal-api.js';
import { createApp } from '../../../services/artifacts-service/dist/app.js';
import { ownMetrics } from '../artifacts-service/own-metrics.js';
import { type SeededGateway, seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { deviations, type Facts, answers as facts } from './facts.js';
import { answers, applicationId, errors, questions, secretHash, secretId, unknownId } from './golden-answers.js';
import {
  artifactId,
  correlationId,
  decidedAt,
  deploymentId,
  endsAt,
  keyId,
  planId,
  sha256,
  subscriptionId,
} from './golden-frames.js';

const content =
  'apiVersion: gateway.api-platform.wso2.com/v1\nkind: RestApi\nmetadata:\n  name: reading-list\nspec:\n  displayName: Reading List\n  version: v1.0\n';
const base = '/api/internal/v1';
/** `etag` of a list is open in the contract, but for its shape. */
const masked = (body: string) => body.replace(/"etag":"[0-9a-f-]{36}"/g, '"etag":"ETAG"');

describe('what the internal API answers', () => {
  let database: Database;
  let app: Awaited<ReturnType<typeof createApp>>;
  let gateway: SeededGateway;

  beforeAll(async () => {
    database = openDatabase({ url: await createDatabase(), connectionsMax: 2, onError: () => undefined });
    const sealing = createSealing(Buffer.alloc(32, 7));
    app = await createApp(createLogger('test', 'silent'), database, sealing, ownMetrics());
    const organizationId = await seedOrganization(database);
    gateway = await seedGateway(database, organizationId);
    await database.query(sql`
      INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
      VALUES (${artifactId}, ${organizationId}, 'RestApi', 'reading-list', 'Reading List', 'v1.0', '{}', 'somebody')`);
    await database.query(sql`
      INSERT INTO deployments (id, artifact_id, gateway_id, name, content, metadata, created_by, secret_handles)
      VALUES (${deploymentId}, ${artifactId}, ${gateway.gatewayId}, 'first', ${content}, '{}', 'somebody', ${['upstream-password']})`);
    await database.query(sql`
      INSERT INTO artifact_gateways (artifact_id, gateway_id, deployment_id, desired_state, status, performed_at, correlation_id, revision)
      VALUES (${artifactId}, ${gateway.gatewayId}, ${deploymentId}, 'DEPLOYED', 'DEPLOYED', ${decidedAt}, ${correlationId}, 1)`);
    const sealed = sealing.seal('s3cret', { organizationId, handle: 'upstream-password' });
    await database.query(sql`
      INSERT INTO secrets (id, organization_id, handle, display_name, type, status, sealed, hash, created_by, created_at, updated_at)
      VALUES (${secretId}, ${organizationId}, 'upstream-password', 'Upstream password', 'GENERIC', 'ACTIVE', ${sealed}, ${secretHash}, 'somebody', ${decidedAt}, ${decidedAt})`);
    for (const [id, handle, full] of [
      [keyId, 'partner-key', true],
      [unknownId, 'a-bare-key', false],
    ] as const) {
      await database.query(sql`
        INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, external_ref_id, issuer, expires_at, created_by, created_at, updated_at)
        VALUES (${id}, ${artifactId}, ${handle}, 'Key', ${sha256}, '****d8', ${full ? 'ref-1' : null}, ${full ? 'portal' : null},
          ${full ? endsAt : null}, 'somebody', ${decidedAt}, ${decidedAt})`);
    }
    const limits = [{ limitType: 'REQUEST_COUNT', timeUnit: 'MINUTE', timeAmount: 1, limitCount: 1000, stopOnQuotaReach: false }];
    for (const [id, handle, name, own, end] of [
      [planId, 'gold', 'Gold', limits, endsAt],
      [unknownId, 'plain', 'Plain', [], null],
    ] as const) {
      await database.query(sql`
        INSERT INTO subscription_plans (id, organization_id, handle, display_name, limits, expiry_time, status, created_by, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${handle}, ${name}, ${JSON.stringify(own)}::jsonb, ${end}, 'ACTIVE', 'somebody', ${decidedAt}, ${decidedAt})`);
    }
    await database.query(sql`
      INSERT INTO applications (id, organization_id, handle, display_name, type, created_by)
      VALUES (${applicationId}, ${organizationId}, 'shop', 'Shop', 'web', 'somebody')`);
    for (const [id, subscriber, application, plan, token, status] of [
      [subscriptionId, 'a', applicationId, planId, 'token-of-16-chars', 'ACTIVE'],
      [unknownId, 'b', null, null, 'token-of-other', 'INACTIVE'],
    ] as const) {
      await database.query(sql`
        INSERT INTO subscriptions (id, organization_id, artifact_id, subscriber_id, application_id, plan_id, token, status, created_by, created_at, updated_at)
        VALUES (${id}, ${organizationId}, ${artifactId}, ${subscriber}, ${application}, ${plan}, ${token}, ${status}, 'somebody', ${decidedAt}, ${decidedAt})`);
    }
  });
  afterAll(async () => {
    await app?.close();
    await database?.close();
  });

  const ask = (method: 'GET' | 'POST', path: string, body?: string, accept = 'application/json') =>
    app.inject({
      method,
      url: `${base}${path}`,
      headers: { 'api-key': gateway.token, accept, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { payload: body }),
    });

  test.each([
    ['GET /deployments', '/deployments', answers.deployments],
    ['GET /{kind}/api-keys', '/apis/api-keys', answers.keys],
    ['GET /subscription-plans', '/subscription-plans', answers.plans],
    ['GET /apis/{id}/subscriptions', `/apis/${artifactId}/subscriptions`, answers.subscriptions],
    ['GET /secrets', '/secrets', answers.secrets],
    ['GET /secrets', '/secrets?includeValues=true', answers.secretsWithValues],
    ['GET /secrets/{handle}/value', '/secrets/upstream-password/value', answers.secretValue],
  ])('%s (%s), letter by letter and as the contract says', async (route, path, golden) => {
    const answer = await ask('GET', path);
    expect([answer.statusCode, golden.includes('ETAG') ? masked(answer.body) : answer.body]).toEqual([200, golden]);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const body = JSON.parse(answer.body);
    expect(deviations(facts[route] as Facts, Array.isArray(body) ? { rows: body } : body)).toEqual([]);
  });

  test('kinds without keys here are empty lists', async () => {
    for (const path of ['llm-providers', 'llm-proxies']) expect((await ask('GET', `/${path}/api-keys`)).body).toBe('[]');
  });

  test('POST /artifacts/exists, letter by letter and as the contract says', async () => {
    const answer = await ask('POST', '/artifacts/exists', questions.exists);
    expect([answer.statusCode, answer.body]).toEqual([200, answers.exists]);
    expect(deviations(facts['POST /artifacts/exists'] as Facts, JSON.parse(answer.body))).toEqual([]);
  });

  test('GET /apis/{id}: a zip with one YAML file of the contract’s name', async () => {
    const answer = await ask('GET', `/apis/${artifactId}`, undefined, 'application/zip');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/zip');
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="api-${artifactId}.zip"`);
    const files = unzipSync(answer.rawPayload);
    expect(Object.keys(files)).toEqual([`api-${artifactId}.yaml`]);
    expect(Buffer.from(files[`api-${artifactId}.yaml`] as Uint8Array).toString()).toBe(content);
  });

  test('POST /deployments/fetch-batch: a tar with the deployment as a folder', async () => {
    const answer = await ask('POST', '/deployments/fetch-batch', questions.fetchBatch, 'application/x-tar+gzip');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/x-tar+gzip');
    const tar = gunzipSync(answer.rawPayload).toString();
    expect(tar.slice(0, tar.indexOf('\0'))).toBe(`${deploymentId}/api-${artifactId}.yaml`);
    expect(tar.slice(512, 512 + content.length)).toBe(content);
  });

  test('POST /gateways/{id}/manifest: 204 without a body', async () => {
    const answer = await ask('POST', `/gateways/${gateway.gatewayId}/manifest`, questions.manifest);
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });

  test('errors have their shape and their words', async () => {
    const without = await app.inject({ method: 'GET', url: `${base}/deployments` });
    expect([without.statusCode, without.body]).toEqual([401, errors.noKey]);
    const wrong = await app.inject({ method: 'GET', url: `${base}/deployments`, headers: { 'api-key': 'wrong' } });
    expect([wrong.statusCode, wrong.body]).toEqual([401, errors.wrongKey]);
    const tar = await ask('POST', '/deployments/fetch-batch', questions.fetchBatch);
    expect(tar.statusCode).toBe(406);
  });
});

describe('what our gateway client asks and understands', () => {
  interface Asked {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly body: string;
  }
  const asked: Asked[] = [];
  let next: { status: number; body: string | Uint8Array } = { status: 200, body: '' };
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      answer.writeHead(next.status).end(next.body);
    });
  });
  let client: ReturnType<typeof internalApi>;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    client = internalApi({ url, token: 'the-token' });
  });
  afterAll(() => {
    client?.close();
    server.close();
  });

  /** Lets the client ask, answers, and returns what it made of the answer. */
  async function asks<T>(
    expected: Partial<Asked> & { accept?: string },
    body: string | Uint8Array,
    work: () => Promise<T>,
  ): Promise<T> {
    next = { status: 200, body };
    const made = await work();
    const { accept = 'application/json', ...question } = expected;
    expect(asked.at(-1)).toMatchObject({ method: 'GET', body: '', ...question });
    expect(asked.at(-1)?.headers).toMatchObject({ 'api-key': 'the-token', accept });
    return made;
  }
  const golden = (body: string) => body.replaceAll('ETAG', correlationId);

  test('GET /deployments', async () => {
    const { deployments } = await asks({ path: `${base}/deployments` }, answers.deployments, () => client.deployments());
    expect(deployments).toMatchObject([
      { artifactId, deploymentId, kind: 'RestApi', state: 'DEPLOYED', deployedAtMs: decidedAt.getTime(), etag: correlationId },
    ]);
  });

  test('POST /deployments/fetch-batch', async () => {
    const archive = gzipSync(tarOf(`${deploymentId}/api-${artifactId}.yaml`, content));
    const question = {
      method: 'POST',
      path: `${base}/deployments/fetch-batch`,
      accept: 'application/x-tar+gzip',
      body: questions.fetchBatch,
    };
    expect(await asks(question, archive, () => client.fetchDeployments([deploymentId]))).toEqual(
      new Map([[deploymentId, content]]),
    );
    expect(asked.at(-1)?.headers['content-type']).toBe('application/json');
  });

  test('POST /artifacts/exists', async () => {
    const question = { method: 'POST', path: `${base}/artifacts/exists`, body: questions.exists };
    expect(await asks(question, answers.exists, () => client.goneArtifacts([artifactId, unknownId]))).toEqual(
      new Set([unknownId]),
    );
  });

  test.each(kinds.map(({ kind }) => kind))('GET content of %s', async (kind: Kind) => {
    const { contentPath, filePrefix } = kindTraits(kind);
    const zip = zipSync({ [`${filePrefix}-${artifactId}.yaml`]: strToU8(content) });
    const question = { path: `${base}/${contentPath}/${artifactId}`, accept: 'application/zip' };
    expect(await asks(question, zip, () => client.fetchContent(kind, artifactId))).toBe(content);
  });

  test('GET /apis/api-keys', async () => {
    expect(await asks({ path: `${base}/apis/api-keys` }, golden(answers.keys), () => client.apiKeys('RestApi'))).toMatchObject([
      { artifactId, name: 'a-bare-key', sha256, expiresAt: null, issuer: null, externalRefId: null },
      { artifactId, name: 'partner-key', uuid: keyId, sha256, maskedApiKey: '****d8', issuer: 'portal', createdBy: 'somebody' },
    ]);
  });

  test('GET /apis/{id}/subscriptions', async () => {
    const path = `${base}/apis/${artifactId}/subscriptions`;
    expect(await asks({ path }, golden(answers.subscriptions), () => client.subscriptions(artifactId))).toMatchObject([
      { id: subscriptionId, artifactId, applicationId, planId, status: 'ACTIVE' },
      { id: unknownId, artifactId, applicationId: null, planId: null, status: 'INACTIVE' },
    ]);
  });

  test('GET /subscription-plans', async () => {
    expect(await asks({ path: `${base}/subscription-plans` }, golden(answers.plans), () => client.plans())).toMatchObject([
      { id: planId, name: 'Gold', stopOnQuotaReach: false, throttleLimitCount: 1000, throttleLimitUnit: 'Min' },
      { id: unknownId, name: 'Plain', stopOnQuotaReach: true, throttleLimitCount: null, expiryTime: null },
    ]);
  });

  test('GET /secrets and GET /secrets/{handle}/value', async () => {
    const secret = { handle: 'upstream-password', hash: secretHash };
    expect(await asks({ path: `${base}/secrets` }, answers.secrets, () => client.secrets(false))).toMatchObject([secret]);
    const withValues = { path: `${base}/secrets?includeValues=true` };
    expect(await asks(withValues, answers.secretsWithValues, () => client.secrets(true))).toMatchObject([
      { ...secret, value: 's3cret' },
    ]);
    const value = { path: `${base}/secrets/upstream-password/value` };
    expect(await asks(value, answers.secretValue, () => client.secretValue('upstream-password'))).toBe('s3cret');
  });

  test('POST /gateways/{id}/manifest', async () => {
    next = { status: 204, body: '' };
    await client.postManifest(artifactId, { version: '1.2.0', policies: [] }, AbortSignal.timeout(30_000));
    expect(asked.at(-1)).toMatchObject({
      method: 'POST',
      path: `${base}/gateways/${artifactId}/manifest`,
      body: questions.manifest,
    });
  });
});

/** A tar archive of one file (POSIX.1-1988). */
function tarOf(name: string, text: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}
