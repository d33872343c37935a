import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { startWorld, type World } from './world.js';

/** Gives a command a terminal of its own (bsdutils). */
const script = '/usr/bin/script';
const [ctrlC, ctrlD] = ['\u0003', '\u0004'];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** Runs `gatecast` at a terminal and types something when it asks `question`. Returns what was shown after it. */
async function answered(args: readonly string[], question: string, typed: string) {
  const gatecast = path.join(projectFolder, 'services/cli/bin/gatecast.mjs');
  const line = [process.execPath, gatecast, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn(script, ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { PATH: process.env.PATH, HOME: world.folder, XDG_CONFIG_HOME: path.join(world.folder, 'config'), TERM: 'dumb' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  await until(() => shown).toContain(question);
  child.stdin.write(typed);
  const [exitCode] = await once(child, 'close');
  return { exitCode, shown: shown.slice(shown.indexOf(question) + question.length) };
}

if (!existsSync(script)) process.stderr.write(`The prompts were NOT tested: there is no ${script} to run them at a terminal.\n`);

describe.skipIf(!existsSync(script))('at a terminal', () => {
  const apply = ['apply', '-f', path.join(projectFolder, 'examples')];
  const login = ['login', '--url', 'https://localhost:1'];

  test.each([
    ['y\r', 0, /rest-api\/reading-list created/],
    ['n\r', 0, /Nothing was changed\./],
    [ctrlD, 0, /Nothing was changed\./],
    [ctrlC, 130, /^\s*$/],
  ])('%j answers whether to apply', async (typed, exitCode, message) => {
    await Promise.all(
      (await world.api.send<{ list: { id: string }[] }>('GET', '/api/v0.9/rest-apis')).list.map(({ id }) =>
        world.api.send('DELETE', `/api/v0.9/rest-apis/${id}`),
      ),
    );
    expect(await answered(apply, 'Apply this? [y/N] ', typed)).toEqual({ exitCode, shown: expect.stringMatching(message) });
  });

  test.each([
    [login, 'User name: '],
    [[...login, '-u', 'admin'], 'Password of admin at https://localhost:1: '],
  ])('Ctrl-C ends %j without a word', async (args, question) => {
    expect(await answered(args, question, ctrlC)).toEqual({ exitCode: 130, shown: expect.stringMatching(/^\s*$/) });
  });
});
