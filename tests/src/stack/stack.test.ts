import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSecureClient, type SecureClient, type Stack, startStack } from '@gatecast/stack';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { createDatabase } from '../setup.js';
import { isRunning } from './command.js';

let folder: string;
let stack: Stack;
let client: SecureClient;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-stack-'));
  stack = await startStack({ dataFolder: folder, port: 0, unsafeDatabase: true });
  client = openSecureClient(stack.endpoints.caFile);
});
afterAll(async () => {
  client?.close();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const statusThroughDoor = async (where: string) => (await client.ask(stack.endpoints.frontDoor + where)).status;

test.each(['api-service-1', 'ws-edge-1', 'artifacts-service-1', 'front-door'])(
  '%s comes back by itself after kill -9, at the same address',
  async (name) => {
    const service = stack.service(name);
    const others = stack.services.filter((one) => one !== service).map(({ pid }) => pid);
    const before = service.pid as number;
    process.kill(before, 'SIGKILL');
    await vi.waitUntil(() => service.pid !== undefined && service.pid !== before, { timeout: 20_000 });
    await vi.waitUntil(
      () =>
        client.ask(`${service.url}/readyz`).then(
          ({ status }) => status === 200,
          () => false,
        ),
      { timeout: 20_000 },
    );
    expect(stack.services.filter((one) => one !== service).map(({ pid }) => pid)).toEqual(others);
  },
);

test('a service that a test killed stays away until it is started', async () => {
  const service = stack.service('api-service-1');
  await service.kill('SIGKILL');
  expect(service.pid).toBeUndefined();
  await vi.waitUntil(async () => (await statusThroughDoor('/api/v0.9/organizations')) === 503, { timeout: 5_000 });
  await service.start();
  await vi.waitUntil(async () => (await statusThroughDoor('/api/v0.9/organizations')) === 401, { timeout: 5_000 });
});

test('broker and database can be killed and come back with what they held', async () => {
  for (const server of [stack.natsServer, stack.postgres]) {
    const before = server?.pid;
    await server?.kill('SIGKILL');
    expect(server?.pid).toBeUndefined();
    await server?.start();
    expect(server?.pid).not.toBe(before);
  }
  const login = () =>
    client.ask(`${stack.endpoints.frontDoor}/api/portal/v0.9/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...stack.credentials }).toString(),
    });
  await vi.waitUntil(async () => (await login()).status === 200, { timeout: 20_000 });
});

test('a stack on a database and a broker of somebody else’s starts neither, and leaves them alone', async () => {
  const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'gatecast-stack-'));
  try {
    const own = await startStack({
      dataFolder: elsewhere,
      port: 0,
      wsEdges: 1,
      databaseUrl: await createDatabase(),
      natsUrl: inject('natsUrl'),
    });
    const pids = own.services.map(({ pid }) => pid as number);
    await own.stop();
    expect([own.postgres, own.natsServer]).toEqual([undefined, undefined]);
    expect(pids.filter(isRunning)).toEqual([]);
    await createDatabase();
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
