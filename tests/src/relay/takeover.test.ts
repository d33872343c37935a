import type { BrokerConnection } from '@gatecast/broker';
import { type Database, openDatabase } from '@gatecast/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startProcess } from '../api-service/setup.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import type { ServiceProcess } from '../service-process.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';
import { commitEvents, expectEveryEventOnceInOrder, publishedEventCount } from './published-events.js';

let broker: OwnBroker;
let database: Database;
let connection: BrokerConnection;
let replicas: readonly [ServiceProcess, ServiceProcess];

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  const databaseUrl = await createDatabase();
  database = openDatabase({ url: databaseUrl, onError: () => undefined });
  const settings = { DATABASE_URL: databaseUrl, NATS_URL: broker.server.url, STREAM_MAX_BYTES: String(64 * 1024 * 1024) };
  const first = startProcess(settings);
  await first.logged('listening');
  replicas = [first, startProcess(settings)];
  await replicas[1].logged('listening');
});
afterEach(async () => {
  for (const replica of replicas) replica.kill('SIGKILL');
  await Promise.all(replicas.map(({ exited }) => exited));
  await broker.stop();
  await database.close();
});

const publishedCount = () => publishedEventCount(connection);
const told = ({ log }: ServiceProcess, msg: string) => log.filter((line) => line.msg === msg).length;

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
