import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { measureLatency } from '../bench/latency.js';
import { describeMachine } from '../bench/machine.js';
import { measureStorm } from '../bench/storm.js';
import { startStack } from '../stack.js';
import { runUntilStopped } from '../until-stopped.js';

const benchmarks = {
  latency: { measure: measureLatency, wsEdges: 1 },
  storm: { measure: measureStorm, wsEdges: 2 },
};

const usage = `npm run bench -- NAME

Starts a stack of its own in a temporary folder, measures, and prints the figures as JSON on standard output.
Names: ${Object.keys(benchmarks).join(', ')}
`;

/** `npm run bench -- NAME`: runs one benchmark on a fresh stack. */
export async function main(args: readonly string[]): Promise<void> {
  const [name = ''] = args;
  const benchmark = benchmarks[name as keyof typeof benchmarks];
  if (!benchmark || args.length > 1) {
    process.stderr.write(usage);
    process.exit(2);
  }
  await runUntilStopped(async ({ signal }) => {
    const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-bench-'));
    const progress = (line: string) => process.stderr.write(`${line}\n`);
    const stack = await startStack({ dataFolder, port: 0, wsEdges: benchmark.wsEdges, logLevel: 'warn', signal, progress });
    try {
      const machine = await describeMachine(stack.endpoints);
      const figures = await benchmark.measure(stack, progress);
      process.stdout.write(`${JSON.stringify({ benchmark: name, machine, ...figures }, null, 2)}\n`);
    } finally {
      await stack.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    }
    return 0;
  });
}
