import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { startWholeStack, type WholeStack } from '../whole-stack.js';

/** What a command has done when it is over. */
export interface Done {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it reads on standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A command that is under way. */
export interface Running {
  /** What it has written so far. */
  readonly stdout: () => string;
  /** As Ctrl-C does. */
  interrupt(): void;
  readonly done: Promise<Done>;
}

/** A stack with an organization to work in, and `gatecast` beside it. */
export interface World extends WholeStack {
  /** Where this world's sign-in is stored. */
  readonly configFolder: string;
  /** Starts `gatecast` as a process of its own. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs `gatecast` as a process of its own, to its end. */
  gatecast(args: readonly string[], options?: RunOptions): Promise<Done>;
  /** As {@link gatecast}, and returns what its standard output holds. @throws Error when that is no JSON. */
  json(args: readonly string[], options?: RunOptions): Promise<{ exitCode: number | null; body: unknown }>;
}

const organization = 'people';

/** Starts a world whose command line is signed in. Its project `demo` is what the examples name. */
export async function startWorld(): Promise<World> {
  const whole = await startWholeStack({ organization, wsEdges: 1 });
  const { stack, folder } = whole;
  const start: World['start'] = (args, { input = '', environment = {} } = {}) => {
    const child = spawn(process.execPath, [path.join(projectFolder, 'services/cli/bin/gatecast.mjs'), ...args], {
      env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config'), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        written[stream] += text;
      });
    }
    child.stdin.on('error', () => undefined).end(input);
    const done = once(child, 'close').then(([exitCode]): Done => ({ exitCode, ...written }));
    return { stdout: () => written.stdout, interrupt: () => void child.kill('SIGINT'), done };
  };
  const gatecast: World['gatecast'] = (args, options) => start(args, options).done;
  const { frontDoor, caFile } = stack.endpoints;
  const { username, password } = stack.credentials;
  const signedIn = await gatecast(
    ['login', '--url', frontDoor, '--ca-file', caFile, '-u', username, '--password-stdin', '--organization', organization],
    { input: `${password}\n` },
  );
  if (signedIn.exitCode !== 0) throw new Error(`gatecast login: ${signedIn.stderr}`);
  return {
    ...whole,
    configFolder: path.join(folder, 'config/gatecast'),
    start,
    gatecast,
    async json(args, options) {
      const { exitCode, stdout } = await gatecast([...args, '--json'], options);
      return { exitCode, body: JSON.parse(stdout) };
    },
  };
}
