import { serverNowMs } from './server-time.js';

const units: readonly [unit: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** Returns a duration for people in one unit: `4 ms`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function durationText(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['ms', 1];
  return `${Math.floor(ms / size)} ${unit}`;
}

/** Returns how long ago a time was: `now`, `12 s ago`, `3 min ago`. */
export function agoText(time: string): string {
  const ms = serverNowMs() - Date.parse(time);
  return ms < 1_000 ? 'now' : `${durationText(ms)} ago`;
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hour12: false });

/** Returns a time of day: `20:14:05`. */
export function clockText(time: string | number): string {
  return clock.format(new Date(time));
}

/** Returns a date with its time of day, for where there is room. */
export function fullTimeText(time: string): string {
  return full.format(new Date(time));
}

/** Returns the milliseconds between two times, with one digit below ten. */
export function betweenText(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  return ms < 1_000 ? `${ms} ms` : durationText(ms);
}
