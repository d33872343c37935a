import { readFileSync } from 'node:fs';
import { childrenOf } from '../running-programs.js';
import type { Stack } from '../stack.js';

/** Seconds of processor time, by process; `bench` is the one that measures and holds the simulated gateways. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** Linux counts in these, on every platform that Node.js runs on. */
const ticksPerSecond = 100;

/**
 * Starts to count processor time; what is returned answers how much each process of the stack has used since then. On a machine
 * that others use too these figures say more than the clock. Empty where the system does not say (no Linux).
 */
export function countCpuSeconds(stack: Stack): () => CpuSeconds {
  const before = read(stack);
  return () => {
    const used = Object.entries(read(stack)).map(([name, seconds]) => [name, round(seconds - (before[name] ?? 0))] as const);
    return Object.fromEntries(used.filter(([, seconds]) => seconds > 0));
  };
}

function read({ services, natsServer, postgres }: Stack): CpuSeconds {
  if (process.platform !== 'linux') return {};
  const own = process.cpuUsage();
  return {
    ...Object.fromEntries(services.map(({ name, pid }) => [name, secondsOf(pid)])),
    'nats-server': secondsOf(natsServer?.pid),
    postgres: [postgres?.pid, ...(postgres?.pid ? childrenOf(postgres.pid) : [])].reduce<number>(
      (sum, pid) => sum + secondsOf(pid),
      0,
    ),
    bench: (own.user + own.system) / 1e6,
  };
}

/** User and system time of a process and of its children that are gone (proc_pid_stat(5), fields 14 to 17). */
function secondsOf(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond;
  } catch {
    return 0;
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
