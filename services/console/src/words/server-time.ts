/** How far the server's clock is ahead of this computer's, as its last answers said. */
let aheadMs = 0;

/** Takes notice of an answer's `Date` header. It counts whole seconds, so that smaller differences mean nothing. */
export function noticeServerTime(header: string | null): void {
  const differenceMs = header ? Date.parse(header) + 500 - Date.now() : Number.NaN;
  if (Number.isNaN(differenceMs)) return;
  aheadMs = Math.abs(differenceMs) < 2_000 ? 0 : differenceMs;
}

/** Returns the time of the server's clock, in milliseconds since 1970: ages are told by the clock that set the times. */
export function serverNowMs(): number {
  return Date.now() + aheadMs;
}
