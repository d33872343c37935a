import { parseArgs } from 'node:util';
import type { ApiClient } from '@gatecast/api-client';
import type { Environment } from './environment.js';
import { type ExitCode, exitCodesUsage } from './exit-codes.js';
import { misused } from './failure.js';
import type { Terminal } from './terminal.js';

/** An option as `parseArgs` takes it, and what its usage says. */
export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  readonly help: string;
  /** What stands for the value in the usage: `NAME`. */
  readonly value?: string;
}

type Options = Readonly<Record<string, Option>>;

/** The options that every command has. */
const commonOptions = {
  json: { type: 'boolean', help: 'print JSON' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
} as const satisfies Options;

type Values<Own extends Options> = {
  readonly [Name in keyof Own]?: Own[Name] extends { type: 'boolean' }
    ? boolean
    : Own[Name] extends { multiple: true }
      ? readonly string[]
      : string;
};

/** What a command runs with. */
export interface Invocation<Own extends Options = Options> {
  readonly values: Values<Own & typeof commonOptions>;
  /** As many as the command's arguments; those in brackets may be missing. */
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Returns the API as whoever is signed in. @throws Failure when nobody is. */
  readonly api: () => ApiClient;
}

/** A command of `gatecast`. */
export interface Command<Own extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  /** `KIND/NAME`; in brackets when it may be missing. */
  readonly arguments: readonly string[];
  readonly options: Own;
  /** Further lines of the usage. */
  readonly details?: string;
  /** It changes something, and so comes to its end and its own exit code also when nobody reads what it writes. */
  readonly isDeciding?: boolean;
  run(invocation: Invocation<Own>): Promise<ExitCode>;
}

/** Ties a command's options to the values that it runs with. */
export function command<const Own extends Options>(definition: Command<Own>): Command {
  return definition as unknown as Command;
}

/** Reads what comes after a command's name. @throws Failure when it does not fit. */
export function readArguments(
  { name, options, arguments: expected }: Command,
  args: readonly string[],
): Pick<Invocation, 'values' | 'positionals'> {
  const required = expected.filter((argument) => !argument.startsWith('[')).length;
  const { values, positionals } = parse();
  const isMissing = !values.help && positionals.length < required;
  if (isMissing) throw misused(`${name} needs ${expected[positionals.length]}: gatecast ${name} --help`);
  if (positionals.length > expected.length)
    throw misused(`${name} can't do with '${positionals[expected.length]}': gatecast ${name} --help`);
  return { values: values as Invocation['values'], positionals };

  function parse() {
    try {
      return parseArgs({ args: [...args], options: { ...options, ...commonOptions }, allowPositionals: true });
    } catch (error) {
      // parseArgs explains at length how to pass what it does not know; its first sentence says what that is.
      const [sentence = ''] = (error as Error).message.split('. ');
      throw misused(`${sentence.replace(/\.?$/, '')}: gatecast ${name} --help`);
    }
  }
}

/** Returns a command's usage. */
export function usageOf({ name, summary, arguments: args, options, details }: Command): string {
  const lines = Object.entries<Option>({ ...options, ...commonOptions }).map(([option, { short, value, multiple, help }]) => {
    const flag = `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}${multiple ? ' …' : ''}`;
    return `  ${flag.padEnd(24)} ${help}`;
  });
  return [
    `gatecast ${[name, ...args].join(' ')} [options]`,
    '',
    summary,
    ...(details ? ['', details] : []),
    '',
    ...lines,
    '',
    exitCodesUsage,
  ].join('\n');
}

/** Reads a number of an option. @throws Failure when it is none, or out of range. */
export function wholeNumber(option: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value) || Number(value) < min || Number(value) > max)
    throw misused(`--${option} takes a whole number from ${min} to ${max}, not '${value}'.`);
  return Number(value);
}
