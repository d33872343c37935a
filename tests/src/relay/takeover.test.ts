import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { type Database, openDatabase } from '@gatecast/database';
import { findNatsServer, makeNatsServer, openPorts, type SupervisedProcess, toolsFolder } from '@gatecast/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiProcess, startProcess } from '../api-service/setup.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';
import { commitEvents, expectEveryEventOnceInOrder, publishedEventCount } from './published-events.js';

let folder: string;
let natsServer: SupervisedProcess;
let database: Database;
let connection: BrokerConnection;
let replicas: readonly [ApiProcess, ApiProcess];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-takeover-'));
  natsServer = makeNatsServer({
    program: await findNatsServer(toolsFolder, () => undefined),
    folder,
    port: await openPorts(folder).choose('nats-server'),
    logFile: path.join(folder, 'nats-server.log'),
    progress: () => undefined,
  });
  await natsServer.start();
  const databaseUrl = await createDatabase();
  database = openDatabase({ url: databaseUrl, onError: () => undefined });
  connection = openConnection({ url: natsServer.url, name: 'test', onStatus: () => undefined });
  await connection.opened;
  const settings = { DATABASE_URL: databaseUrl, NATS_URL: natsServer.url, STREAM_MAX_BYTES: String(64 * 1024 * 1024) };
  const first = startProcess(settings);
  await first.logged('listening');
  replicas = [first, startProcess(settings)];
  await replicas[1].logged('listening');
});
afterEach(async () => {
  for (const replica of replicas) replica.kill('SIGKILL');
  await Promise.all(replicas.map(({ exited }) => exited));
  await connection.close();
  await natsServer.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const publishedCount = () => publishedEventCount(connection);
const told = ({ log }: ApiProcess, msg: string) => log.filter((line) => line.msg === msg).length;

test('a stopped api-service and a killed one are each taken over from, and one that wakes up late publishes nothing twice', async () => {
  const organizationId = await seedOrganization(database);
  await until(() => replicas.map((replica) => told(replica, 'relay active')).sort()).toEqual([0, 1]);
  const [active, standby] = told(replicas[0], 'relay active') ? replicas : [replicas[1], replicas[0]];
  await commitEvents(database, organizationId, 3);
  await until(publishedCount).toBe(3);

  active.kill('SIGSTOP');
  await commitEvents(database, organizationId, 3);
  await until(publishedCount).toBe(6);
  expect(told(standby, 'relay active')).toBeGreaterThan(0);

  active.kill('SIGCONT');
  await commitEvents(database, organizationId, 3);
  await until(publishedCount).toBe(9);

  standby.kill('SIGKILL');
  await commitEvents(database, organizationId, 3);
  await until(publishedCount).toBe(12);
  await expectEveryEventOnceInOrder(database, connection);
});
