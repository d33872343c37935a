import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { type Database, migrate, openDatabase, sql } from '@gatecast/database';
import {
  findNatsServer,
  makeNatsServer,
  makePostgres,
  openPorts,
  type Postgres,
  projectFolder,
  type SupervisedProcess,
  toolsFolder,
} from '@gatecast/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLogEpoch } from '../../../services/api-service/dist/relay/log-epoch.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { until } from '../until.js';
import { commitEvents, publishedEventCount } from './published-events.js';
import { startReplica } from './replica.js';

let folder: string;
let natsServer: SupervisedProcess;
let postgres: Postgres;
let databaseUrl: string;
let database: Database;
let connection: BrokerConnection;

beforeEach(async () => {
  folder = mkdtempSync('/dev/shm/gatecast-restart-');
  const ports = openPorts(folder);
  const nats = { program: await findNatsServer(toolsFolder, () => undefined), logFile: path.join(folder, 'nats-server.log') };
  natsServer = makeNatsServer({ ...nats, folder, port: await ports.choose('nats-server'), progress: () => undefined });
  postgres = makePostgres({
    folder,
    port: await ports.choose('postgres'),
    password: randomBytes(8).toString('hex'),
    logFile: path.join(folder, 'postgres.log'),
    unsafe: true,
    progress: () => undefined,
  });
  await Promise.all([natsServer.start(), postgres.start()]);
  databaseUrl = await postgres.database('gatecast');
  await migrate(databaseUrl, path.join(projectFolder, 'prisma/migrations'));
  database = openDatabase({ url: databaseUrl, onError: () => undefined });
  connection = openConnection({ url: natsServer.url, name: 'test', onStatus: () => undefined });
  await connection.opened;
});
afterEach(async () => {
  await connection?.close();
  await database?.close();
  await Promise.all([natsServer?.stop(), postgres?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

test('a database that was set back behind a restart is noticed by a relay that asked nothing of it meanwhile', async () => {
  let gate: Promise<void> | undefined;
  let openGate: () => void = () => undefined;
  const replica = await startReplica({ databaseUrl, natsUrl: natsServer.url, gate: () => gate });
  const organizationId = await seedOrganization(database);
  await commitEvents(database, organizationId, 2);
  await until(() => publishedEventCount(connection)).toBe(2);
  const before = await readLogEpoch(database);

  // The relay waits for the broker's answers, and asks the database again when it has them.
  gate = new Promise((resolve) => {
    openGate = resolve;
  });
  await commitEvents(database, organizationId, 2);
  await until(replica.attempts).toBe(4);
  await postgres.restart();
  await database.query(sql`DELETE FROM events WHERE revision > 1`);
  await database.query(sql`UPDATE organization_heads SET revision = 1`);
  await database.query(sql`UPDATE published_heads SET revision = 1`);
  const stored = await noteStored();
  openGate();

  await until(() => readLogEpoch(database)).not.toBe(before);
  await commitEvents(database, organizationId, 1);
  await until(() => publishedEventCount(connection)).toBe(5);
  await until(stored).toContain(2);
  // What was published before is not published in this log, whatever revision its events have.
  expect(await stored()).toEqual([2]);
  await replica.stop();
});

/** Returns how to read which revisions have been stored as published from now on. */
async function noteStored(): Promise<() => Promise<number[]>> {
  await database.query(sql`CREATE TABLE stored (revision bigint)`);
  await database.query(sql`
    CREATE FUNCTION note_stored() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN INSERT INTO stored VALUES (NEW.revision); RETURN NEW; END'`);
  await database.query(
    sql`CREATE TRIGGER note_stored BEFORE UPDATE ON published_heads FOR EACH ROW EXECUTE FUNCTION note_stored()`,
  );
  return async () =>
    (await database.query<{ revision: number }>(sql`SELECT revision FROM stored`)).map(({ revision }) => revision);
}
