import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectFolder } from '@gatecast/stack';
import { type ConformanceWorld, commandGateways, type GatewayAdapter, runFlow, startWorld } from '@gatecast/stack/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A gateway that can be made wrong: the minimal one, whose source is changed before it is started again. */
const good = readFileSync(path.join(projectFolder, 'tests/src/conformance/minimal-gateway.mjs'), 'utf8').replace(
  "from 'ws'",
  `from '${pathToFileURL(path.join(projectFolder, 'node_modules/ws/wrapper.mjs')).href}'`,
);
const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-failing-'));
const program = path.join(folder, 'minimal-gateway.mjs');
/** A flow that fails does so by waiting; this is enough for one that holds. */
const patienceMs = 8_000;

function write(source: string): void {
  writeFileSync(program, source);
  chmodSync(program, 0o755);
}

let world: ConformanceWorld;
beforeAll(async () => {
  write(good);
  world = await startWorld({ adapter: quickLooks, progress: () => undefined });
});
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The gateways of the program, whose store is looked into without a process for each look. */
function quickLooks(): GatewayAdapter {
  const adapter = commandGateways(program);
  return {
    ...adapter,
    async make(setup) {
      const store = () => {
        const file = path.join(setup.folder, 'store.json');
        return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { artifacts: {}, keys: {}, subscriptions: {} };
      };
      const named = <T extends object>(rows: Record<string, T>, wanted: Partial<T>): T[] =>
        Object.values(rows).filter((row) => Object.entries(wanted).every(([name, value]) => row[name as keyof T] === value));
      return {
        ...(await adapter.make(setup)),
        artifact: async (id) => store().artifacts[id],
        content: async (id) => store().artifacts[id]?.content,
        keys: async (artifactId) =>
          named<{ artifactId: string; name: string }>(store().keys, { artifactId }).map(({ name }) => name),
        subscriptions: async (apiId) =>
          named<{ apiId: string; id: string }>(store().subscriptions, { apiId }).map(({ id }) => id),
      };
    },
  };
}

/** Starts the first gateway, which flows look at most, from another source. */
async function restartWith(source: string): Promise<void> {
  await world.gateways[0].stop();
  write(source);
  await world.gateways[0].start();
}

interface Fault {
  readonly name: string;
  readonly flow: string;
  readonly find: string;
  readonly replace: string;
  readonly reason: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: 'acks what it does not serve',
    flow: 'A1',
    // Neither from an event nor from the sync, which may be under way still.
    find: '  store.artifacts[id] = artifact;',
    replace: "  if (artifact.state !== 'DEPLOYED') store.artifacts[id] = artifact;",
    reason: /holds it as DEPLOYED/,
  },
  {
    name: 'forgets API keys at an undeploy',
    flow: 'A2',
    // Also those that come again: what a list may have removed is issued again.
    find: '  work(store);',
    replace:
      "  work(store); for (const [name, { artifactId }] of Object.entries(store.keys)) if (store.artifacts[artifactId]?.state === 'UNDEPLOYED') delete store.keys[name];",
    reason: /still has its API key/,
  },
  {
    name: 'ignores deletes',
    flow: 'A5',
    find: "if (verb === 'deleted') return change(store, () => removeArtifact(store, id));",
    replace: "if (verb === 'deleted') return;",
    reason: /has nothing of it/,
  },
  {
    name: 'does not sync',
    flow: 'B1',
    find: 'if (wanted.length > 0) {',
    replace: 'if (wanted.length > 10_000) {',
    reason: /holds it as DEPLOYED/,
  },
  {
    name: 'fetches what it has',
    flow: 'B6',
    find: "row.state === 'DEPLOYED' && newer(row)",
    replace: "row.state === 'DEPLOYED'",
    reason: /nothing is fetched \(\d+ requests\)/,
  },
  {
    name: 'deletes although it was not told what exists',
    flow: 'B9',
    find: 'await clear(store, orphans).catch(',
    replace:
      'await clear(store, orphans).catch(() => change(store, () => orphans.forEach((id) => removeArtifact(store, id)))).catch(',
    reason: /nothing is deleted/,
  },
];

test.each(faults)('a gateway that $name fails $flow', { timeout: 180_000 }, async ({ flow, find, replace, reason }) => {
  expect(good.split(find)).toHaveLength(2);
  await restartWith(good.replace(find, replace));

  const { result, reasons } = await runFlow(world, flow, 'RestApi', patienceMs);

  expect({ result, reasons }).toEqual({ result: 'FAIL', reasons: [expect.stringMatching(reason)] });
});

test('without a fault the same flows pass', { timeout: 180_000 }, async () => {
  await restartWith(good);
  for (const flow of ['A1', 'A2', 'A5', 'B1', 'B6']) {
    expect(await runFlow(world, flow, 'RestApi')).toMatchObject({ flow, result: 'pass' });
  }
});

test('what a gateway has no way to do is not run, and never passed', async () => {
  expect(await runFlow(world, 'A10', 'LlmProvider')).toMatchObject({
    result: 'not run',
    reasons: [expect.stringContaining('plant-key')],
  });
  expect(await runFlow(world, 'A10', 'Mcp')).toMatchObject({ result: 'n.a.' });
});
