import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { migrate, openDatabase, sql } from '@gatecast/database';
import { makePostgres, openPorts, projectFolder, type SupervisedProcess } from '@gatecast/stack';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase } from '../setup.js';
import { startApi, startProcess } from './setup.js';

let folder: string;
let postgres: SupervisedProcess & { database(name: string): Promise<string> };
let databaseUrl: string;
beforeAll(async () => {
  folder = mkdtempSync('/dev/shm/gatecast-api-');
  const ports = openPorts(folder);
  postgres = makePostgres({
    folder,
    port: await ports.choose('postgres'),
    password: randomBytes(8).toString('hex'),
    logFile: path.join(folder, 'postgres.log'),
    unsafe: true,
    progress: () => undefined,
  });
  await postgres.start();
  databaseUrl = await postgres.database('gatecast');
  await migrate(databaseUrl, path.join(projectFolder, 'prisma/migrations'));
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('two replicas that start at once on an empty database share one first user and organization', async () => {
  const url = await createDatabase();
  const replicas = await Promise.all([startApi({ DATABASE_URL: url }), startApi({ DATABASE_URL: url })]);
  const database = openDatabase({ url, connectionsMax: 1, onError: () => undefined });
  expect(
    await database.query(
      sql`SELECT (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM organizations) AS organizations, (SELECT count(*) FROM memberships) AS memberships, (SELECT count(*) FROM organization_heads) AS heads`,
    ),
  ).toEqual([{ users: 1, organizations: 1, memberships: 1, heads: 1 }]);
  await database.close();
  await Promise.all(replicas.map((replica) => replica.stop()));
});

test("the first user's password is the one of the settings, also when it was another before", async () => {
  const url = await createDatabase();
  const first = await startApi({ DATABASE_URL: url });
  await first.stop();
  const process = startProcess({ DATABASE_URL: url, NATS_URL: inject('natsUrl'), ADMIN_PASSWORD: 'changed since' });
  const { port } = await process.logged('listening');
  const login = (password: string) =>
    fetch(`http://127.0.0.1:${port}/api/portal/v0.9/auth/login`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'admin', password }),
    });
  expect((await login('changed since')).status).toBe(200);
  expect((await login('a password for tests')).status).toBe(401);
  await process.stop();
  expect(await process.exited).toBe(0);
});

test('while the database is away nothing is decided: 503, not ready, and all is well when it is back', async () => {
  const api = await startApi({ DATABASE_URL: databaseUrl });
  await api.ask('POST', '/gateways', {
    id: 'kept',
    displayName: 'Kept',
    endpoints: ['https://x.example.com'],
    functionalityType: 'regular',
  });
  const token = await api.token();
  await postgres.stop();
  for (const [method, path, body] of [
    ['GET', '/gateways/kept'],
    ['GET', '/gateways'],
    ['GET', '/projects'],
    ['GET', '/projects/none'],
    ['GET', '/organizations'],
    ['GET', '/rest-apis/none'],
    ['POST', '/projects', { displayName: 'New' }],
    ['POST', '/gateways/kept/tokens'],
    ['DELETE', '/gateways/kept'],
  ] as const) {
    const answer = await api.ask(method, path, body, { token });
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 503, 'SERVICE_UNAVAILABLE']);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.body.trackingId).toMatch(/^[0-9a-f-]{36}$/);
  }
  expect((await api.login({ username: 'admin', password: 'wrong' })).status).toBe(503);
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);

  await postgres.start();
  await expect.poll(async () => (await fetch(`${api.url}/readyz`)).status, { timeout: 10_000 }).toBe(200);
  expect((await api.ask('GET', '/gateways/kept', undefined, { token })).status).toBe(200);
  await api.stop();
});
