import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makePostgres, openPorts } from '@gatecast/stack';
import pg from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';

async function postgresOptions() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-postgres-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await openPorts(folder).choose('postgres');
  return { folder, port, password: 'p', logFile: path.join(folder, 'log'), unsafe: false };
}

function newPostgres(options: Awaited<ReturnType<typeof postgresOptions>>) {
  const postgres = makePostgres({ ...options, progress: () => undefined });
  onTestFinished(() => postgres.stop());
  return postgres;
}

test('a first start that was killed while it made the data folder does not keep the next one from starting', async () => {
  const options = await postgresOptions();
  const script = `import(${JSON.stringify(import.meta.resolve('@gatecast/stack'))}).then(({ makePostgres }) => makePostgres({ ...${JSON.stringify(options)}, progress() {} }))`;
  const first = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' });
  await vi.waitUntil(
    () => ['postgres', 'postgres.new'].some((name) => existsSync(path.join(options.folder, name, 'PG_VERSION'))),
    {
      timeout: 20_000,
      interval: 1,
    },
  );
  process.kill(-(first.pid as number), 'SIGKILL');
  expect(await once(first, 'close')).toEqual([null, 'SIGKILL']);

  const postgres = newPostgres(options);
  await postgres.start();
  expect(await postgres.database('gatecast')).toContain('/gatecast');
});

test('a server that was killed starts again although one of its processes is still at work', async () => {
  const postgres = newPostgres(await postgresOptions());
  await postgres.start();
  const client = new pg.Client(postgres.url);
  client.on('error', () => undefined);
  await client.connect();
  // It does not notice that its server is gone before it is done.
  const work = client.query('SELECT count(*) FROM generate_series(1, 20000000)').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 300));

  await postgres.kill('SIGKILL');
  await postgres.start();
  expect(await postgres.database('gatecast')).toContain('/gatecast');
  await work;
});
