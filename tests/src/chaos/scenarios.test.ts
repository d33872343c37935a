import { brokenIn, runScenario, type Scenario, scenarios } from '@gatecast/stack/chaos';
import { expect, test } from 'vitest';

/** Those that say most in little time, C11 besides in mechanisms.test.ts; `npm run chaos -- --scenario NAME` runs any. */
test.each(['C2', 'C4', 'C13'])('%s', { timeout: 240_000 }, async (name) => {
  const progress: string[] = [];
  const result = await runScenario(scenarios[name] as Scenario, { progress: (line) => progress.push(line) });

  const broken = brokenIn(result);
  expect({ broken, ...(broken.length > 0 && { progress }) }).toEqual({ broken: [] });
  expect(result.expectations.length).toBeGreaterThan(0);
});
