import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '@gatecast/stack';

export type Settings = Readonly<Record<string, string | undefined>>;
export type LogLine = Readonly<Record<string, unknown>>;

/** One process of a service, on a port that the system chooses. */
export interface ServiceProcess {
  /** What it has logged so far, and what it wrote to standard error. */
  readonly log: readonly LogLine[];
  readonly errorOutput: () => string;
  /** Resolves with the first line of the log, past or to come, whose message is `msg` and that has these fields. */
  logged(msg: string, fields?: LogLine): Promise<LogLine>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Starts a service; settings that are undefined are left out. */
export function startServiceProcess(service: string, settings: Settings): ServiceProcess {
  const child = spawn(process.execPath, [path.join(projectFolder, `services/${service}/dist/index.js`)], {
    env: { PATH: process.env.PATH, PORT: '0', EXIT_WITH_PARENT: 'true', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  let errorOutput = '';
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line));
    wake();
  });
  child.stderr.on('data', (data) => {
    errorOutput += data;
  });
  const exited = once(child, 'close').then(() => {
    wake();
    return child.exitCode;
  });
  return {
    log,
    errorOutput: () => errorOutput,
    exited,
    async logged(msg, fields = {}) {
      for (;;) {
        const line = log.find((one) => one.msg === msg && Object.entries(fields).every(([name, value]) => one[name] === value));
        if (line) return line;
        if (child.exitCode !== null)
          throw new Error(`${service} ended without '${msg}': ${JSON.stringify(log.at(-1))} ${errorOutput}`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    kill: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
