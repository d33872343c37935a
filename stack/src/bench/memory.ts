import { readFileSync } from 'node:fs';

/** Memory of a process that is not swapped out, in bytes: now, and the most since it started (Linux; proc_pid_status(5)). */
export function memoryOf(pid: number | undefined): { readonly bytes: number; readonly peakBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) * 1_024;
  return { bytes: field('VmRSS'), peakBytes: field('VmHWM') };
}
