import { preload } from './preload.js';

/** Returns the settings by process that make its clock wrong by so many seconds. */
export function clocksApart(
  offsetsSeconds: Readonly<Record<string, number>>,
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const module = import.meta.resolve('./wrong-clock.js');
  return Object.fromEntries(Object.entries(offsetsSeconds).map(([name, seconds]) => [name, preload(module, seconds)]));
}
