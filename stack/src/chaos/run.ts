import { setTimeout as delay } from 'node:timers/promises';
import { check, type Rule, rules, type Violation } from './checker.js';
import { heal, injectFaults, planFaults } from './faults.js';
import type { History, InjectedFault } from './history.js';
import { readDatabase, readGateway, untilQuiet } from './observation.js';
import { randomFrom } from './random.js';
import { startWorkload } from './workload.js';
import { startWorld } from './world.js';

export interface ChaosRun {
  readonly seed: number;
  readonly durationMs: number;
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal;
}

export interface ChaosResult {
  readonly history: History;
  readonly passed: readonly Rule[];
  readonly violations: readonly Violation[];
}

const writesPerSecond = 6;
const quietTimeoutMs = 120_000;

/** Runs the random workload under the faults of a seed, lets everything heal, and checks what was recorded. */
export async function runChaos({ seed, durationMs, progress, signal }: ChaosRun): Promise<ChaosResult> {
  const world = await startWorld({
    apiServices: 2,
    wsEdges: 3,
    artifactsServices: 2,
    organizations: 3,
    gatewaysPerOrganization: 4,
    progress,
    signal,
  });
  try {
    // Two sequences, so that how many writes there were does not change the faults.
    const plan = planFaults(world, randomFrom(seed), durationMs);
    const workload = startWorkload({ world, random: randomFrom(seed + 1_000_000_007), writesPerSecond, artifactsPerKind: 1 });
    const faults: InjectedFault[] = [];
    await Promise.all([injectFaults(world, plan, faults, progress, signal), delay(durationMs, undefined, { signal })]);
    await workload.stop();
    await heal(world);
    progress('Healed; waiting until nothing is under way …');
    const unrest = await untilQuiet(world, quietTimeoutMs);

    const gateways = [];
    for (const gateway of world.gateways) gateways.push(await readGateway(gateway));
    const history: History = {
      writes: workload.writes,
      faults,
      earlierLogs: [],
      gateways,
      database: await readDatabase(world.database),
      unexpectedEnds: world.unexpectedEnds,
      unrest,
    };
    const violations = check(history);
    const broken = new Set(violations.map(({ rule }) => rule));
    return { history, violations, passed: (Object.keys(rules) as Rule[]).filter((rule) => !broken.has(rule)) };
  } finally {
    await world.stop();
  }
}
