import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { type Running, startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.agent('willing');
  await world.gateway('away');
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', path.join(projectFolder, 'examples'), '--yes']);
  if (exitCode !== 0) throw new Error(stderr);
  await decide('deploy');
  await world.gatecast(['deploy', artifact, '-g', 'away']);
});
afterAll(() => world?.stop());

const artifact = 'rest-api/reading-list';
const decide = (command: string) => world.gatecast([command, artifact, '-g', 'willing', '--wait']);

interface Message {
  readonly type: string;
  readonly event?: { readonly revision: number; readonly type: string };
  readonly life?: { readonly revision: number; readonly state: string; readonly outcome?: string };
}

/** Returns what a follower that writes JSON has written in whole lines. */
function messages(running: Running): Message[] {
  return running
    .stdout()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('the past, the newest last, with what became of each', async () => {
  const { exitCode, stdout, stderr } = await world.gatecast(['events', '--artifact', artifact]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/UTC {2}\d+ {2}api\.deployed {2}rest-api\/reading-list on willing by admin: DEPLOYED$/),
    expect.stringMatching(/UTC {2}\d+ {2}api\.deployed {2}rest-api\/reading-list on away by admin: (committed|published)$/),
  ]);
  const revisions = async (...args: string[]) =>
    ((await world.json(['events', ...args])).body as { gatewayId: string }[]).map(({ gatewayId }) => gatewayId);
  expect(await revisions('--gateway', 'away', '--type', 'api.deployed')).toEqual(['away']);
  expect(await revisions('--actor', 'nobody')).toEqual([]);
  expect(await revisions('--artifact', artifact, '--limit', '1')).toEqual(['away']);
});

test('no event is said to be none', async () => {
  const none = await world.gatecast(['events', '--actor', 'nobody']);
  expect(none).toEqual({ exitCode: 0, stdout: '', stderr: 'There are no such events.\n' });
  expect(await world.json(['events', '--actor', 'nobody'])).toEqual({ exitCode: 0, body: [] });
});

test('who follows sees the past once, then what comes and what becomes of it, until Ctrl-C', async () => {
  const running = world.start(['events', '--follow', '--json', '--artifact', artifact]);
  await until(() => messages(running).filter(({ type }) => type === 'event').length).toBe(2);
  expect((await decide('undeploy')).exitCode).toBe(0);
  await until(() => messages(running).map(({ life }) => life?.outcome)).toContain('UNDEPLOYED');
  const seen = messages(running).flatMap(({ event }) => event ?? []);
  expect(seen.map(({ type }) => type)).toEqual(['api.deployed', 'api.deployed', 'api.undeployed']);
  const settled = messages(running).find(({ life }) => life?.state === 'settled')?.life;
  expect(settled).toMatchObject({ revision: seen[2]?.revision, outcome: 'UNDEPLOYED' });
  running.interrupt();
  expect(await running.done).toMatchObject({ exitCode: 130, stderr: '' });
});

test('who follows another artifact sees nothing of this', async () => {
  const running = world.start(['events', '--follow', '--json', '--limit', '0', '--artifact', 'rest-api/other']);
  const beside = world.start(['events', '--follow', '--limit', '0']);
  await until(() => messages(running).map(({ type }) => type)).toEqual(['opened']);
  await decide('restore');
  await until(() => beside.stdout()).toMatch(/willing: DEPLOYED\n/);
  expect(messages(running)).toEqual([{ type: 'opened' }]);
  for (const one of [running, beside]) {
    one.interrupt();
    expect((await one.done).exitCode).toBe(130);
  }
});

test.each([
  [['events', '--artifact', 'reading-list'], 2, /^An artifact is named KIND\/NAME/],
  [['events', '--limit', '-1'], 2, /--limit/],
  [['events', '--gateway', 'nowhere'], 1, /^There is no gateway 'nowhere'\./],
  [['events', '--follow', '--gateway', 'nowhere'], 1, /^There is no gateway 'nowhere'\./],
])('%j', async (args, exitCode, message) => {
  expect(await world.gatecast(args)).toEqual({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
});
