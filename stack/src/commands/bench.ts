import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measureBurst } from '../bench/burst.js';
import { measureConfirmation } from '../bench/confirmation.js';
import { measureExistence } from '../bench/existence.js';
import { measureFleet } from '../bench/fleet.js';
import { measureLatency } from '../bench/latency.js';
import { describeMachine } from '../bench/machine.js';
import { measureMetricsCost, metricsByTurns } from '../bench/metrics-cost.js';
import { measureOutage } from '../bench/outage.js';
import { measureStorm } from '../bench/storm.js';
import { measureSync } from '../bench/sync.js';
import { measureSyncFleet } from '../bench/sync-fleet.js';
import { measureThroughput } from '../bench/throughput.js';
import { type Stack, startStack } from '../stack.js';
import type { StackOptions } from '../stack-options.js';
import { type Run, runUntilStopped } from '../until-stopped.js';

interface Benchmark extends Pick<StackOptions, 'wsEdges' | 'settings'> {
  readonly measure: (stack: Stack, progress: (line: string) => unknown) => Promise<object>;
}

const benchmarks = {
  latency: { measure: measureLatency, wsEdges: 1 },
  storm: { measure: measureStorm, wsEdges: 2 },
  throughput: { measure: measureThroughput, wsEdges: 1 },
  burst: { measure: measureBurst, wsEdges: 1 },
  outage: { measure: measureOutage, wsEdges: 1 },
  confirmation: { measure: measureConfirmation, wsEdges: 1 },
  existence: { measure: measureExistence, wsEdges: 1 },
  sync: { measure: measureSync, wsEdges: 1 },
  fleet: { measure: measureFleet, wsEdges: 1 },
  'sync-fleet': { measure: measureSyncFleet, wsEdges: 1 },
  'metrics-cost': { measure: measureMetricsCost, wsEdges: 1, settings: metricsByTurns },
} satisfies Readonly<Record<string, Benchmark>>;

type Name = keyof typeof benchmarks;
const names = Object.keys(benchmarks) as Name[];

const usage = `npm run bench -- NAME

Starts a stack of its own in a temporary folder, measures, and prints the figures as JSON on standard output.
Names: ${names.join(', ')}; all: one after the other, each on a stack of its own
`;

/** `npm run bench -- NAME`: runs one benchmark, or all, each on a fresh stack. */
export async function main(args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  if (name === '--help' || name === '-h') {
    process.stdout.write(usage);
    process.exit(0);
  }
  const chosen = name === 'all' ? names : names.filter((one) => one === name);
  if (chosen.length === 0 || args.length > 1) {
    process.stderr.write(usage);
    process.exit(2);
  }
  await runUntilStopped(async (run) => {
    for (const one of chosen) if (!(await runBenchmark(one, run))) return 130;
    return 0;
  });
}

/** Returns false when it was told to stop before there were figures. */
async function runBenchmark(name: Name, { signal, stopped }: Run): Promise<boolean> {
  const { measure, wsEdges, settings }: Benchmark = benchmarks[name];
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-bench-'));
  const progress = (line: string) => process.stderr.write(`${name}: ${line}\n`);
  try {
    const stack = await startStack({ dataFolder, port: 0, wsEdges, settings, logLevel: 'warn', signal, progress });
    try {
      const machine = await describeMachine(stack.endpoints);
      const figures = await Promise.race([measure(stack, progress), stopped]);
      if (!figures) return false;
      process.stdout.write(`${JSON.stringify({ benchmark: name, machine, ...figures }, null, 2)}\n`);
      return true;
    } finally {
      await stack.stop();
    }
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}
