import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '@gatecast/database';
import { findNatsServer, makeNatsServer, makePostgres, openPorts, projectFolder, toolsFolder } from '@gatecast/stack';
import pg from 'pg';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database `postgres` of the test run's server; tests take their own from `createDatabase`. */
    readonly databaseServerUrl: string;
    /** The test run's broker. Its streams are shared: a test that needs them to itself starts a broker of its own. */
    readonly natsUrl: string;
  }
}

/** The migrated database that `createDatabase` copies. */
const templateDatabase = 'gatecast_template';

/** Brings up one PostgreSQL and one nats-server for all tests of a run; the returned function takes them down. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(fastFolder(), 'gatecast-tests-'));
  const ports = openPorts(folder);
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const nats = makeNatsServer({
    program: await findNatsServer(toolsFolder, progress),
    folder,
    port: await ports.choose('nats-server'),
    logFile: path.join(folder, 'nats-server.log'),
    progress,
  });
  const postgres = makePostgres({
    folder,
    port: await ports.choose('postgres'),
    password: randomUUID(),
    logFile: path.join(folder, 'postgres.log'),
    unsafe: true,
    progress,
  });
  const stop = async () => {
    await Promise.all([nats.stop(), postgres.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([nats.start(), postgres.start()]);
    await migrate(await postgres.database(templateDatabase), path.join(projectFolder, 'prisma/migrations'));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('databaseServerUrl', postgres.url);
  project.provide('natsUrl', nats.url);
  return stop;
}

/** Makes a migrated database of a test's own, in some 15 ms, and returns its URL. It goes with the server at the end of the run. */
export async function createDatabase(): Promise<string> {
  const url = new URL(inject('databaseServerUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${templateDatabase} STRATEGY FILE_COPY`);
  } finally {
    await client.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** Memory, where there is enough of it: the data are gone with the run anyway. */
function fastFolder(): string {
  const memory = '/dev/shm';
  if (!existsSync(memory)) return os.tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 2 ** 30 ? memory : os.tmpdir();
}
