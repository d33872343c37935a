import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf } from '../running-programs.js';
import { wipeStreams } from './broker-disk.js';
import { backUpDatabase, type DatabaseBackup } from './database-backup.js';
import type { InjectedFault, LoggedEvent } from './history.js';
import type { Links } from './links.js';
import type { Random } from './random.js';
import { startAgain } from './start-again.js';
import { type ChaosWorld, processesOf, processOf } from './world.js';

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

/** What is to be broken, and what must be remembered of that. */
export interface Injection {
  readonly world: ChaosWorld;
  readonly injected: InjectedFault[];
  /** The event log as it was each time before the database was set back. */
  readonly earlierLogs: LoggedEvent[][];
  backup?: DatabaseBackup;
}

/** Breaks something, waits `holdMs`, and mends it; resolves when what it broke works again. */
type Fault = (injection: Injection, target: string, holdMs: number) => Promise<void>;

export const faults = {
  /** `kill -9`, and a start some time later. */
  async kill({ world }, target, holdMs) {
    const process = processOf(world, target);
    await process.kill('SIGKILL');
    await delay(holdMs);
    await startAgain(process);
  },
  /** SIGSTOP, and SIGCONT some time later: to others it looks dead, to itself no time has passed. */
  async stop({ world }, target, holdMs) {
    const process = processOf(world, target);
    await process.kill('SIGSTOP');
    // The database's sessions are processes of their own; the one that would make more of them is stopped already.
    const children = process.pid === undefined ? [] : childrenOf(process.pid);
    for (const child of children) signal(child, 'SIGSTOP');
    await delay(holdMs);
    for (const child of children) signal(child, 'SIGCONT');
    await process.kill('SIGCONT');
  },
  /** An orderly stop and start. */
  async restart({ world }, target) {
    const process = processOf(world, target);
    await process.stop();
    await startAgain(process);
  },
  /** Connections are reset. */
  async reset({ world }, target) {
    world.links[target as keyof Links].reset();
  },
  /** Nothing comes through, and nobody is told. */
  async swallow({ world }, target, holdMs) {
    const end = world.links[target as keyof Links].swallow();
    await delay(holdMs);
    end();
  },
  /** A broker loses everything. */
  async wipe({ world }, target, holdMs) {
    const broker = processOf(world, target);
    await broker.kill('SIGKILL');
    wipeStreams(world.stack.dataFolder, target);
    await delay(holdMs);
    await startAgain(broker);
  },
  /** The broker can't write any more. A nats-server 2.9 whose write failed stays so until it is restarted, also when there is room again. */
  async fill({ world }, target, holdMs) {
    const makeRoom = world.brokerDisk?.fill();
    await delay(holdMs);
    makeRoom?.();
    await processOf(world, target).kill('SIGKILL');
    await startAgain(processOf(world, target));
  },
  /** The database is copied, while it does not run. */
  async 'back up'(injection) {
    injection.backup = await backUpDatabase(injection.world);
  },
  /** The database is set back to its copy. */
  async 'set back'(injection) {
    if (injection.backup) injection.earlierLogs.push(await injection.backup.restore());
  },
} as const satisfies Record<string, Fault>;
export type FaultName = keyof typeof faults;

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone by itself.
  }
}

const lasting: ReadonlySet<FaultName> = new Set(['kill', 'stop', 'swallow', 'wipe', 'fill']);

/** Longer than the relay's lease and the broker's heartbeat, shorter than most people's patience. */
const holdMsMax = 8_000;
/** A shorter run has no time for what makes everything start over. */
export const upheavalsFromMs = 60_000;

