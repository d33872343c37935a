import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { expect, test } from 'vitest';

const service = `
  import { commonSettings, readSettings, runService } from '@gatecast/service-kit';
  await runService('orphan', (environment) => readSettings(environment, commonSettings), async ({ logger }) => logger.info('running'));`;

/** Starts the service and reads its log, as a shell's pipe would; says its process id. */
const parent = `
  import { spawn } from 'node:child_process';
  const child = spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(service)}], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.once('data', () => console.log(child.pid));`;

test('a service whose parent is killed ends too, though nobody reads its log any more', async () => {
  const starter = spawn(process.execPath, ['--input-type=module', '-e', parent], {
    cwd: path.join(projectFolder, 'tests'),
    env: { PATH: process.env.PATH, PORT: '0', EXIT_WITH_PARENT: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isRunning(pid)).toBe(true);
  starter.kill('SIGKILL');
  try {
    await expect.poll(() => isRunning(pid), { timeout: 20_000 }).toBe(false);
  } finally {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
