import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { migrate, migrationsFolder } from '@gatecast/database';
import { makePostgres, openPorts, type Postgres } from '@gatecast/stack';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startServiceProcess } from '../service-process.js';
import { until } from '../until.js';

let folder: string;
let postgres: Postgres;
let eyes: pg.Client;
let url: string;
let made = 0;
/** This release's migrations, and one more. */
let release: string;

beforeAll(async () => {
  folder = mkdtempSync('/dev/shm/gatecast-migrate-');
  postgres = makePostgres({
    folder,
    port: await openPorts(folder).choose('postgres'),
    password: randomBytes(8).toString('hex'),
    logFile: path.join(folder, 'postgres.log'),
    unsafe: true,
    progress: () => undefined,
  });
  await postgres.start();
});
afterAll(async () => {
  await eyes?.end();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await eyes?.end();
  url = await postgres.database(`migrate_${++made}`);
  eyes = new pg.Client(url);
  await eyes.connect();
  release = path.join(folder, `release-${made}`);
  cpSync(migrationsFolder, release, { recursive: true });
});

function add(statements: string): void {
  mkdirSync(path.join(release, '29990101000000_later'));
  writeFileSync(path.join(release, '29990101000000_later/migration.sql'), statements);
}
const names = readdirSync(migrationsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const recorded = async () =>
  (await eyes.query('SELECT count(*)::int AS all, count(finished_at)::int AS finished FROM _prisma_migrations')).rows[0];
/** Resolves with the process of the server that is in the middle of it. */
async function inTheMiddle(): Promise<number> {
  const look = async () =>
    (await eyes.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")).rows;
  await until(async () => (await look()).length).toBe(1);
  return (await look())[0].pid;
}

test('a migration whose connection ends in the middle leaves nothing behind, and the next start does it', async () => {
  add('CREATE TABLE later (id int); SELECT pg_sleep(600);');
  const migrating = migrate(url, release).catch((error: Error) => error);
  await eyes.query('SELECT pg_terminate_backend($1)', [await inTheMiddle()]);
  expect(await migrating).toMatchObject({
    message: expect.stringMatching(/^Migration 29990101000000_later failed, and nothing of it is done: /),
  });
  await until(recorded).toEqual({ all: names.length, finished: names.length });

  writeFileSync(path.join(release, '29990101000000_later/migration.sql'), 'CREATE TABLE later (id int);');
  expect(await migrate(url, release)).toEqual(['29990101000000_later']);
  expect(await recorded()).toEqual({ all: names.length + 1, finished: names.length + 1 });
});

test('a migration that fails says which and why, and nothing of it is done', async () => {
  add('CREATE TABLE later (id int); CREATE TABLE later (id int);');
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    await expect(migrate(url, release)).rejects.toThrow(
      'Migration 29990101000000_later failed, and nothing of it is done: relation "later" already exists',
    );
  }
  expect((await eyes.query("SELECT to_regclass('later') AS later")).rows).toEqual([{ later: null }]);
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'the service that is ended by %s in the middle has not done it, and does not say so',
  async (signal) => {
    add('SELECT pg_sleep(600);');
    const service = startServiceProcess('migrations', { DATABASE_URL: url, MIGRATIONS_DIR: release });
    const server = await inTheMiddle();
    service.kill(signal);
    expect(await service.exited).not.toBe(0);
    await eyes.query('SELECT pg_terminate_backend($1)', [server]);
    await until(recorded).toEqual({ all: names.length, finished: names.length });
  },
);
