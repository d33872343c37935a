import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSecureClient, projectFolder } from '@gatecast/stack';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { childrenOf, isRunning, type RunningCommand, runCommand } from './command.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-stack-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(...parameters: Parameters<typeof runCommand>): RunningCommand {
  const command = runCommand(...parameters);
  cleanups.push(async () => {
    const children = childrenOf(command.process.pid as number);
    command.process.kill('SIGKILL');
    await command.exitCode;
    await vi.waitUntil(() => !children.some(isRunning), { timeout: 20_000 });
  });
  return command;
}

/** Database, broker, api-service, artifacts-service, two edges, front door. */
const processesOfAStack = 7;

describe('npm run stack', () => {
  test('prints one line with which a client reaches everything, and leaves nothing behind after SIGTERM', async () => {
    const folder = newFolder();
    const command = run('stack', ['--port', '0', '--data', folder]);
    await command.untilPrinted(/\n/);
    const { endpoints, credentials } = JSON.parse(command.stdout) as {
      endpoints: Record<string, string>;
      credentials: Record<string, string>;
    };
    const client = openSecureClient(endpoints.caFile as string);
    const login = await client.ask(`${endpoints.frontDoor}/api/portal/v0.9/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(credentials).toString(),
    });
    expect(login.status).toBe(200);
    client.close();

    const second = run('stack', ['--port', '0', '--data', folder]);
    expect(await second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/^A stack is already running on .* \(process \d+\): stop it first, .*\.\n$/);

    const port = new URL(endpoints.frontDoor as string).port;
    const rival = run('stack', ['--port', port, '--data', newFolder()]);
    expect(await rival.exitCode).toBe(1);
    expect(rival.stderr).toMatch(new RegExp(`^Port ${port} is in use by another program: .*--port\\.\\n$`));

    const children = childrenOf(command.process.pid as number);
    expect(children).toHaveLength(processesOfAStack);
    command.process.kill('SIGTERM');
    expect(await command.exitCode).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
    expect(existsSync(path.join(folder, 'lock'))).toBe(false);
  });

  test('leaves nothing behind when it is killed outright, and starts again on the same data', async () => {
    const folder = newFolder();
    const first = run('stack', ['--port', '0', '--data', folder]);
    await first.untilPrinted(/\n/);
    const children = childrenOf(first.process.pid as number);
    expect(children).toHaveLength(processesOfAStack);
    first.process.kill('SIGKILL');
    await vi.waitUntil(() => !children.some(isRunning), { timeout: 20_000 });

    const second = run('stack', ['--port', '0', '--data', folder]);
    await second.untilPrinted(/\n/);
    expect(JSON.parse(second.stdout)).toEqual(JSON.parse(first.stdout));
  });

  test('leaves nothing behind when it is told to stop in the middle of its start', async () => {
    const command = run('stack', ['--port', '0', '--data', newFolder()]);
    await vi.waitUntil(() => command.stderr.includes('nats-server: ready'), { timeout: 20_000 });
    await vi.waitUntil(() => childrenOf(command.process.pid as number).length > 2, { timeout: 20_000 });
    const children = childrenOf(command.process.pid as number);
    command.process.kill('SIGINT');
    expect(await command.exitCode).toBe(130);
    expect(command.stdout).toBe('');
    expect(children.filter(isRunning)).toEqual([]);
  });
});

test('a demonstration that is told to stop in the middle says nothing of having held', async () => {
  const command = run('demo', ['--port', '0', '--data', newFolder(), '--once']);
  await command.untilPrinted(/^deploy .* DEPLOYED$/m);
  command.process.kill('SIGINT');
  expect(await command.exitCode).toBe(130);
  expect(command.stderr).not.toContain('held');
});

test('a benchmark that is told to stop in the middle ends, and leaves nothing behind', async () => {
  const temporary = newFolder();
  const command = run('bench', ['burst'], { TMPDIR: temporary });
  await vi.waitUntil(() => command.stderr.includes('front-door: ready'), { timeout: 60_000 });
  const children = childrenOf(command.process.pid as number);
  expect(children.length).toBeGreaterThan(4);
  command.process.kill('SIGTERM');
  expect(await command.exitCode).toBe(130);
  expect(command.stdout).toBe('');
  expect(children.filter(isRunning)).toEqual([]);
  expect(readdirSync(temporary).filter((name) => name.startsWith('gatecast-bench-'))).toEqual([]);
});

describe('what a person gets wrong', () => {
  test.each([
    [['--bogus'], /^Unknown option '--bogus'\.\n\nnpm run stack/],
    [['--port', 'x'], /^--port takes a whole number from 0 to 65535, not 'x'\.\n/],
    [['--edges', '0'], /^--edges takes a whole number from 1 to 16, not '0'\.\n/],
  ])('%j is answered with a sentence and the usage', async (args, message) => {
    const command = run('stack', args);
    expect(await command.exitCode).toBe(2);
    expect(command.stderr).toMatch(message);
  });

  test('a NATS_SERVER_BIN that is none is named', async () => {
    const command = run('stack', ['--port', '0', '--data', newFolder()], { NATS_SERVER_BIN: '/bin/true' });
    expect(await command.exitCode).toBe(1);
    expect(command.stderr).toBe('NATS_SERVER_BIN names /bin/true, which does not run as a nats-server: correct or unset it.\n');
  });

  test('a data folder that is none is named', async () => {
    const command = run('stack', ['--port', '0', '--data', '/dev/null/x']);
    expect(await command.exitCode).toBe(1);
    expect(command.stderr).toBe("The data folder /dev/null/x can't be written to (ENOTDIR): choose another one with --data.\n");
  });

  test('a setting that a service refuses stops the stack with that service’s message', async () => {
    const command = run('stack', ['--port', '0', '--data', newFolder(), '--log-level', 'loud']);
    expect(await command.exitCode).toBe(1);
    expect(command.stderr).toMatch(/ended at its start: .*settings do not fit:\n {2}LOG_LEVEL/);
  });
});

describe('npm start', () => {
  test('says how to sign in from the command line, wherever its data are', async () => {
    const folder = newFolder();
    const command = run('demo', ['--port', '0', '--data', folder]);
    await command.untilPrinted(/npx gatecast --help/);
    const [, login = ''] = /^ {2}npx gatecast (login.*)$/m.exec(command.stdout) ?? [];
    const [, password] = /^ {2}login .* \/ (\S+) /m.exec(command.stdout) ?? [];
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(projectFolder, 'services/cli/bin/gatecast.mjs'), ...login.split(' '), '--password-stdin'],
      { input: password, env: { PATH: process.env.PATH, XDG_CONFIG_HOME: folder }, encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^Signed in to .* as admin of demo, /)]);
  });

  test('takes every kind through deploy, undeploy, restore and delete on both gateways, also after a run that was cut off', async () => {
    const args = ['--port', '0', '--data', newFolder()];
    const interrupted = run('demo', args);
    await interrupted.untilPrinted(/^restore .* DEPLOYED$/m);
    const children = childrenOf(interrupted.process.pid as number);
    interrupted.process.kill('SIGKILL');
    await vi.waitUntil(() => !children.some(isRunning), { timeout: 20_000 });

    const command = run('demo', [...args, '--once', '--json']);
    expect([await command.exitCode, command.stderr]).toEqual([0, expect.stringContaining('Every step held (32 of 32).')]);
    const rows = JSON.parse(command.stdout) as {
      step: string;
      kind: string;
      gateway: string;
      revision: number;
      receiptMs: number;
      status: string;
      isGood: boolean;
    }[];
    expect(rows).toHaveLength(32);
    for (const kind of ['RestApi', 'LlmProvider', 'LlmProxy', 'Mcp']) {
      for (const gateway of ['gateway-1', 'gateway-2']) {
        const mine = rows.filter((row) => row.kind === kind && row.gateway === gateway);
        expect(mine.map(({ step, status }) => `${step} ${status}`)).toEqual([
          'deploy DEPLOYED',
          'undeploy UNDEPLOYED',
          'restore DEPLOYED',
          'delete gone',
        ]);
      }
    }
    expect(rows.every(({ isGood, revision, receiptMs }) => isGood && revision > 0 && receiptMs > 0)).toBe(true);
  }, 120_000);
});
