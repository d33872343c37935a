import { spawnSync } from 'node:child_process';

/** The user that a program runs as. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Undefined: as ourselves, or the command itself sees to it. */
  readonly runAs: RunAs | undefined;
}

let canBind: boolean | undefined;

/**
 * Wraps a command so that the kernel sends it `signal` when this process ends, however it ends. Where that can't be had (no
 * Linux, no `setpriv`) the command stays as it is, and the next start finds the orphan by its pid file.
 */
export function endingWithUs(program: string, args: readonly string[], signal: 'INT' | 'TERM', runAs?: RunAs): Command {
  canBind ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', 'true']).status === 0;
  if (!canBind) return { program, args, runAs };
  const user = runAs ? [`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, '--clear-groups'] : [];
  return { program: 'setpriv', args: [...user, '--pdeathsig', signal, program, ...args], runAs: undefined };
}
