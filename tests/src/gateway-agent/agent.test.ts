import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { kinds } from '@gatecast/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, type ControlPlane, definition, gatewayId, startControlPlane } from '../gateway-client/control-plane.js';
import { type Listed, noDecisions } from '../gateway-client/decisions.js';
import { keyOf, listedKey, listedPlan, listedSubscription } from '../gateway-client/rows.js';
import { until } from '../until.js';

const program = fileURLToPath(new URL('../../../services/gateway-agent/dist/index.js', import.meta.url));

let controlPlane: ControlPlane;
let folder: string;
let agents: ChildProcess[];

beforeEach(async () => {
  controlPlane = await startControlPlane();
  folder = mkdtempSync(join(tmpdir(), 'gatecast-agent-'));
  agents = [];
});
afterEach(async () => {
  for (const agent of agents) await end(agent, 'SIGKILL');
  await controlPlane.stop();
  rmSync(folder, { recursive: true, force: true });
});

function run(settings: Record<string, string> = {}): ChildProcess {
  const agent = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      CONTROL_PLANE_URL: controlPlane.url.href,
      GATEWAY_TOKEN: 'a-token',
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      RECONNECT_MAX_MS: '50',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  agents.push(agent);
  return agent;
}

/** Resolves with the agent's URL when it listens. */
async function listening(agent: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: agent.stdout as NodeJS.ReadableStream })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port: number };
    if (msg === 'listening') {
      agent.stdout?.resume();
      return `http://127.0.0.1:${port}`;
    }
  }
  throw new Error('the agent ended before it listened');
}

async function end(agent: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (agent.exitCode === null && agent.signalCode === null) {
    agent.kill(signal);
    await once(agent, 'exit');
  }
  return agent.exitCode;
}

interface Status {
  readonly connection: { readonly state: string };
  readonly counters: { readonly outcomes: Record<string, number>; readonly acked: number };
  readonly events: readonly { readonly correlationId: string }[];
  readonly artifacts: readonly { readonly id: string }[];
  readonly sync: { readonly isRunning: boolean; readonly last?: { readonly reason: string; readonly steps: object } };
}
const statusOf = async (url: string) => (await fetch(`${url}/status`)).json() as Promise<Status>;

