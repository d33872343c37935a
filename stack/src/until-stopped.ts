import { commandLine, parentOf } from './running-programs.js';
import { StackError } from './stack-error.js';

/** What a command does until it is told to stop. */
export interface Run {
  /** Aborted when the command is told to stop. */
  readonly signal: AbortSignal;
  /** Resolves when it is. */
  readonly stopped: Promise<void>;
}

const watchMs = 500;
/** npm hands on the Ctrl-C that the terminal has sent already: the same wish twice. */
const impatientMs = 1_000;

/**
 * Runs a command to its end: `work` until it returns or until it is told to stop by Ctrl-C, SIGTERM, SIGHUP, a closed standard
 * output, or the end of the npm that started it. Its result is the exit code; a StackError is printed as its sentence, with exit
 * code 1. A second Ctrl-C ends everything at once.
 */
export async function runUntilStopped(work: (run: Run) => Promise<number>): Promise<never> {
  const controller = new AbortController();
  const { signal } = controller;
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  let askedAt = 0;
  const ask = () => {
    if (signal.aborted && Date.now() - askedAt > impatientMs) process.exit(130);
    askedAt ||= Date.now();
    controller.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask);
  process.stdout.on('error', ask);
  process.stderr.on('error', ask);
  watchNpm(() => controller.abort());

  try {
    process.exit(await work({ signal, stopped }));
  } catch (error) {
    // What a start that is cut short complains of is no news.
    if (signal.aborted) process.exit(130);
    process.stderr.write(error instanceof StackError ? `${error.message}\n` : `${(error as Error).stack}\n`);
    process.exit(1);
  }
}

/** An npm that is killed outright takes nobody along: what it started, by way of a shell, is handed to another parent. */
function watchNpm(gone: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // Some shells hand their process over to the one command that they run; then the parent is npm itself.
  const isShell = !/^npm\b|npm-cli/.test(commandLine(parent));
  const grandparent = parentOf(parent);
  const isOrphan = () => process.ppid !== parent || (isShell && parentOf(parent) !== grandparent);
  setInterval(() => {
    if (isOrphan()) gone();
  }, watchMs).unref();
}
