import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';

/** A command of the stack that runs as a process of its own, as behind `npm start`. */
export interface RunningCommand {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves with the exit code, null after a signal. */
  readonly exitCode: Promise<number | null>;
  /** Resolves when standard output matches. @throws Error with what it wrote when it ends before. */
  untilPrinted(pattern: RegExp): Promise<void>;
}

/** Starts `npm start` (`demo`), `npm run stack` (`stack`) or `npm run bench` (`bench`) without the part that installs and builds. */
export function runCommand(
  command: 'demo' | 'stack' | 'bench',
  args: readonly string[],
  environment: Record<string, string> = {},
): RunningCommand {
  const script = `import(${JSON.stringify(path.join(projectFolder, 'stack/dist/commands', `${command}.js`))}).then(({ main }) => main(process.argv.slice(1)))`;
  const { DATABASE_URL: _database, NATS_URL: _nats, npm_lifecycle_event: _npm, ...inherited } = process.env;
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, ...environment },
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
    });
  }
  const exitCode = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    exitCode,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    async untilPrinted(pattern) {
      while (!pattern.test(written.stdout)) {
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), exitCode.then(() => true)]);
        if (ended && !pattern.test(written.stdout))
          throw new Error(`ended without printing ${pattern}:\n${written.stdout}\n${written.stderr}`);
      }
    },
  };
}

/** Returns the processes that `pid` has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => statOf(other)?.parent === pid);
}

/** Tells whether a process runs; one that has ended and was not collected yet does not. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z';
}

function statOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
