import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { startWorld, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.agent('willing');
  await world.refuser('refuser');
  await world.gateway('away');
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', path.join(projectFolder, 'examples'), '--yes']);
  if (exitCode !== 0) throw new Error(stderr);
  await world.gatecast(['deploy', artifact, '-g', 'willing', '-g', 'refuser', '--wait']);
  await world.gatecast(['deploy', artifact, '-g', 'away']);
});
afterAll(() => world?.stop());

const artifact = 'rest-api/reading-list';
const names = async (...args: string[]) => {
  const { exitCode, body } = await world.json(['gateways', ...args]);
  expect(exitCode).toBe(0);
  return (body as { id: string }[]).map(({ id }) => id);
};

test('one line a gateway: who is connected, behind, drifted, and what it refused', async () => {
  await until(() => names('--connected')).toEqual(['refuser', 'willing']);
  // While the gateway is told again, what it refused before is no refusal that stands.
  await until(async () => (await world.gatecast(['gateways'])).stdout).toMatch(
    /^refuser +\d+ \w+ ago .* 0\/1 +1 \(.*\) +rest-api\/reading-list GATEWAY_PROCESSING_ERROR .* ago /m,
  );
  const { exitCode, stdout, stderr } = await world.gatecast(['gateways']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const [head, away, , willing] = stdout.split('\n');
  expect(head).toMatch(/^NAME +CONNECTED +LAG +IN STEP +DRIFTED +LAST REFUSAL +RELEASE +EDGES$/);
  expect(away).toMatch(/^away +no +[1-9]\d* \(.*\) +0\/1 +1 \(.*\) +none /);
  expect(willing).toMatch(/^willing +\d+ \w+ ago .* 1\/1 +none +none /);
});

test('the filters, the order and the limit', async () => {
  expect(await names('--disconnected')).toEqual(['away']);
  expect(await names('--drifted')).toEqual(['away', 'refuser']);
  expect(await names('--query', 'will')).toEqual(['willing']);
  expect(await names('--lag-min', '1', '--disconnected')).toEqual(['away']);
  expect((await names('--sort', 'lag'))[0]).toBe('away');
  const { stdout, stderr } = await world.gatecast(['gateways', '--limit', '1']);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stderr).toBe('These are 1 of 3: --limit 3 shows all.\n');
});

test('one gateway, with what it shall hold and holds', async () => {
  const refusal =
    /^Last refusal +rest-api\/reading-list, .* ago: the gateway could not apply it.*\(GATEWAY_PROCESSING_ERROR\)$[\s\S]*^rest-api\/reading-list +DEPLOYED +.* ago +unknown +FAILED +GATEWAY_PROCESSING_ERROR +\d+ \w+$/m;
  await until(async () => (await world.gatecast(['gateway', 'refuser'])).stdout).toMatch(refusal);
  const { exitCode, stdout } = await world.gatecast(['gateway', 'refuser']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Gateway +refuser \(refuser\)$/m);
  expect(stdout).toMatch(/^Connected +.* ago \(.* UTC\) from .*, on edge [0-9a-f-]{36}$/m);
  expect(await world.json(['gateway', 'willing', '--drifted'])).toEqual({
    exitCode: 0,
    body: expect.objectContaining({ id: 'willing', isConnected: true, places: [] }),
  });
  expect(await world.json(['gateway', 'away'])).toMatchObject({ exitCode: 0, body: { places: [{ isInStep: false }] } });
});

test.each([
  [['gateways', '--sort', 'size'], 2, /^--sort takes one of name, lag, /],
  [['gateways', '--lag-min', 'many'], 2, /^--lag-min takes a whole number from 0 /],
  [['gateways', '--connected', '--disconnected'], 2, /leave one of them out/],
  [['gateway'], 2, /^gateway needs NAME: /],
  [['gateway', 'nowhere'], 1, /^There is no gateway 'nowhere'\./],
])('%j', async (args, exitCode, message) => {
  expect(await world.gatecast(args)).toEqual({ exitCode, stdout: '', stderr: expect.stringMatching(message) });
});

test("names steer nobody's terminal", async () => {
  const displayName = '\u001b[2J\u001b]0;owned\u0007 \u009b2J \u202eevil';
  const { createdAt: _at, ...away } = await world.api.send<Record<string, unknown>>('GET', '/api/v0.9/gateways/away');
  const changed = { displayName, endpoints: away.endpoints, functionalityType: away.functionalityType, version: away.version };
  await world.api.send('PUT', '/api/v0.9/gateways/away', { id: 'away', ...changed });
  for (const args of [
    ['gateway', 'away'],
    ['gateway', 'away', '--json'],
    ['gateways', '--json'],
    ['gateway', '\u001b[2J'],
  ]) {
    const { stdout, stderr } = await world.gatecast(args);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there.
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout + stderr).toContain('\\u001b[2J');
  }
});
