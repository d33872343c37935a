/** Returns the time in milliseconds since 1970, with a fraction. It goes on evenly when somebody sets the machine's clock. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
