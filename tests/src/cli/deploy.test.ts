import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import type { RawGateway } from '../ws-edge/raw-gateway.js';
import { startWorld, type World } from './world.js';

let world: World;
let refuser: RawGateway;
beforeAll(async () => {
  world = await startWorld();
  await world.agent('willing');
  refuser = await world.rawGateway('refuser');
  await world.gateway('away');
  await world.gateway('idle');
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', path.join(projectFolder, 'examples'), '--yes']);
  if (exitCode !== 0) throw new Error(stderr);
});
afterAll(() => world?.stop());

const artifact = 'rest-api/reading-list';

test('deploy, undeploy and restore wait for the verdict and say it', async () => {
  const decide = (command: string) => world.gatecast([command, artifact, '--gateway', 'willing', '--wait']);
  expect(await decide('restore')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/has no earlier deployment on willing/),
  });
  expect(await decide('undeploy')).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/is not deployed on willing/) });
  expect(await decide('deploy')).toEqual({ exitCode: 0, stdout: `DEPLOYED  ${artifact} on willing\n`, stderr: '' });
  expect(await decide('undeploy')).toEqual({ exitCode: 0, stdout: `UNDEPLOYED  ${artifact} on willing\n`, stderr: '' });
  expect(await decide('restore')).toEqual({ exitCode: 0, stdout: `DEPLOYED  ${artifact} on willing\n`, stderr: '' });
});

test('a gateway that refuses makes the command fail, with the reason', async () => {
  const asked = world.gatecast(['deploy', artifact, '--gateway', 'refuser', '--wait']);
  const [event] = await refuser.received(1);
  refuser.ack(event, 'failed');
  const { exitCode, stdout } = await asked;
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^FAILED {2}rest-api\/reading-list on refuser: the gateway could not apply it.*\(GATEWAY_PROCESSING_ERROR\)/,
  );
});

test('a gateway that does not answer in time is told apart from one that refuses', async () => {
  const { exitCode, stdout, stderr } = await world.gatecast(['deploy', artifact, '-g', 'away', '--wait', '--timeout', '1']);
  expect({ exitCode, stdout, stderr }).toEqual({
    exitCode: 3,
    stdout: expect.stringMatching(/^DEPLOYING {2}/),
    stderr: 'Not all gateways have answered within 1 s; what was decided stays decided.\n',
  });
});

test('several gateways at once, as JSON', async () => {
  const args = ['deploy', 'mcp-proxy/weather-tools', '-g', 'willing', '-g', 'away', '--wait', '--timeout', '5'];
  const { exitCode, body } = await world.json(args);
  expect(exitCode).toBe(3);
  expect(body).toEqual([
    expect.objectContaining({ gatewayId: 'willing', status: 'DEPLOYED' }),
    expect.objectContaining({ gatewayId: 'away', status: 'DEPLOYING' }),
  ]);
});

test('a command line that cannot be understood decides nothing', async () => {
  const events = async () =>
    ((await world.json(['events', '--gateway', 'willing'])).body as { correlationId: string }[]).map(
      // Without its life, which may go on meanwhile.
      ({ correlationId }) => correlationId,
    );
  const before = await events();
  for (const command of ['deploy', 'undeploy', 'restore']) {
    expect(await world.gatecast([command, artifact, '-g', 'willing', '--wait', '--timeout', '0'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "--timeout takes a whole number from 1 to 86400, not '0'.\n",
    });
  }
  expect(await events()).toEqual(before);
});

test('what does not exist is named', async () => {
  expect(await world.gatecast(['deploy', 'rest-api/nowhere', '-g', 'willing'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("REST API 'nowhere'"),
  });
  expect(await world.gatecast(['deploy', artifact, '-g', 'nowhere'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("'nowhere'"),
  });
});

/** How `--wait` ends when somebody has decided the opposite. */
const superseded = (status: string, gateway: string) => ({
  exitCode: 1,
  stdout: `${status}  ${artifact} on ${gateway}: a later decision took its place. More: gatecast why ${artifact} ${gateway}\n`,
  stderr: '',
});

test('a deploy that somebody undeploys meanwhile fails', async () => {
  const contested = await world.rawGateway('contested');
  const waiting = world.start(['deploy', artifact, '-g', 'contested', '--wait']);
  await contested.received(1);
  expect(await world.gatecast(['undeploy', artifact, '-g', 'contested'])).toMatchObject({ exitCode: 0 });
  const [, undeployed] = await contested.received(2);
  contested.ack(undeployed);
  expect(await waiting.done).toEqual(superseded('UNDEPLOYED', 'contested'));
});

test('an undeploy that somebody restores meanwhile fails', async () => {
  const restored = await world.rawGateway('restored');
  await world.gatecast(['deploy', artifact, '-g', 'restored']);
  const [{ payload }] = await restored.received(1);
  const waiting = world.start(['undeploy', artifact, '-g', 'restored', '--wait']);
  await restored.received(2);
  const args = ['restore', artifact, '-g', 'restored', '--deployment', payload.deploymentId];
  expect(await world.gatecast(args)).toMatchObject({ exitCode: 0 });
  const [, , again] = await restored.received(3);
  restored.ack(again);
  expect(await waiting.done).toEqual(superseded('DEPLOYED', 'restored'));
});

test('the opposite takes its place also while the gateway has not answered', async () => {
  const waiting = world.start(['deploy', artifact, '-g', 'idle', '--wait', '--timeout', '10']);
  await until(() => world.gatecast(['undeploy', artifact, '-g', 'idle'])).toMatchObject({ exitCode: 0 });
  expect(await waiting.done).toEqual(superseded('UNDEPLOYING', 'idle'));
});

test('who waits goes on waiting when the connection breaks', async () => {
  const slow = await world.rawGateway('slow');
  const waiting = world.start(['deploy', artifact, '--gateway', 'slow', '--wait']);
  const [event] = await slow.received(1);
  const frontDoor = world.stack.service('front-door');
  await frontDoor.kill('SIGKILL');
  await frontDoor.start();
  slow.ack(event);
  expect(await waiting.done).toEqual({ exitCode: 0, stdout: `DEPLOYED  ${artifact} on slow\n`, stderr: '' });
});

test('Ctrl-C ends the waiting, not what was decided', async () => {
  const decided = async () => (await world.json(['events', '--gateway', 'away'])).body as unknown[];
  const before = (await decided()).length;
  const waiting = world.start(['deploy', artifact, '--gateway', 'away', '--wait']);
  await until(async () => (await decided()).length).toBe(before + 1);
  waiting.interrupt();
  expect(await waiting.done).toEqual({ exitCode: 130, stdout: '', stderr: '' });
  expect(await decided()).toHaveLength(before + 1);
});
