import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { injectFaults, planFaults, upheavalsFromMs } from './faults.js';
import { randomFrom } from './random.js';
import { type ChaosResult, finish, startRecording } from './recording.js';
import { startWorkload } from './workload.js';
import { startWorld } from './world.js';

export interface ChaosRun {
  readonly seed: number;
  readonly durationMs: number;
  /** One, or a cluster of three of which any one is broken at a time. */
  readonly brokers: number;
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal;
}

const writesPerSecond = 6;

/** Shorter than many faults, so that gateways answer too late as well. */
const deploymentTimeoutMs = 5_000;

/** Five minutes, more than any time limit: nothing but the database's clock may decide. */
const clocks = { 'api-service-2': 300, 'ws-edge-1': -300, 'ws-edge-2': 300, 'artifacts-service-2': -300 };

/** Runs the random workload under the faults of a seed, lets everything heal, and checks what was recorded. */
export async function runChaos({ seed, durationMs, brokers, progress, signal }: ChaosRun): Promise<ChaosResult> {
  const world = await startWorld({
    apiServices: 2,
    wsEdges: 3,
    artifactsServices: 2,
    organizations: 3,
    gatewaysPerOrganization: 4,
    brokers,
    hasSmallBrokerDisk: brokers === 1,
    clocksApart: clocks,
    settings: { 'api-service': { DEPLOYMENT_TIMEOUT_MS: String(deploymentTimeoutMs) } },
    progress,
    signal,
  });
  let hasFailed = true;
  // Every fault of the schedule waits with it.
  if (signal) setMaxListeners(0, signal);
  try {
    const recording = startRecording(world);
    // Two sequences, so that how many writes there were does not change the faults.
    const plan = planFaults(world, randomFrom(seed), durationMs);
    const random = randomFrom(seed + 1_000_000_007);
    const workload = startWorkload({ world, log: recording.log, random, writesPerSecond, artifactsPerKind: 1 });
    await Promise.all([injectFaults(recording, plan, progress, signal), delay(durationMs, undefined, { signal })]);
    await workload.stop();
    const result = await finish(recording, progress);
    hasFailed = result.violations.length > 0;
    if (durationMs >= upheavalsFromMs) return result;
    const upheavals =
      brokers === 1
        ? "the broker's data wiped, its disk full, the database set back"
        : 'every broker killed, one with its disk, the database set back';
    return { ...result, notRun: [...result.notRun, `${upheavals}: from ${upheavalsFromMs / 1000} s on`] };
  } finally {
    await world.stop(hasFailed && !signal?.aborted);
  }
}
