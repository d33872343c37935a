import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { migrate, migrationsFolder } from '@gatecast/database';
import { makePostgres, openPorts, type Postgres } from '@gatecast/stack';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProcess } from '../api-service/setup.js';
import { type ServiceProcess, type Settings, startServiceProcess } from '../service-process.js';
import { until } from '../until.js';

let folder: string;
let postgres: Postgres;
let made = 0;
const migrations = readdirSync(migrationsFolder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

beforeAll(async () => {
  folder = mkdtempSync('/dev/shm/gatecast-start-');
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
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const emptyDatabase = () => postgres.database(`start_${++made}`);
const migratedDatabase = async () => {
  const url = await emptyDatabase();
  await migrate(url, migrationsFolder);
  return url;
};

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text).finally(() => client.end());
}

const message = 'The service is not ready yet.';
/** With the error body of the API that each serves. */
const starts: readonly (readonly [string, (settings: Settings) => ServiceProcess, object])[] = [
  ['api-service', startProcess, { status: 'error', code: 'SERVICE_UNAVAILABLE', message, trackingId: expect.any(String) }],
  [
    'artifacts-service',
    (settings) => startServiceProcess('artifacts-service', settings),
    { code: 503, message: 'Service Unavailable', description: message },
  ],
];

describe.each(starts)('%s', (_name, startService, notReady) => {
  const start = (url: string) => startService({ DATABASE_URL: url, NATS_URL: 'nats://127.0.0.1:1' });
  /** Resolves when the service waits, for this reason and no other. */
  const expectWaiting = async (service: ServiceProcess, reason: string) => {
    const { port } = await service.logged('waiting');
    const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await until(async () => (await ask('/readyz')).json()).toEqual({
      status: 'not ready',
      reason: expect.stringContaining(reason),
    });
    expect((await ask('/readyz')).status).toBe(503);
    expect((await ask('/healthz')).status).toBe(200);
    for (const path of ['/api/v0.9/projects', '/api/internal/v1/deployments', '/elsewhere']) {
      const answer = await ask(path);
      expect([answer.status, await answer.json()]).toEqual([503, notReady]);
    }
  };
  const expectReady = async (service: ServiceProcess) => {
    const { port } = await service.logged('listening');
    const readiness = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ready' }]);
  };
  const stop = async (service: ServiceProcess) => {
    await service.stop();
    expect(await service.exited).toBe(0);
  };

  test('waits for a database that is not migrated as far as it needs, says what it lacks, and starts when it is', async () => {
    const url = await emptyDatabase();
    const service = start(url);
    await expectWaiting(service, `run its migrations (the service migrations). It lacks ${migrations.join(', ')}.`);
    const [first = '', ...others] = migrations;
    const earlierRelease = path.join(folder, `release-${made}`);
    cpSync(path.join(migrationsFolder, first), path.join(earlierRelease, first), { recursive: true });
    await migrate(url, earlierRelease);
    await expectWaiting(service, `It lacks ${others.join(', ')}.`);
    await migrate(url, migrationsFolder);
    await expectReady(service);
    await stop(service);
  });

  test('waits for a migration that is under way or failed, and says how to mend it', async () => {
    const url = await migratedDatabase();
    await statement(
      url,
      'UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)',
    );
    const service = start(url);
    await expectWaiting(service, 'is not finished: wait while it runs; if it failed, mend it');
    await statement(url, 'UPDATE _prisma_migrations SET finished_at = now()');
    await expectReady(service);
    await stop(service);
  });

  test('refuses a database that is migrated further than it knows, until that is set back', async () => {
    const url = await migratedDatabase();
    await addLaterMigration(url);
    const service = start(url);
    await expectWaiting(service, 'has migration 29990101000000_later, which this release does not know');
    await statement(url, "DELETE FROM _prisma_migrations WHERE migration_name = '29990101000000_later'");
    await expectReady(service);
    await stop(service);
  });

  test('goes on when the database is migrated further while it runs', async () => {
    const url = await migratedDatabase();
    const service = start(url);
    await expectReady(service);
    await addLaterMigration(url);
    await expectReady(service);
    await stop(service);
  });

  test('that is started before its database waits for it', async () => {
    const url = await migratedDatabase();
    await postgres.stop();
    const service = start(url);
    await expectWaiting(service, 'The database cannot be reached: start it, or correct DATABASE_URL');
    await postgres.start();
    await expectReady(service);
    await stop(service);
  });

  test('that waits ends at once when it is told to', async () => {
    const service = start(await emptyDatabase());
    await service.logged('waiting');
    await stop(service);
    expect(service.log.map(({ msg }) => msg)).not.toContain('teardown took too long');
  });

  test('ends with 1 when the database refuses the password, without telling it', async () => {
    const url = new URL(await migratedDatabase());
    url.password = 'wrong';
    const service = start(url.href);
    expect(await service.exited).toBe(1);
    expect((await service.logged('start failed')).err).toMatchObject({
      message: expect.stringMatching(/^The database refuses: .*Look at DATABASE_URL\./),
    });
    expect(JSON.stringify(service.log)).not.toContain('wrong@');
  });
});

/** As a later release leaves the record. */
function addLaterMigration(url: string): Promise<void> {
  return statement(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES (gen_random_uuid(), repeat('0', 64), '29990101000000_later', now(), 1)`,
  );
}
