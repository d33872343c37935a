import { type Metrics, openMetrics } from '@gatecast/service-kit';
import { beforeEach, expect, test } from 'vitest';

let metrics: Metrics;

beforeEach(() => {
  metrics = openMetrics();
});

/** The lines of one metric. */
async function lines(name: string): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line.startsWith(name));
}

test('a distribution has each value in every bucket that reaches as far, and all of them in its sum and count', async () => {
  const distribution = metrics.distribution('gatecast_test_seconds', 'Test.', [0.1, 1]);
  distribution.observe(0.1);
  distribution.observe(0.5, 3);
  distribution.observe(7);
  expect(await lines('gatecast_test')).toEqual([
    'gatecast_test_seconds_bucket{le="0.1"} 1',
    'gatecast_test_seconds_bucket{le="1"} 4',
    'gatecast_test_seconds_bucket{le="+Inf"} 5',
    'gatecast_test_seconds_sum 8.6',
    'gatecast_test_seconds_count 5',
  ]);
});

test('a duration below zero, where two clocks were compared, counts as none', async () => {
  metrics.distribution('gatecast_test_seconds', 'Test.', [1]).observe(-5);
  expect(await lines('gatecast_test')).toEqual([
    'gatecast_test_seconds_bucket{le="1"} 1',
    'gatecast_test_seconds_bucket{le="+Inf"} 1',
    'gatecast_test_seconds_sum 0',
    'gatecast_test_seconds_count 1',
  ]);
});

test('a metric has a bounded number of lines, whatever values its labels are given', async () => {
  const counts = metrics.counts('gatecast_test_total', 'Test.', ['one', 'two']);
  for (let n = 0; n < 10_000; n += 1) counts.of(`value ${n}`, 'x').inc();
  const all = await lines('gatecast_test_total');
  expect(all.length).toBeLessThanOrEqual(2_001);
  expect(all).toContain('gatecast_test_total{one="other",two="other"} 8000');
});

test('what a label’s value contains cannot become a line of its own', async () => {
  metrics.counts('gatecast_test_total', 'Test.', ['label']).of('a"} 1\ngatecast_forged_total 9\\').inc();
  expect(await lines('gatecast_forged')).toEqual([]);
  expect(await lines('gatecast_test_total')).toEqual(['gatecast_test_total{label="a\\"} 1\\ngatecast_forged_total 9\\\\"} 1']);
});
