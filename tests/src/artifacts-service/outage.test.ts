import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { request } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import { migrate, newId, sql } from '@gatecast/database';
import { makePostgres, openPorts, type Postgres, projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import {
  logEpochOf,
  type SeededArtifact,
  type SeededGateway,
  seedArtifact,
  seedDecision,
  seedDeployment,
  seedGateway,
  seedOrganization,
} from './seed.js';
import { type Parts, startParts, startService } from './setup.js';

let postgres: Postgres;
let parts: Parts;
let gateway: SeededGateway;
let artifact: SeededArtifact;
let deploymentId: string;
let logEpoch: string;
const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-outage-'));
beforeAll(async () => {
  // A server of its own, since it will be stopped; another user runs it, who must be able to enter.
  chmodSync(folder, 0o711);
  postgres = makePostgres({
    folder,
    port: await openPorts(folder).choose('postgres'),
    password: randomBytes(8).toString('hex'),
    logFile: path.join(folder, 'postgres.log'),
    unsafe: true,
    progress: () => undefined,
  });
  await postgres.start();
  const databaseUrl = await postgres.database('gatecast');
  await migrate(databaseUrl, path.join(projectFolder, 'prisma/migrations'));
  parts = await startParts({ DATABASE_URL: databaseUrl });
  logEpoch = await logEpochOf(parts.database);
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
  artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  deploymentId = await seedDeployment(parts.database, artifact, gateway, 'kind: RestApi\n');
  await seedDecision(parts.database, artifact, gateway, {
    deploymentId,
    desiredState: 'DEPLOYED',
    performedAt: '2026-01-01T00:00:00Z',
  });
});
afterAll(async () => {
  await parts?.stop();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Whether what is decided is to be issued again. */
const isToBeIssued = sql`SELECT reissue_at IS NOT NULL AS "isToBeIssued" FROM artifact_gateways`;

/** More than sockets and streams hold on the way. */
async function seedLargeDeployments(): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < 60; n += 1)
    ids.push(await seedDeployment(parts.database, artifact, gateway, randomBytes(400_000).toString('base64')));
  return ids;
}

/** Every route of the internal API, asked well. */
const questions = (): [string, RequestInit][] => [
  [`/apis/${artifact.artifactId}`, {}],
  [`/apis/${newId()}`, {}],
  [`/llm-providers/${newId()}`, {}],
  [`/llm-proxies/${newId()}`, {}],
  [`/mcp-proxies/${newId()}`, {}],
  ['/deployments', {}],
  ['/deployments/fetch-batch', post({ deploymentIds: [deploymentId] }, { accept: 'application/x-tar+gzip' })],
  ['/artifacts/exists', post({ artifactIds: [artifact.artifactId, newId()] })],
  [`/gateways/${gateway.gatewayId}/manifest`, post({ policies: [] })],
  ['/apis/api-keys', {}],
  [`/apis/${artifact.artifactId}/subscriptions`, {}],
  ['/subscription-plans', {}],
  ['/secrets', {}],
  ['/secrets?includeValues=true', {}],
  ['/secrets/some-secret/value', {}],
  ['/artifacts/import-gateway-artifacts', post({})],
];
const ask = (path: string, init: RequestInit, token: string) =>
  fetch(`${parts.url}${path}`, { ...init, headers: { ...init.headers, 'api-key': token } });
const statusesWith = async (token: string) =>
  Promise.all(questions().map(async ([path, init]) => (await ask(path, init, token)).status));
const allUnavailable = () => questions().map(() => 503);

describe('while the database is stopped', () => {
  let before: number[];
  beforeAll(async () => {
    before = await statusesWith(gateway.token);
    await postgres.stop();
  });

  test('each route answers 503 with Retry-After, never that something is not there', async () => {
    for (const [path, init] of questions()) {
      const answer = await ask(path, init, gateway.token);
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
      expect(await answer.json()).toMatchObject({ code: 503, message: 'Service Unavailable' });
    }
  });

  test('nobody is told that a token is unknown', async () => {
    expect(await statusesWith('unknown-or-not')).toEqual(allUnavailable());
  });

  test('the service is alive, but not ready', async () => {
    expect((await fetch(`${parts.service.origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${parts.service.origin}/readyz`)).status).toBe(503);
  });

  test.each<[string, () => unknown]>([
    [subjects.authenticate, () => ({ tokenHashes: [gateway.tokenHash] })],
    [subjects.eventLog, () => ({ organizationId: gateway.organizationId, after: 0, through: 1 })],
    [subjects.cursors, () => ({ logEpoch, cursors: [{ gatewayId: gateway.gatewayId, confirmed: 0, written: 0 }] })],
    [subjects.presence, () => ({ edgeId: newId() })],
  ])('an edge that asks on %s learns that nothing could be told', async (subject, body) => {
    await expect(request(parts.broker, subject, body(), 20_000)).rejects.toThrow(/could not be answered/);
  });

  test('everything is answered as before when the database is back', async () => {
    await postgres.start();
    expect(await statusesWith(gateway.token)).toEqual(before);
    expect(before).toEqual([200, 404, 404, 404, 404, 200, 200, 200, 204, 200, 200, 200, 200, 200, 404, 501]);
    expect((await fetch(`${parts.service.origin}/readyz`)).status).toBe(200);
    expect(await request(parts.broker, subjects.authenticate, { tokenHashes: [gateway.tokenHash] }, 5_000)).toMatchObject({
      gateways: [{ gatewayId: gateway.gatewayId }],
    });
  });
});

describe('while the server is a standby, which answers of what was and never of what is', () => {
  const signal = path.join(folder, 'postgres', 'standby.signal');
  let before: number[];
  beforeAll(async () => {
    before = await statusesWith(gateway.token);
    await postgres.stop();
    writeFileSync(signal, '');
    const { uid, gid } = statSync(path.dirname(signal));
    chownSync(signal, uid, gid);
    await postgres.start();
  });

  test('it is as if there were none: nobody is told that something is not there', async () => {
    expect(await statusesWith(gateway.token)).toEqual(allUnavailable());
    expect(await statusesWith('unknown-or-not')).toEqual(allUnavailable());
    await expect(request(parts.broker, subjects.authenticate, { tokenHashes: [gateway.tokenHash] }, 20_000)).rejects.toThrow(
      /could not be answered/,
    );
  });

  test('the service is not ready, and says where it must be led', async () => {
    const answer = await fetch(`${parts.service.origin}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/standby.*DATABASE_URL/)]);
  });

  test('everything is answered as before when it is the primary again', async () => {
    await postgres.stop();
    rmSync(signal);
    await postgres.start();
    expect(await statusesWith(gateway.token)).toEqual(before);
  });
});

test('an archive breaks off visibly when the database stops in the middle of it, and what was decided comes as events when it is back', async () => {
  const deploymentIds = [deploymentId, ...(await seedLargeDeployments())];
  const [decided] = await parts.database.query(isToBeIssued);
  expect(decided).toEqual({ isToBeIssued: false });
  // Nobody reads yet, so the archive waits half-way.
  const answer = await ask(
    '/deployments/fetch-batch',
    post({ deploymentIds }, { accept: 'application/x-tar+gzip' }),
    gateway.token,
  );
  expect(answer.status).toBe(200);
  await postgres.stop();
  await expect(answer.arrayBuffer()).rejects.toThrow();
  expect((await parts.service.logged('archive broken off')).gatewayId).toBe(gateway.gatewayId);
  await parts.service.logged('broken archive not marked yet');
  await postgres.start();
  await until(() => parts.database.query(isToBeIssued)).toEqual([{ isToBeIssued: true }]);
});

test('a gateway that leaves in the middle of an archive costs nothing but its own answer', async () => {
  const deploymentIds = await seedLargeDeployments();
  const leaving = new AbortController();
  const before = parts.service.log.length;
  for (let n = 0; n < 12; n += 1) {
    const answer = await ask(
      '/deployments/fetch-batch',
      { ...post({ deploymentIds }, { accept: 'application/x-tar+gzip' }), signal: leaving.signal },
      gateway.token,
    );
    expect(answer.status).toBe(200);
  }
  leaving.abort();
  await expect
    .poll(() => parts.service.log.slice(before).filter(({ msg }) => msg === 'archive broken off'), { timeout: 20_000 })
    .toHaveLength(12);
  expect((await ask('/deployments', {}, gateway.token)).status).toBe(200);
});

test('gateways are answered while the broker is stopped, and edges again when it is back', async () => {
  await parts.natsServer.stop();
  expect((await ask('/deployments', {}, gateway.token)).status).toBe(200);
  expect((await fetch(`${parts.service.origin}/readyz`)).status).toBe(200);
  await parts.natsServer.start();
  const authenticate = () =>
    request(parts.broker, subjects.authenticate, { tokenHashes: [gateway.tokenHash] }, 2_000).catch((error: unknown) => error);
  await expect.poll(authenticate, { timeout: 20_000 }).toMatchObject({ gateways: [{ gatewayId: gateway.gatewayId }] });
});

test('the service starts, answers gateways and stops without a broker', async () => {
  const alone = await startService({ DATABASE_URL: parts.databaseUrl, NATS_URL: 'nats://127.0.0.1:1' });
  expect((await fetch(`${alone.origin}/readyz`)).status).toBe(200);
  expect((await fetch(`${alone.origin}/api/internal/v1/deployments`, { headers: { 'api-key': gateway.token } })).status).toBe(
    200,
  );
  expect(await alone.stop()).toBe(0);
});

test('the service ends in an orderly way while somebody holds a connection without asking anything', async () => {
  const alone = await startService({ DATABASE_URL: parts.databaseUrl, NATS_URL: parts.natsServer.url });
  const silent = connect(Number(new URL(alone.origin).port), '127.0.0.1');
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  expect(await alone.stop()).toBe(0);
  await closed;
});
