import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { eventStream, eventStreamSubjects } from '@gatecast/contracts';
import { findNatsServer, makeNatsServer, openPorts, type SupervisedProcess, toolsFolder } from '@gatecast/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcess } from '../api-service/setup.js';
import { type ServiceProcess, startServiceProcess } from '../service-process.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

const password = 'a-password-that-nobody-logs';

let folder: string;
let port: number;
let natsUrl: string;
let undo: (() => Promise<void>)[];
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-start-broker-'));
  port = await openPorts(folder).choose('nats-server');
  natsUrl = `nats://gatecast:${password}@127.0.0.1:${port}`;
  undo = [];
});
afterEach(async () => {
  for (const end of undo.reverse()) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a broker whose one user has this password, and JetStream or not. Always the same broker: the one before it must be stopped. */
async function startBroker({ itsPassword = password, jetstream = true } = {}): Promise<SupervisedProcess> {
  const server = makeNatsServer({
    program: await findNatsServer(toolsFolder, () => undefined),
    folder,
    port,
    configuration: [
      `accounts: { GATECAST: { ${jetstream ? 'jetstream: enabled, ' : ''}users: [{ user: gatecast, password: ${itsPassword} }] } }`,
    ],
    logFile: path.join(folder, 'nats-server.log'),
    progress: () => undefined,
  });
  undo.push(() => server.stop());
  await server.start();
  return server;
}

async function streams() {
  const connection: BrokerConnection = openConnection({ url: natsUrl, name: 'test', onStatus: () => undefined });
  undo.push(() => connection.close());
  await connection.opened;
  return (await connection.live().jetstreamManager()).streams;
}

function startEdge(): ServiceProcess {
  const edge = startServiceProcess('ws-edge', { NATS_URL: natsUrl });
  undo.push(() => edge.stop());
  return edge;
}

async function startApi(settings = {}): Promise<ServiceProcess> {
  const api = startProcess({ NATS_URL: natsUrl, DATABASE_URL: await createDatabase(), ...settings });
  undo.push(() => api.stop());
  return api;
}

async function ask(service: ServiceProcess, path: string) {
  const { port } = await service.logged('listening');
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: await response.json() };
}

const ready = { status: 200, body: { status: 'ready' } };
const notReady = (reason: string) => ({ status: 503, body: { status: 'not ready', reason: expect.stringContaining(reason) } });

/** What a service has said of a trouble with the broker. */
const told = (service: ServiceProcess, msg: string) =>
  service.log.filter((line) => line.msg === msg).map(({ err }) => (err as Error).message);

test('an edge that is started before its broker and before api-service says which it waits for, and is ready after both', async () => {
  const edge = startEdge();
  await until(() => ask(edge, '/readyz')).toEqual(notReady('The broker cannot be reached: start it, or correct NATS_URL'));
  expect((await ask(edge, '/healthz')).status).toBe(200);

  await startBroker();
  await until(() => ask(edge, '/readyz')).toEqual(
    notReady('The stream EVENTS does not exist: api-service makes it as soon as it reaches this broker.'),
  );

  await startApi();
  await until(() => ask(edge, '/readyz')).toEqual(ready);
});

test('an edge whose password the broker refuses says so without telling it, and is ready when it is put right', async () => {
  const broker = await startBroker({ itsPassword: 'another' });
  const edge = startEdge();
  await until(() => ask(edge, '/readyz')).toEqual(notReady('The broker refuses the credentials: correct them here or'));
  expect(JSON.stringify(edge.log)).not.toContain(password);

  await broker.stop();
  await startBroker();
  await startApi();
  await until(() => ask(edge, '/readyz')).toEqual(ready);
});

test('a broker without JetStream keeps edges from being ready and not api-service; when it has it all goes on', async () => {
  const withoutJetStream = await startBroker({ jetstream: false });
  const [edge, api] = [startEdge(), await startApi()];
  const advice = 'The broker has no JetStream: start it with JetStream (nats-server --jetstream)';
  await until(() => ask(edge, '/readyz')).toEqual(notReady(advice));
  await until(() => told(api, 'relay interrupted')).toContainEqual(expect.stringContaining(advice));
  await until(() => told(api, 'acks interrupted')).toContainEqual(expect.stringContaining(advice));
  expect(await ask(api, '/readyz')).toEqual(ready);

  await withoutJetStream.stop();
  await startBroker();
  await until(() => ask(edge, '/readyz')).toEqual(ready);
});

test('a stream with settings that cannot be changed is left alone and told of, with what to do; when it is removed it is made anew', async () => {
  await startBroker();
  const all = await streams();
  await all.add({ name: eventStream, subjects: eventStreamSubjects, retention: 'workqueue' as never });
  const api = await startApi();
  await until(() => told(api, 'relay interrupted')).toContainEqual(
    expect.stringContaining('remove it with `nats stream rm EVENTS`, and it is made anew'),
  );
  expect((await all.info(eventStream)).config.retention).toBe('workqueue');
  expect(await ask(api, '/readyz')).toEqual(ready);

  await all.delete(eventStream);
  await until(async () => (await all.info(eventStream).catch(() => undefined))?.config.retention).toBe('limits');
});

test('a stream with other settings that can be changed is brought to those of api-service', async () => {
  await startBroker();
  const all = await streams();
  await all.add({ name: eventStream, subjects: ['gateway.*.event'], max_bytes: 1_000_000, max_age: 1_000_000_000 });
  await startApi({ STREAM_MAX_AGE_MS: '120000', STREAM_MAX_BYTES: '2000000' });
  await until(async () => (await all.info(eventStream)).config).toMatchObject({
    subjects: eventStreamSubjects,
    max_age: 120_000_000_000,
    max_bytes: 2_000_000,
  });
});
