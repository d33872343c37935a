import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Tells whether a process runs; one that ended and was not collected yet (a zombie) does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return processStat(pid)?.[0] !== 'Z';
}

/** Returns when a process started, in the system's own unit, so that a number used again can be told from the first user; undefined where the system does not say. */
export function startedAt(pid: number): string | undefined {
  return processStat(pid)?.[19];
}

/** Returns the number of a process's parent; undefined when it is gone or the system does not say. */
export function parentOf(pid: number): number | undefined {
  const parent = processStat(pid)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Returns the numbers of a process's children; none where the system does not say. */
export function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((child) => child > 0 && parentOf(child) === pid);
}

/** Returns a process's command line, its parts separated by spaces; empty when it is gone. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/**
 * Stops a server that an earlier run left behind: the process whose number is the first line of `pidFile`, if its command line
 * still names `folder` (the number may be another program's by now). Kills it when it does not stop within `timeoutMs`.
 */
export async function stopOrphan(pidFile: string, folder: string, signal: NodeJS.Signals, timeoutMs = 10_000): Promise<void> {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  } catch {
    return;
  }
  if (!Number.isInteger(pid) || pid <= 1 || !commandLine(pid).includes(folder)) return;
  const deadline = Date.now() + timeoutMs;
  process.kill(pid, signal);
  while (isRunning(pid)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await delay(20);
  }
}

/** Fields of /proc/<pid>/stat from the state on: after the command's name, which may hold spaces and parentheses. */
function processStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
