import { setTimeout as delay } from 'node:timers/promises';
import type { SupervisedProcess } from '../supervised-process.js';
import type { InjectedFault } from './history.js';
import type { Random } from './random.js';
import type { ChaosWorld, Links } from './world.js';

/** A fault of the schedule. */
export interface PlannedFault {
  readonly fault: FaultName;
  /** A process or a link. */
  readonly target: string;
  /** When it begins, in milliseconds from the start of the schedule. */
  readonly atMs: number;
  /** How long it lasts, as far as it lasts at all. */
  readonly holdMs: number;
}

/** Breaks something, waits `holdMs`, and mends it; resolves when what it broke works again. */
type Fault = (world: ChaosWorld, target: string, holdMs: number) => Promise<void>;

export const faults = {
  /** `kill -9`, and a start some time later. */
  async kill(world, target, holdMs) {
    const process = processOf(world, target);
    await process.kill('SIGKILL');
    await delay(holdMs);
    await startAgain(process);
  },
  /** SIGSTOP, and SIGCONT some time later: to others it looks dead, to itself no time has passed. */
  async stop(world, target, holdMs) {
    const process = processOf(world, target);
    await process.kill('SIGSTOP');
    await delay(holdMs);
    await process.kill('SIGCONT');
  },
  /** An orderly stop and start. */
  async restart(world, target) {
    const process = processOf(world, target);
    await process.stop();
    await startAgain(process);
  },
  /** Connections are reset. */
  async reset(world, target) {
    world.links[target as keyof Links].reset();
  },
  /** Nothing comes through, and nobody is told. */
  async swallow(world, target, holdMs) {
    const end = world.links[target as keyof Links].swallow();
    await delay(holdMs);
    end();
  },
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof faults;

/** Returns a process of the world by its name. @throws Error when there is none. */
export function processOf(world: ChaosWorld, name: string): SupervisedProcess {
  const { natsServer, postgres, services } = world.stack;
  const process = [natsServer, postgres, ...services, ...world.gateways.map((gateway) => gateway.process)].find(
    (one) => one?.name === name,
  );
  if (!process) throw new Error(`There is no process ${name}.`);
  return process;
}

const startTimeoutMs = 60_000;

/** Starts a process; again when what it needs is broken at the same time, or its predecessor's children have not gone yet. */
export async function startAgain(process: SupervisedProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await process.start();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(250);
    }
  }
}

/** Longer than the relay's lease and the broker's heartbeat, shorter than most people's patience. */
const holdMsMax = 8_000;

/** Returns which faults come when, the same for the same random numbers; never two at a time on one target. */
export function planFaults(world: ChaosWorld, random: Random, durationMs: number): PlannedFault[] {
  const services = world.stack.services.map(({ name }) => name);
  const gateways = world.gateways.map(({ process }) => process.name);
  const links = Object.keys(world.links);
  const choose = (): Pick<PlannedFault, 'fault' | 'target'> =>
    random.weighted<() => Pick<PlannedFault, 'fault' | 'target'>>([
      [26, () => ({ fault: 'kill', target: random.oneOf([...services, ...services, 'nats-server', 'postgres', ...gateways]) })],
      [20, () => ({ fault: 'stop', target: random.oneOf([...services, ...services, 'nats-server', ...gateways]) })],
      [12, () => ({ fault: 'restart', target: random.oneOf([...services, 'nats-server', 'postgres', random.oneOf(gateways)]) })],
      [16, () => ({ fault: 'reset', target: random.oneOf(links) })],
      [14, () => ({ fault: 'swallow', target: random.oneOf(links) })],
    ])();

  const plan: PlannedFault[] = [];
  const busyUntil = new Map<string, number>();
  for (let atMs = 1_000; atMs < durationMs; atMs += random.between(300, 4_000)) {
    const { fault, target } = choose();
    // Mostly short, now and then long.
    const holdMs = Math.round(200 + (holdMsMax - 200) * random.next() ** 2);
    if ((busyUntil.get(target) ?? 0) > atMs) continue;
    busyUntil.set(target, atMs + holdMs + 2_000);
    plan.push({ fault, target, atMs, holdMs });
  }
  return plan;
}

/** Carries out a schedule; resolves when the last fault is mended. Faults on one target wait for each other. */
export async function injectFaults(
  world: ChaosWorld,
  plan: readonly PlannedFault[],
  injected: InjectedFault[],
  progress: (line: string) => unknown,
  signal?: AbortSignal,
): Promise<void> {
  const began = Date.now();
  const turns = new Map<string, Promise<void>>();
  await Promise.all(
    plan.map(async ({ fault, target, atMs, holdMs }) => {
      await delay(Math.max(0, began + atMs - Date.now()));
      const turn = (turns.get(target) ?? Promise.resolve()).then(async () => {
        if (signal?.aborted) return;
        const beganAtMs = Date.now();
        progress(
          `${seconds(beganAtMs - began)} ${fault} ${target}${fault === 'reset' || fault === 'restart' ? '' : ` for ${seconds(holdMs)}`}`,
        );
        await faults[fault](world, target, holdMs);
        injected.push({ fault, target, beganAtMs, endedAtMs: Date.now() });
      });
      turns.set(target, turn);
      await turn;
    }),
  );
}

/** Ends whatever may still be broken. */
export async function heal(world: ChaosWorld): Promise<void> {
  const { natsServer, postgres, services } = world.stack;
  for (const process of [postgres, natsServer, ...services, ...world.gateways.map((gateway) => gateway.process)]) {
    if (!process) continue;
    await process.kill('SIGCONT');
    await startAgain(process);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
