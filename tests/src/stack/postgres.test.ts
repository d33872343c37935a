import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makePostgres, openPorts } from '@gatecast/stack';
import { expect, onTestFinished, test, vi } from 'vitest';

test('a first start that was killed while it made the data folder does not keep the next one from starting', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-postgres-'));
  const options = {
    folder,
    port: await openPorts(folder).choose('postgres'),
    password: 'p',
    logFile: path.join(folder, 'log'),
    unsafe: false,
  };
  const script = `import(${JSON.stringify(import.meta.resolve('@gatecast/stack'))}).then(({ makePostgres }) => makePostgres({ ...${JSON.stringify(options)}, progress() {} }))`;
  const first = spawn(process.execPath, ['-e', script], { detached: true, stdio: 'ignore' });
  await vi.waitUntil(() => ['postgres', 'postgres.new'].some((name) => existsSync(path.join(folder, name, 'PG_VERSION'))), {
    timeout: 20_000,
    interval: 1,
  });
  process.kill(-(first.pid as number), 'SIGKILL');
  expect(await once(first, 'close')).toEqual([null, 'SIGKILL']);

  const postgres = makePostgres({ ...options, progress: () => undefined });
  onTestFinished(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await postgres.start();
  expect(await postgres.database('gatecast')).toContain('/gatecast');
});
