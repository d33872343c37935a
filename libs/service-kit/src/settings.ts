import { readFileSync } from 'node:fs';
import { bool, cleanEnv, EnvError, makeExactValidator, makeValidator, str } from 'envalid';

/** A whole number of milliseconds, at least 1. */
export const durationMs = durationUpToMs(2 ** 31 - 1);
/** How long something is kept, in milliseconds, at least 1; may be longer than any timer runs. */
export const retentionMs = makeValidator((input) => wholeNumber(input, 1, Number.MAX_SAFE_INTEGER, 'milliseconds'));
/** A whole number, at least 1: limits, counts, sizes. */
export const count = makeValidator((input) => wholeNumber(input, 1, Number.MAX_SAFE_INTEGER, 'a count'));
/** A TCP port; 0 lets the system choose. */
export const portNumber = makeValidator((input) => wholeNumber(input, 0, 65_535, 'a port'));
/** A comma-separated list of `http` URLs, at least one. */
export const httpUrls = makeExactValidator<readonly string[]>((input) => urlsOf(input, ['http:']));
/** `nats://host:port`, several separated by commas. */
export const brokerUrls = makeExactValidator<string>((input) => urlsOf(input, ['nats:', 'tls:']).join(','));
/** The URL of a PostgreSQL database. */
export const databaseUrl = makeExactValidator<string>((input) => {
  const [url = '', ...more] = urlsOf(input, ['postgresql:', 'postgres:']);
  if (more.length > 0) throw new EnvError('expected one URL');
  return url;
});
/** Text that must not be empty. */
export const text = makeExactValidator<string>((input) => {
  if (input.trim() === '') throw new EnvError('must not be empty');
  return input;
});
/** An `http` or `https` URL. */
export const httpUrl = makeExactValidator<URL>(httpUrlOf);
/** The same, or empty. */
export const httpUrlOrEmpty = makeExactValidator<URL | ''>((input) => (input.trim() === '' ? '' : httpUrlOf(input)));
/** `name=value`, several separated by commas, values percent-encoded; may be empty. They are not repeated: they may be secret. */
export const headerList = makeExactValidator<Readonly<Record<string, string>>>((input) => {
  const list = input.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    list.map((pair) => {
      const [, name, value] = /^\s*([!#$%&'*+.^`|~\w-]+)\s*=(.*)$/s.exec(pair) ?? [];
      if (name === undefined) throw new EnvError('expected name=value, several separated by commas');
      try {
        return [name, decodeURIComponent((value as string).trim())];
      } catch {
        throw new EnvError(`the value of ${name} is not percent-encoded as it should be`);
      }
    }),
  );
});
/** A number from 0 to 1. */
export const ratio = makeValidator((input) => {
  const value = Number(input);
  if (input.trim() === '' || !(value >= 0 && value <= 1)) throw new EnvError(`expected a number from 0 to 1, got '${input}'`);
  return value;
});
/** The path of a text file; the setting is what `read` makes of its text. `read` throws an Error that says what is wrong with it. */
export const fileHolding = <T>(read: (text: string) => T) =>
  makeExactValidator<T>((input) => {
    let content: string;
    try {
      content = readFileSync(input, 'utf8');
    } catch (error) {
      throw new EnvError(`the file '${input}' can't be read (${(error as NodeJS.ErrnoException).code})`);
    }
    try {
      return read(content);
    } catch (error) {
      throw new EnvError(`the file '${input}': ${(error as Error).message}`);
    }
  });
/** The path of a text file; the setting is what is in it. */
export const fileText = fileHolding((content) => content);
export const logLevel = () => str({ choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], default: 'info' });
export { bool as flag, str as oneWord };

function httpUrlOf(input: string): URL {
  const parsed = URL.canParse(input) ? new URL(input) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') throw new EnvError(`'${input}' is not an http or https URL`);
  return parsed;
}

/** A whole number of milliseconds, from 1 to `maxMs`. */
export function durationUpToMs(maxMs: number) {
  return makeValidator((input) => wholeNumber(input, 1, maxMs, 'milliseconds'));
}

function wholeNumber(input: string, min: number, max: number, what: string): number {
  const value = Number(input);
  if (!/^-?\d+$/.test(input.trim()) || value < min || value > max) {
    throw new EnvError(`expected ${what}: a whole number from ${min} to ${max}, got '${input}'`);
  }
  return value;
}

/** The URLs are not repeated: they may hold a password. */
function urlsOf(input: string, protocols: readonly string[]): string[] {
  const list = input
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const fits = (item: string) =>
    URL.canParse(item) && protocols.includes(new URL(item).protocol) && new URL(item).hostname !== '';
  if (list.length === 0 || !list.every(fits)) throw new EnvError(`expected a URL such as ${protocols[0]}//host:port`);
  return list;
}

/** Settings that do not fit: `message` names every one of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** What is wrong with each. */
  constructor(mistakes: Readonly<Record<string, string>>) {
    super(
      ['These settings do not fit:', ...Object.entries(mistakes).map(([name, mistake]) => `  ${name}: ${mistake}`)].join('\n'),
    );
  }
}

/**
 * Reads a service's settings from the environment: one frozen object, nothing optional that has a default. Each may be given by a file
 * in its place, `NATS_URL_FILE` for `NATS_URL`: what is secret is then in no environment. `contradictions` names settings that do
 * not fit each other.
 * @throws SettingsError naming every mistake at once, one a line.
 */
export function readSettings<S extends Parameters<typeof cleanEnv>[1]>(
  environment: NodeJS.ProcessEnv,
  specs: S,
  contradictions: (environment: NodeJS.ProcessEnv) => Readonly<Record<string, string>> = () => ({}),
) {
  const { given, mistakes } = withFiles(environment, Object.keys(specs as object));
  return cleanEnv(given, specs, {
    reporter: ({ errors }) => {
      const unfit = Object.entries(errors).map(
        ([name, error]) => [name, given[name] === undefined ? 'is missing' : (error as Error).message] as const,
      );
      const all = { ...contradictions(given), ...Object.fromEntries(unfit), ...mistakes };
      if (Object.keys(all).length > 0) throw new SettingsError(all);
    },
  });
}

/** Returns the environment with the texts of files as settings, and what is wrong with how settings are given, by name. */
function withFiles(environment: NodeJS.ProcessEnv, names: readonly string[]) {
  const given = { ...environment };
  const mistakes: Record<string, string> = {};
  for (const name of names) {
    const file = environment[`${name}_FILE`];
    if (file === undefined || names.includes(`${name}_FILE`)) continue;
    if (environment[name] !== undefined) {
      mistakes[name] = `is given twice: remove it or ${name}_FILE`;
      continue;
    }
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      mistakes[name] = `the file '${file}' that ${name}_FILE names can't be read (${(error as NodeJS.ErrnoException).code})`;
    }
  }
  return { given, mistakes };
}
