import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from './child-of-ours.js';
import { lastWords } from './last-words.js';
import { StackError } from './stack-error.js';

/** How one process of the stack is run. */
export interface ProcessRecipe {
  readonly name: string;
  /** Where others reach it. */
  readonly url: string;
  readonly command: Command;
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Asks it to end in an orderly way. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  readonly stopTimeoutMs: number;
  readonly startTimeoutMs: number;
  /** Runs before each start, for what an earlier process left behind. */
  readonly prepare?: () => Promise<void>;
  /** Last words of a start that fails because an earlier process has not quite ended: it is tried again. */
  readonly passing?: RegExp;
  /** Resolves when it does its work, rejects while it does not yet; with a StackError when waiting is of no use. */
  readonly ready: () => Promise<void>;
}

/** A process of the stack: the broker, the database, a service. One that ends by itself is started again; one that was told to end is not. */
export interface SupervisedProcess {
  readonly name: string;
  readonly url: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** Starts it, on the same port as before, and resolves when it is ready. @throws StackError with its last words when it does not get there. */
  start(): Promise<void>;
  /** Sends a signal. After one that ends a process, resolves when it is gone, and it stays so until `start`. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it in an orderly way and starts it again. */
  restart(): Promise<void>;
  /** Stops it in an orderly way; kills it when that takes too long. */
  stop(): Promise<void>;
}

const backoffMsMin = 250;
const backoffMsMax = 5_000;
/** A process that ran this long starts again at once, however often it failed before. */
const steadyMs = 10_000;
/** These end no process, or only hold it. */
const harmless = new Set<NodeJS.Signals>(['SIGSTOP', 'SIGCONT', 'SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGWINCH']);

/** Makes the handle of a process; nothing runs before `start`. `onRestart` hears of each start that nobody asked for. */
export function supervise(recipe: ProcessRecipe, onRestart: (why: string) => void): SupervisedProcess {
  let child: ChildProcess | undefined;
  let exited: Promise<void> = Promise.resolve();
  let logFrom = 0;
  let backoffMs = backoffMsMin;
  // Aborted when the process is told to end: then it is not started again.
  let wanted = new AbortController();
  // The start that is under way, asked for or not; `end` waits for it, so that nothing comes up behind its back.
  let launching: Promise<unknown> = Promise.resolve();

  async function spawnOne(): Promise<ChildProcess> {
    await recipe.prepare?.();
    const log = openSync(recipe.logFile, 'a', 0o600);
    logFrom = fstatSync(log).size;
    const { program, args, runAs } = recipe.command;
    // A process group of its own: Ctrl-C at the terminal reaches the stack alone, which then stops all in their order. Standard
    // input is a pipe that closes when the stack is gone, however it went.
    const spawned = spawn(program, args, {
      ...runAs,
      env: recipe.environment,
      cwd: '/',
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    spawned.stdin?.on('error', () => undefined);
    exited = new Promise((resolve) => {
      const end = () => {
        if (child === spawned) child = undefined;
        resolve();
      };
      spawned.once('exit', end).once('error', end);
    });
    child = spawned;
    return spawned;
  }

  async function untilReady(started: ChildProcess): Promise<void> {
    const deadline = Date.now() + recipe.startTimeoutMs;
    for (;;) {
      if (child !== started) throw new StackError(`${recipe.name} ended at its start: ${lastWords(recipe.logFile, logFrom)}`);
      try {
        return await recipe.ready();
      } catch (error) {
        if (error instanceof StackError) throw error;
        if (Date.now() > deadline)
          throw new StackError(
            `${recipe.name} did not get ready within ${recipe.startTimeoutMs / 1000} s: ${(error as Error).message} (log: ${recipe.logFile})`,
          );
      }
      await delay(25);
    }
  }

  /** Starts one process, unless it is told to end meanwhile. */
  async function launch(signal: AbortSignal): Promise<ChildProcess | undefined> {
    const spawned = await spawnOne();
    if (!signal.aborted) return spawned;
    spawned.kill('SIGKILL');
    await exited;
    return undefined;
  }

  /** Starts the process again whenever it has ended by itself. */
  function watch(controller: AbortController): void {
    const { signal } = controller;
    const since = Date.now();
    launching = exited.then(async () => {
      if (signal.aborted) return;
      if (Date.now() - since > steadyMs) backoffMs = backoffMsMin;
      onRestart(`${recipe.name} ended by itself and is started again (log: ${recipe.logFile})`);
      try {
        await delay(backoffMs, undefined, { signal });
        backoffMs = Math.min(backoffMs * 2, backoffMsMax);
        if (!(await launch(signal))) return;
      } catch (error) {
        if (signal.aborted) return;
        onRestart(`${recipe.name} could not be started: ${(error as Error).message}`);
      }
      watch(controller);
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    wanted.abort();
    const gone = exited;
    const ending = child;
    ending?.kill(signal);
    const overdue = signal === recipe.stopSignal ? setTimeout(() => ending?.kill('SIGKILL'), recipe.stopTimeoutMs) : undefined;
    await gone;
    clearTimeout(overdue);
    await launching;
  }

  const handle: SupervisedProcess = {
    name: recipe.name,
    url: recipe.url,
    get pid() {
      return child?.pid;
    },
    async start() {
      if (child) return;
      // One that is about to be started again by itself is ours to start now.
      await end('SIGKILL');
      const mine = new AbortController();
      wanted = mine;
      const deadline = Date.now() + recipe.startTimeoutMs;
      for (let waitMs = 0; ; waitMs = backoffMsMin) {
        const launched = delay(waitMs).then(() => launch(mine.signal));
        launching = launched.catch(() => undefined);
        const started = await launched;
        if (!started) throw new StackError(`${recipe.name} was told to end while it was started.`);
        try {
          await untilReady(started);
          break;
        } catch (error) {
          if (recipe.passing?.test((error as Error).message) && Date.now() < deadline && !mine.signal.aborted) continue;
          await end('SIGKILL');
          throw error;
        }
      }
      backoffMs = backoffMsMin;
      watch(mine);
    },
    async kill(signal) {
      if (harmless.has(signal)) child?.kill(signal);
      else await end(signal);
    },
    async restart() {
      await end(recipe.stopSignal);
      await handle.start();
    },
    stop: () => end(recipe.stopSignal),
  };
  return handle;
}
