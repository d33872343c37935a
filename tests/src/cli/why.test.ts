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
  await world.rawGateway('silent');
  await world.gateway('away');
  const { exitCode, stderr } = await world.gatecast(['apply', '-f', path.join(projectFolder, 'examples'), '--yes']);
  if (exitCode !== 0) throw new Error(stderr);
});
afterAll(() => world?.stop());

const artifact = 'rest-api/reading-list';
const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \([^)]+ ago\)`;
const decided = (gateway: string) =>
  `admin decided at ${time} that ${gateway} shall serve ${artifact} \\(deployment [0-9a-f-]{36}\\)\\.`;

/** Returns the paragraph; the JSON must say the same case. */
async function why(name: string, gateway: string, standing: string): Promise<string> {
  const { exitCode, stdout, stderr } = await world.gatecast(['why', name, gateway]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(await world.json(['why', name, gateway])).toEqual({ exitCode: 0, body: expect.objectContaining({ standing }) });
  return stdout;
}

const deploy = (gateway: string, ...args: string[]) => world.gatecast(['deploy', artifact, '--gateway', gateway, ...args]);

test('never deployed: nothing was decided', async () => {
  const text = await why(artifact, 'willing', 'never-deployed');
  expect(text).toMatch(/^rest-api\/reading-list was never deployed to willing, so nothing was decided/);
});

test('in step: who decided what, and when the gateway acked it', async () => {
  expect((await deploy('willing', '--wait')).exitCode).toBe(0);
  const text = await why(artifact, 'willing', 'in-step');
  expect(text).toMatch(new RegExp(`^${decided('willing')} The gateway acked it at ${time}: it is in step\\.\n$`));
  expect((await world.gatecast(['undeploy', artifact, '-g', 'willing', '--wait'])).exitCode).toBe(0);
  expect(await why(artifact, 'willing', 'in-step')).toMatch(
    new RegExp(`^admin decided at ${time} that willing shall not serve ${artifact}.* The gateway acked it`),
  );
});

test('a gateway that is away will hear of it when it comes back', async () => {
  await deploy('away');
  expect(await why(artifact, 'away', 'waiting')).toMatch(
    new RegExp(`^${decided('away')} The gateway is not connected, and hears of it when it comes back\\. It has never acked`),
  );
});

test('refused: the reason, what the gateway still serves, and what to do', async () => {
  const first = deploy('refuser', '--wait');
  refuser.ack((await refuser.received(1)).at(-1));
  expect((await first).exitCode).toBe(0);
  const { deploymentId } = refuser.events()[0].payload;
  const second = deploy('refuser', '--wait');
  refuser.ack((await refuser.received(2)).at(-1), 'failed');
  expect((await second).exitCode).toBe(1);
  expect(await why(artifact, 'refuser', 'refused')).toMatch(
    new RegExp(
      `^${decided('refuser')} The gateway refused it at ${time}: the gateway could not apply it.* \\(GATEWAY_PROCESSING_ERROR\\)\\. (Gatecast has issued that again .*)?` +
        `By what it last acked it still serves deployment ${deploymentId}\\. When the cause is gone: gatecast deploy ${artifact} `,
    ),
  );
});

test('being issued again: who decided it stays who it was, and Gatecast is named beside', async () => {
  await deploy('silent');
  await until(async () => (await world.gatecast(['why', artifact, 'silent'])).stdout).toMatch(
    new RegExp(
      `^${decided('silent')} Gatecast has issued that again by itself( \\d times)?, last at ${time}\\. (The gateway has handled it|It was written|It is published|It is committed)`,
    ),
  );
  await why(artifact, 'silent', 'waiting');
});

test('deleted: when, by whom, and whether the gateway has heard', async () => {
  const example = 'mcp-proxy/weather-tools';
  await world.gatecast(['deploy', example, '-g', 'willing', '--wait']);
  const { body } = await world.json(['events', '--artifact', example]);
  const [{ entity }] = body as [{ entity: { id: string } }];
  await world.api.send('DELETE', '/api/v0.9/mcp-proxies/weather-tools');
  const gone = await world.gatecast(['why', example, 'willing']);
  expect(gone).toMatchObject({ exitCode: 1, stdout: '' });
  expect(gone.stderr).toMatch(new RegExp(`mcp-proxy/${entity.id}, deleted at .* by admin`));
  const name = `mcp-proxy/${entity.id}`;
  await until(async () => (await world.gatecast(['why', name, 'willing'])).stdout).toMatch(/willing has confirmed that it heard/);
  expect(await why(name, 'willing', 'deleted')).toMatch(
    new RegExp(`^${name} was deleted at ${time} by admin, for every gateway\\. willing has confirmed that it heard of it\\.\n$`),
  );
  expect(await why(name, 'away', 'deleted')).toMatch(/away has not confirmed it: it is not connected/);
});

test('what does not exist is named', async () => {
  const unknown = await world.gatecast(['why', 'llm-proxy/nowhere', 'willing']);
  expect(unknown).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining("'nowhere'") });
  expect(unknown.stderr).toMatch(/No LLM proxy was deleted/);
  expect(await world.gatecast(['why', artifact, 'nowhere'])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("There is no gateway 'nowhere'."),
  });
});
