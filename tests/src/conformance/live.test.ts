import { kinds } from '@gatecast/contracts';
import { agentGateways, type ConformanceWorld, type Flow, liveFlows, runFlow, startWorld } from '@gatecast/stack/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The flows of A for all kinds; `npm run conformance` runs the rest. */
let world: ConformanceWorld;
beforeAll(async () => {
  world = await startWorld({ adapter: agentGateways, progress: () => undefined });
});
afterAll(() => world?.stop());

describe.each(kinds)('$kind', ({ kind }) => {
  test.each(
    Object.entries(liveFlows)
      .filter(([, { notFor }]) => !notFor?.(kind))
      .map(([name, flow]) => ({ name, title: flow.title, flow })),
  )('$name: $title', async ({ name, flow }: { name: string; flow: Flow }) => {
    expect(await runFlow(world, name, flow, kind)).toEqual({ flow: name, kind, result: 'pass', reasons: [], notes: [] });
  });
});