/** Returns which faults come when, the same for the same random numbers; never two at a time on one target. */
export function planFaults(world: ChaosWorld, random: Random, durationMs: number): PlannedFault[] {
  const services = world.stack.services.map(({ name }) => name);
  const gateways = world.gateways.map(({ process }) => process.name);
  const links = Object.keys(world.links);
  const brokers = world.stack.natsServers.map(({ name }) => name);
  const servers = [...brokers, 'postgres'];
  const kinds: readonly (readonly [number, FaultName, () => string])[] = [
    [26, 'kill', () => random.oneOf([...services, ...services, ...servers, ...gateways])],
    [20, 'stop', () => random.oneOf([...services, ...services, ...servers, ...gateways])],
    [12, 'restart', () => random.oneOf([...services, ...servers, random.oneOf(gateways)])],
    [16, 'reset', () => random.oneOf(links)],
    [14, 'swallow', () => random.oneOf(links)],
  ];
  const choose = random.weighted.bind(
    undefined,
    kinds.map((kind) => [kind[0], kind] as const),
  ) as () => (typeof kinds)[number];

  const plan: PlannedFault[] = durationMs < upheavalsFromMs ? [] : planUpheavals(world, random, durationMs);
  const isFree = (target: string, atMs: number, holdMs: number) =>
    plan.every(
      (other) =>
        turnOf(other.target) !== turnOf(target) || other.atMs > atMs + holdMs + 2_000 || other.atMs + other.holdMs + 2_000 < atMs,
    );
  for (let atMs = 1_000; atMs < durationMs; atMs += random.between(300, 4_000)) {
    const [, fault, target] = choose();
    const planned = { fault, target: target(), atMs, holdMs: holdOf(random) };
    if (isFree(planned.target, atMs, planned.holdMs)) plan.push(planned);
  }
  return plan.sort((a, b) => a.atMs - b.atMs);
}

/** Whose turn a fault on a target waits for: of several brokers one at a time is broken, which leaves a majority. */
function turnOf(target: string): string {
  return target.startsWith('nats-server') ? 'nats-server' : target;
}

/** Once in a run each; the database is set back after it was copied, and what is done to the broker comes apart from that. */
function planUpheavals(world: ChaosWorld, random: Random, durationMs: number): PlannedFault[] {
  const about = (part: number) => Math.round(durationMs * (part + random.next() * 0.1));
  const brokers = world.stack.natsServers.map(({ name }) => name);
  const [wipeAt, fillAt] = random.next() < 0.5 ? [0.3, 0.8] : [0.8, 0.3];
  return [
    { fault: 'back up', target: 'postgres', atMs: about(0.1), holdMs: 0 },
    { fault: 'set back', target: 'postgres', atMs: about(0.55), holdMs: 0 },
    // Of a cluster every node is lost once, the first with its disk.
    ...(brokers.length > 1
      ? brokers.map((target, n) => {
          const fault = n === 0 ? 'wipe' : 'kill';
          return { fault, target, atMs: about((n + 0.5) / brokers.length), holdMs: holdOf(random) } as const;
        })
      : [{ fault: 'wipe', target: 'nats-server', atMs: about(wipeAt), holdMs: holdOf(random) } as const]),
    ...(world.brokerDisk
      ? [{ fault: 'fill', target: 'nats-server', atMs: about(fillAt), holdMs: random.between(2_000, 6_000) } as const]
      : []),
  ];
}

/** Mostly short, now and then long. */
function holdOf(random: Random): number {
  return Math.round(200 + (holdMsMax - 200) * random.next() ** 2);
}

/** Carries out a schedule; resolves when the last fault is mended. Faults on one target wait for each other. */
export async function injectFaults(
  injection: Injection,
  plan: readonly PlannedFault[],
  progress: (line: string) => unknown,
  signal?: AbortSignal,
): Promise<void> {
  const began = Date.now();
  const turns = new Map<string, Promise<void>>();
  await Promise.all(
    plan.map(async ({ fault, target, atMs, holdMs }) => {
      await delay(Math.max(0, began + atMs - Date.now()), undefined, { signal }).catch(() => undefined);
      const turn = (turns.get(turnOf(target)) ?? Promise.resolve()).then(async () => {
        if (signal?.aborted) return;
        const beganAtMs = Date.now();
        progress(`${seconds(beganAtMs - began)}  ${fault} ${target}${lasting.has(fault) ? ` for ${seconds(holdMs)}` : ''}`);
        await faults[fault](injection, target, holdMs);
        injection.injected.push({ fault, target, beganAtMs, endedAtMs: Date.now() });
      });
      turns.set(turnOf(target), turn);
      await turn;
    }),
  );
}

/** Ends whatever may still be broken. */
export async function heal(world: ChaosWorld): Promise<void> {
  for (const process of processesOf(world)) {
    await process.kill('SIGCONT');
    await startAgain(process);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
