import { kinds } from '@gatecast/contracts';
import { agentGateways, type ConformanceWorld, runFlow, sharedFlows, startWorld } from '@gatecast/stack/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let world: ConformanceWorld;
beforeAll(async () => {
  world = await startWorld({ adapter: agentGateways, progress: () => undefined });
});
afterAll(() => world?.stop());

/** The flows of A for all kinds, those of B for two; `npm run conformance` runs all for all. */
const fewFlowsOfB = {
  RestApi: ['B1', 'B2', 'B4', 'B6', 'B7', 'B11'],
  LlmProvider: [],
  LlmProxy: ['B3', 'B5', 'B8', 'B10'],
  Mcp: [],
};

describe.each(kinds)('$kind', ({ kind }) => {
  const flows = Object.entries(sharedFlows)
    .filter(([name, { notFor }]) => !notFor?.(kind) && (name.startsWith('A') || fewFlowsOfB[kind].some((one) => one === name)))
    .map(([name, { title }]) => ({ name, title }));

  test.each(flows)('$name: $title', { timeout: 180_000 }, async ({ name }) => {
    expect(await runFlow(world, name, kind)).toEqual({ flow: name, kind, result: 'pass', reasons: [], notes: [] });
  });
});
