import { runChaos } from '@gatecast/stack/chaos';
import { expect, test } from 'vitest';

async function aMinute(brokers: number) {
  const progress: string[] = [];
  const { violations, history } = await runChaos({
    seed: 20_261_122,
    durationMs: 60_000,
    brokers,
    progress: (line) => progress.push(line),
  });

  // What was done goes with a failure, so that its cause can be looked for.
  expect({ violations, ...(violations.length > 0 && { progress }) }).toEqual({ violations: [] });
  expect(history.faults.length).toBeGreaterThan(10);
  expect(history.writes.filter(({ outcome }) => outcome === 'accepted').length).toBeGreaterThan(50);
  return history;
}

test('a minute of random writes under random faults breaks no promise', { timeout: 300_000 }, () => aMinute(1));

test('nor does it with a cluster of three brokers, of which each is killed and one loses its disk', {
  timeout: 300_000,
}, async () => {
  const { faults } = await aMinute(3);
  const lost = faults.map(({ fault, target }) => `${fault} ${target}`);
  expect(lost).toEqual(expect.arrayContaining(['wipe nats-server-1', 'kill nats-server-2', 'kill nats-server-3']));
});
