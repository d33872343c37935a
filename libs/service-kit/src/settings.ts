import { readFileSync } from 'node:fs';
import { bool, cleanEnv, EnvError, makeExactValidator, makeValidator, str, url } from 'envalid';

/** A whole number of milliseconds, at least 1. */
export const durationMs = makeValidator((input) => wholeNumber(input, 1, 2 ** 31 - 1, 'milliseconds'));
/** How long something is kept, in milliseconds, at least 1; may be longer than any timer runs. */
export const retentionMs = makeValidator((input) => wholeNumber(input, 1, Number.MAX_SAFE_INTEGER, 'milliseconds'));
/** A whole number, at least 1: limits, counts, sizes. */
export const count = makeValidator((input) => wholeNumber(input, 1, Number.MAX_SAFE_INTEGER, 'a count'));
/** A TCP port; 0 lets the system choose. */
export const portNumber = makeValidator((input) => wholeNumber(input, 0, 65_535, 'a port'));
/** A comma-separated list of URLs, at least one. */
export const urls = makeExactValidator<readonly string[]>((input) => {
  const list = input
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  if (list.length === 0) throw new EnvError('expected at least one URL');
  for (const item of list) if (!URL.canParse(item)) throw new EnvError(`'${item}' is not a URL`);
  return list;
});
/** Text that must not be empty. */
export const text = makeExactValidator<string>((input) => {
  if (input.trim() === '') throw new EnvError('must not be empty');
  return input;
});
/** An `http` or `https` URL. */
export const httpUrl = makeExactValidator<URL>((input) => {
  const parsed = URL.canParse(input) ? new URL(input) : undefined;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') throw new EnvError(`'${input}' is not an http or https URL`);
  return parsed;
});
/** The path of a text file; the setting is what is in it. */
export const fileText = makeExactValidator<string>((input) => {
  try {
    return readFileSync(input, 'utf8');
  } catch (error) {
    throw new EnvError(`the file '${input}' can't be read (${(error as NodeJS.ErrnoException).code})`);
  }
});
export const logLevel = () => str({ choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], default: 'info' });
export { bool as flag, str as oneWord, url };

function wholeNumber(input: string, min: number, max: number, what: string): number {
  const value = Number(input);
  if (!/^-?\d+$/.test(input.trim()) || value < min || value > max) {
    throw new EnvError(`expected ${what}: a whole number from ${min} to ${max}, got '${input}'`);
  }
  return value;
}

/** Settings that do not fit: `message` names every one of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/**
 * Reads a service's settings from the environment: one frozen object, nothing optional that has a default.
 * @throws SettingsError naming every mistake at once, one a line.
 */
export function readSettings<S extends Parameters<typeof cleanEnv>[1]>(environment: NodeJS.ProcessEnv, specs: S) {
  return cleanEnv(environment, specs, {
    reporter: ({ errors }) => {
      const lines = Object.entries(errors).map(
        ([name, error]) => `  ${name}: ${environment[name] === undefined ? 'is missing' : (error as Error).message}`,
      );
      if (lines.length > 0) throw new SettingsError(`These settings do not fit:\n${lines.join('\n')}`);
    },
  });
}
