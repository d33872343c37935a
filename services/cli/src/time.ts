const units = [
  ['d', 24 * 60 * 60 * 1000],
  ['h', 60 * 60 * 1000],
  ['min', 60 * 1000],
  ['s', 1000],
] as const;

/** Returns a duration in one unit: `12 ms`, `3 s`, `4 min`, `5 h`, `6 d`. */
export function duration(ms: number): string {
  const [name, unitMs] = units.find(([, unit]) => ms >= unit) ?? ['ms', 1];
  return `${Math.floor(ms / unitMs)} ${name}`;
}

/** Returns how long ago a time (RFC 3339) was. A clock that is behind the server's shows 0 ms, never a time to come. */
export function ago(time: string, nowMs = Date.now()): string {
  return `${duration(Math.max(0, nowMs - Date.parse(time)))} ago`;
}

/** Returns a time (RFC 3339) to the second, as people read it. */
export function moment(time: string): string {
  return time.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
}
