import path from 'node:path';
import { parseArgs } from 'node:util';
import type { StackOptions } from './stack-options.js';

/** A command line that can't be understood: one sentence. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The options that every command with a stack has. */
export const stackUsage = `  --port N                front door (default 9243; 0: any free one)
  --edges N               how many ws-edge processes (default 2)
  --api-services N        how many api-service processes (default 1)
  --artifacts-services N  how many artifacts-service processes (default 1)
  --data DIR              where data, keys and logs are kept (default .gatecast)
  --log-level LEVEL       trace, debug, info, warn, error or fatal (default info)

Environment: DATABASE_URL and NATS_URL (a database and a broker of your own), NATS_SERVER_BIN (which nats-server to run).
`;

const stackFlags = {
  port: { type: 'string' },
  edges: { type: 'string' },
  'api-services': { type: 'string' },
  'artifacts-services': { type: 'string' },
  data: { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/**
 * Reads a command line: the stack's options, and which of the command's own `switches` are on. Ends the process after `--help`
 * (exit code 0) and, with one sentence and the usage, when it can't be understood (exit code 2).
 */
export function readCommandLine<Switch extends string>(
  args: readonly string[],
  usage: string,
  switches: readonly Switch[],
): { stack: StackOptions; on: ReadonlySet<Switch> } {
  try {
    const own = Object.fromEntries(switches.map((name) => [name, { type: 'boolean' as const }]));
    const { values } = parseArgs({ args: [...args], options: { ...own, ...stackFlags } });
    if (values.help) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return {
      stack: stackOptions(values as Record<string, string | undefined>),
      on: new Set(switches.filter((name) => (values as Record<string, unknown>)[name])),
    };
  } catch (error) {
    // parseArgs explains at length how to pass what it does not know; its first sentence says what that is.
    const [sentence] = (error as Error).message.split('. ');
    process.stderr.write(`${sentence?.replace(/\.?$/, '.')}\n\n${usage}`);
    process.exit(2);
  }
}

function stackOptions(values: Readonly<Record<string, string | undefined>>): StackOptions {
  const number = (flag: string, min: number, max: number) => {
    const value = values[flag];
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
      throw new UsageError(`--${flag} takes a whole number from ${min} to ${max}, not '${value}'`);
    return Number(value);
  };
  const replicasMax = 16;
  return {
    port: number('port', 0, 65_535),
    wsEdges: number('edges', 1, replicasMax),
    apiServices: number('api-services', 1, replicasMax),
    artifactsServices: number('artifacts-services', 1, replicasMax),
    // npm runs commands in the project's folder; what the caller typed is meant from where they are.
    dataFolder: values.data && path.resolve(process.env.INIT_CWD ?? process.cwd(), values.data),
    logLevel: values['log-level'],
    databaseUrl: process.env.DATABASE_URL,
    natsUrl: process.env.NATS_URL,
    progress: (line) => process.stderr.write(`${line}\n`),
  };
}