test('what was acked survives kill -9, and so does the knowledge which events were handled', async () => {
  const performedAt = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
  const deploys = kinds.map(
    ({ kind }) =>
      ({ kind, verb: 'deployed', artifactId: randomUUID(), deploymentId: randomUUID(), performedAt: performedAt(0) }) as const,
  );
  for (const { kind, artifactId } of deploys) controlPlane.serve(kind, artifactId, definition(kind, 'orders'));
  const gone = { ...deploys[0], kind: 'RestApi', artifactId: randomUUID() } as const;
  controlPlane.serve('RestApi', gone.artifactId, definition('RestApi', 'gone'));
  const held = (state: string, second: number) =>
    deploys
      .map(({ kind, artifactId: id, deploymentId }) => ({
        id,
        kind,
        handle: 'orders',
        displayName: 'orders',
        version: 'v1.0',
        state,
        deploymentId,
        deployedAt: performedAt(second).toISOString(),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));

  const first = run();
  await listening(first);
  let socket = await controlPlane.connected();
  socket.change({ ...gone, verb: 'deployed' });
  socket.change({ kind: 'RestApi', verb: 'deleted', artifactId: gone.artifactId });
  expect(await socket.next()).toMatchObject({ ack: { artifactId: gone.artifactId, status: 'success' } });
  const correlationIds = deploys.map((deploy) => socket.change(deploy));
  for (const { artifactId } of deploys) expect(await socket.next()).toMatchObject({ ack: { artifactId, status: 'success' } });
  await end(first, 'SIGKILL');

  const second = run();
  const url = await listening(second);
  socket = await controlPlane.connected();
  expect((await statusOf(url)).artifacts).toEqual(held('DEPLOYED', 0));
  for (const { kind, artifactId } of deploys) {
    const served = await fetch(`${url}/artifacts/${artifactId}/content`);
    expect(served.headers.get('content-type')).toContain('application/yaml');
    expect(await served.text()).toBe(definition(kind, 'orders'));
  }

  const requests = controlPlane.requests.length;
  for (const [index, deploy] of deploys.entries())
    socket.change({ ...deploy, performedAt: performedAt(1) }, correlationIds[index]);
  for (const deploy of deploys) socket.change({ ...deploy, verb: 'undeployed', performedAt: performedAt(2) });
  for (const { artifactId } of deploys)
    expect(await socket.next()).toMatchObject({ ack: { artifactId, action: 'undeploy', status: 'success' } });
  expect(controlPlane.requests).toHaveLength(requests);
  await end(second, 'SIGKILL');

  const third = await listening(run());
  expect((await statusOf(third)).artifacts).toEqual(held('UNDEPLOYED', 2));
});

test('the status tells the connection, the last events with what became of them, and counts', async () => {
  const url = await listening(run());
  const socket = await controlPlane.connected();
  expect(await controlPlane.manifest()).toEqual({ gatewayId, body: { version: '1.2.0', policies: [] } });
  const [artifactId, deploymentId] = [randomUUID(), randomUUID()];
  controlPlane.serve('RestApi', artifactId, definition('RestApi', 'orders'));
  const deployed = socket.change({
    kind: 'RestApi',
    verb: 'deployed',
    artifactId,
    deploymentId,
    performedAt: new Date('2026-01-01T12:00:00.120Z'),
  });
  const undeployed = socket.change({
    kind: 'RestApi',
    verb: 'undeployed',
    artifactId,
    deploymentId: 'another',
    performedAt: new Date('2026-01-01T12:00:01.120Z'),
  });
  socket.ping('through');
  while (!('pong' in (await socket.next())));

  const status = await statusOf(url);
  expect(status.connection).toEqual({
    state: 'CONNECTED',
    gatewayId,
    connectionId: expect.any(String),
    connectedAt: expect.any(String),
  });
  expect(status.counters).toEqual({ outcomes: { applied: 1, mismatch: 1 }, acked: 2 });
  expect(status.events).toEqual([
    {
      type: 'api.deployed',
      correlationId: deployed,
      artifactId,
      deploymentId,
      performedAt: '2026-01-01T12:00:00.120Z',
      outcome: 'applied',
      acked: true,
      at: expect.any(String),
      handling: { ms: expect.any(Number) },
    },
    {
      type: 'api.undeployed',
      correlationId: undeployed,
      artifactId,
      deploymentId: 'another',
      performedAt: '2026-01-01T12:00:01.120Z',
      outcome: 'mismatch',
      acked: true,
      at: expect.any(String),
      handling: { ms: expect.any(Number) },
    },
  ]);
});

test('a gateway that was killed in the middle of its sync goes on where it was, and unchanged it fetches nothing', async () => {
  const decisions = noDecisions(controlPlane);
  const rows = Array.from({ length: 130 }, (_, n) => decisions.decide({ kind: kinds[n % kinds.length]?.kind ?? 'Mcp' }));
  const { artifactId } = rows[0] as Listed;
  controlPlane.answer('GET /apis/api-keys', [listedKey(keyOf(artifactId, 'a-key'))]);
  let batches = 0;
  const fetched = new Set<string>();
  const inBatches =
    (killed: () => unknown): Answer =>
    async (body) => {
      batches += 1;
      if (batches === 3) {
        await killed();
        return 'cut';
      }
      const { deploymentIds } = body as { deploymentIds: string[] };
      for (const id of deploymentIds) fetched.add(id);
      return decisions.archiveOf(deploymentIds);
    };
  const first = run();
  controlPlane.answer(
    'POST /deployments/fetch-batch',
    inBatches(() => end(first, 'SIGKILL')),
  );
  await controlPlane.connected();
  if (first.signalCode === null) await once(first, 'exit');
  expect(fetched.size).toBe(100);

  const left: string[] = [];
  controlPlane.answer('POST /deployments/fetch-batch', (body) => {
    const { deploymentIds } = body as { deploymentIds: string[] };
    left.push(...deploymentIds);
    return decisions.archiveOf(deploymentIds);
  });
  const second = run();
  const url = await listening(second);
  await controlPlane.connected();
  await until(async () => (await statusOf(url)).sync.last).toMatchObject({
    reason: 'start',
    steps: { deployments: { listed: 130, failed: 0 }, apiKeys: { written: 1, failed: 0 } },
  });
  // The second batch may or may not have been stored when the third one was asked for.
  expect(left.length === 30 || left.length === 80, `${left.length} are fetched again`).toBe(true);
  expect((await statusOf(url)).artifacts.map(({ id }) => id)).toEqual(rows.map((row) => row.artifactId).sort());
  await end(second, 'SIGKILL');

  left.length = 0;
  const third = await listening(run());
  await controlPlane.connected();
  await until(async () => (await statusOf(third)).sync.last).toMatchObject({
    steps: { deployments: { fetched: 0, updated: 0, deleted: 0 }, apiKeys: { written: 0, deleted: 0 } },
  });
  expect(left).toEqual([]);
});

test('the status tells the sync, what is held of credentials, and no secret', async () => {
  const decisions = noDecisions(controlPlane);
  const { artifactId } = decisions.decide({ kind: 'RestApi' });
  const key = keyOf(artifactId, 'a-key', { sha256: 'secret-hash' });
  controlPlane.answer('GET /apis/api-keys', [listedKey(key)]);
  controlPlane.answer('GET /subscription-plans', [listedPlan('gold')]);
  controlPlane.answer(`GET /apis/${artifactId}/subscriptions`, [listedSubscription('subscription-1', artifactId, 'gold')]);
  const listed = { handle: 'a-secret', hash: 'h', status: 'ACTIVE', value: 'secret-value' };
  controlPlane.answer('GET /secrets?includeValues=true', { list: [listed], count: 1 });
  const url = await listening(run({ SYNC_MODE: 'plain', ON_PREMISES: 'true' }));
  await controlPlane.connected();
  await until(async () => (await statusOf(url)).sync).toMatchObject({ isRunning: false, last: { reason: 'start' } });
  const text = await (await fetch(`${url}/status`)).text();
  const shown = { artifactId, name: 'a-key', uuid: key.uuid, maskedApiKey: '***', expiresAt: null, updatedAt: key.updatedAt };
  expect(JSON.parse(text)).toMatchObject({
    sync: {
      mode: 'plain',
      onPremises: true,
      last: { startedAt: expect.any(String), endedAt: expect.any(String), steps: { deployments: { fetched: 1 } } },
    },
    artifacts: [{ id: artifactId, state: 'DEPLOYED', deploymentId: expect.any(String) }],
    apiKeys: [shown],
    subscriptions: [{ id: 'subscription-1', artifactId, planId: 'gold', status: 'ACTIVE' }],
    plans: [{ id: 'gold' }],
    applications: [],
    secrets: ['a-secret'],
  });
  for (const secret of ['secret-hash', 'secret-value', 'a-token']) expect(text).not.toContain(secret);
  expect(await (await fetch(`${url}/artifacts/${artifactId}/api-keys`)).json()).toEqual([shown]);
  expect(await (await fetch(`${url}/artifacts/${randomUUID()}/api-keys`)).json()).toEqual([]);
  expect(statSync(join(folder, 'data/gateway.db')).mode & 0o077).toBe(0);
});

test('what a sync applied is in the trail as what its event would have done', async () => {
  const row = noDecisions(controlPlane).decide({ kind: 'Mcp' });
  const trail = join(folder, 'trail');
  const url = await listening(run({ EVENT_TRAIL_FILE: trail, SYNC_MODE: 'plain' }));
  const socket = await controlPlane.connected();
  await until(async () => (await statusOf(url)).sync).toMatchObject({ isRunning: false, last: { reason: 'start' } });
  socket.change({ ...row, verb: 'deployed', performedAt: new Date(row.deployedAt) }, row.etag);
  socket.ping('through');
  await socket.next();
  const about = {
    type: 'mcpproxy.deployed',
    correlationId: row.etag,
    artifactId: row.artifactId,
    deploymentId: row.deploymentId,
  };
  expect(
    readFileSync(trail, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { ...about, outcome: 'applied', bySync: true },
    { ...about, outcome: 'duplicate' },
  ]);
});

test('the status keeps the last hundred events', async () => {
  const url = await listening(run());
  const socket = await controlPlane.connected();
  for (let event = 0; event < 105; event += 1)
    socket.send(JSON.stringify({ type: 'gateway.config.updated', payload: {}, correlationId: `${event}` }));
  socket.ping('through');
  await socket.next();
  const { events, counters } = await statusOf(url);
  expect(events).toHaveLength(100);
  expect(events.at(-1)?.correlationId).toBe('104');
  expect(counters.outcomes.ignored).toBe(105);
});

test('an agent without its control plane is ready and says that it waits', async () => {
  controlPlane.refuseDialsWith(503);
  const url = await listening(run());
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect((await statusOf(url)).connection.state).toMatch(/CONNECTING|WAITING/);
  expect((await fetch(`${url}/artifacts/${randomUUID()}/content`)).status).toBe(404);
});

test('an agent whose token is refused says so in one line and exits with 1', async () => {
  controlPlane.refuseDialsWith(401);
  const agent = run();
  const fatal: { reason: string; msg: string }[] = [];
  for await (const line of createInterface({ input: agent.stdout as NodeJS.ReadableStream })) {
    const entry = JSON.parse(line);
    if (entry.level === 60) fatal.push(entry);
  }
  expect(agent.exitCode ?? (await once(agent, 'exit'))[0]).toBe(1);
  expect(fatal).toMatchObject([
    { reason: 'the connect request was answered with 401', msg: expect.stringContaining('GATEWAY_TOKEN') },
  ]);
});

test('on SIGTERM the agent closes its connection with 1000 and exits with 0', async () => {
  const agent = run();
  await listening(agent);
  const socket = await controlPlane.connected();
  await controlPlane.manifest();
  expect(await end(agent, 'SIGTERM')).toBe(0);
  expect(await socket.next()).toEqual({ closed: 1000 });
});

test('all settings that do not fit are named at once', async () => {
  const agent = run({
    CONTROL_PLANE_URL: 'ftp://control-plane',
    CONTROL_PLANE_CA_FILE: join(folder, 'missing.pem'),
    GATEWAY_TOKEN: ' ',
    PORT: '70000',
    RECONNECT_MAX_MS: '0',
  });
  const message = Buffer.concat(
    await (agent.stderr as NodeJS.ReadableStream & { toArray(): Promise<Buffer[]> }).toArray(),
  ).toString();
  expect(agent.exitCode ?? (await once(agent, 'exit'))[0]).toBe(1);
  for (const name of ['CONTROL_PLANE_URL', 'CONTROL_PLANE_CA_FILE', 'GATEWAY_TOKEN', 'PORT', 'RECONNECT_MAX_MS'])
    expect(message).toContain(name);
});

test('an agent whose folder cannot be used says so and exits with 1', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const agent = run({ DATA_DIR: join(file, 'data') });
  const log = Buffer.concat(
    await (agent.stdout as NodeJS.ReadableStream & { toArray(): Promise<Buffer[]> }).toArray(),
  ).toString();
  expect(agent.exitCode ?? (await once(agent, 'exit'))[0]).toBe(1);
  expect(log).toContain('choose another folder with DATA_DIR');
});
