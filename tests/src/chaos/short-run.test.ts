import { runChaos } from '@gatecast/stack/chaos';
import { expect, test } from 'vitest';

test('a minute of random writes under random faults breaks no promise', { timeout: 300_000 }, async () => {
  const progress: string[] = [];
  const { violations, history } = await runChaos({
    seed: 20_261_122,
    durationMs: 60_000,
    brokers: 1,
    progress: (line) => progress.push(line),
  });

  // What was done goes with a failure, so that its cause can be looked for.
  expect({ violations, ...(violations.length > 0 && { progress }) }).toEqual({ violations: [] });
  expect(history.faults.length).toBeGreaterThan(10);
  expect(history.writes.filter(({ outcome }) => outcome === 'accepted').length).toBeGreaterThan(50);
});
