import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.agent('willing');
  await world.refuser('refuser');
  await world.gateway('away');
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', path.join(projectFolder, 'examples'), '--yes']);
  if (exitCode !== 0) throw new Error(stderr);
});
afterAll(() => world?.stop());

const artifact = 'rest-api/reading-list';
const deploy = (gateway: string, seconds: number) => ['deploy', artifact, '-g', gateway, '--wait', '--timeout', `${seconds}`];

const closedPipe = '"$@" | true';
/** Files in which there is no room for a byte. The second is on Linux alone. */
const fullDisks = ['ulimit -f 0; "$@" > file', ...(existsSync('/dev/full') ? ['"$@" > /dev/full'] : [])];
const unwritten = /^The result can't be written \((EFBIG|ENOSPC)\): what there is of it is not whole\.$/m;

/** Runs a line of shell in which `"$@"` is a command of `gatecast`, whose exit code is that of the line. */
async function inShell(line: string, args: readonly string[]) {
  const gatecast = path.join(projectFolder, 'services/cli/bin/gatecast.mjs');
  const child = spawn('bash', ['-o', 'pipefail', '-c', line, 'bash', process.execPath, gatecast, ...args], {
    cwd: world.folder,
    env: { PATH: process.env.PATH, HOME: world.folder, XDG_CONFIG_HOME: path.join(world.folder, 'config') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, stderr };
}

/** Returns the command that makes two REST APIs, and their ids. */
function applyTwo(name: string) {
  const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/rest-api.json'), 'utf8'));
  const ids = [`${name}-1`, `${name}-2`];
  const files = ids.map((id) => {
    const file = path.join(world.folder, `${id}.rest-api.json`);
    writeFileSync(file, JSON.stringify({ ...example, id, displayName: id, context: `/${id}` }));
    return file;
  });
  return { args: ['apply', ...files.flatMap((file) => ['-f', file]), '--yes'], ids };
}

async function restApiIds(): Promise<string[]> {
  const { list } = await world.api.send<{ list: { id: string }[] }>('GET', '/api/v0.9/rest-apis');
  return list.map(({ id }) => id);
}

test.each([[['artifacts']], [['events', '--follow', '--json']]])('%j ends well when its reader has enough', async (args) => {
  expect(await inShell(closedPipe, args)).toEqual({ exitCode: 0, stderr: '' });
});

test('apply goes on when its reader has enough', async () => {
  const { args, ids } = applyTwo('piped');
  expect(await inShell(closedPipe, args)).toEqual({ exitCode: 0, stderr: '' });
  expect(await restApiIds()).toEqual(expect.arrayContaining(ids));
});

test.each([
  ['willing', 0, 30],
  ['refuser', 1, 30],
  ['away', 3, 1],
])('deploy to %s ends with %i also when nobody reads', async (gateway, exitCode, seconds) => {
  expect(await inShell(closedPipe, deploy(gateway, seconds))).toMatchObject({ exitCode });
  expect(await inShell('"$@" 2>&1 | true', deploy(gateway, seconds))).toMatchObject({ exitCode });
});

test.each(fullDisks)('a list that finds no room fails: %s', async (line) => {
  expect(await inShell(line, ['artifacts', '--json'])).toEqual({ exitCode: 1, stderr: expect.stringMatching(unwritten) });
});

test('a list that finds room in part fails', async () => {
  expect(await inShell('ulimit -f 1; "$@" > part', ['artifacts', '--json'])).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(unwritten),
  });
});

test.each(fullDisks)('what decides finishes without room, then fails: %s', async (line) => {
  const { args, ids } = applyTwo(`full-${fullDisks.indexOf(line)}`);
  const failed = await inShell(line, args);
  expect(failed).toEqual({ exitCode: 1, stderr: expect.stringMatching(unwritten) });
  expect(failed.stderr.trim().split('\n')).toHaveLength(1);
  expect(await restApiIds()).toEqual(expect.arrayContaining(ids));
  // Shown in one piece, at the end.
  expect(await inShell(line, [...args, '--json'])).toEqual({ exitCode: 1, stderr: expect.stringMatching(unwritten) });
  expect(await inShell(line, deploy('willing', 30))).toEqual({ exitCode: 1, stderr: expect.stringMatching(unwritten) });
  expect(await inShell(line, deploy('away', 1))).toEqual({ exitCode: 3, stderr: expect.stringMatching(unwritten) });
});
