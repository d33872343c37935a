import { invalid } from '../errors.js';
import { futureInstant, latestMs } from '../instants.js';

export const durationUnits = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months'] as const;

/** When a key shall end, as a caller says it: at an instant, or after a while. */
export interface Expiry {
  /** RFC 3339. */
  readonly expiresAt?: string;
  readonly expiresIn?: { readonly duration: number; readonly unit: (typeof durationUnits)[number] };
}

const unitMs = { seconds: 1_000, minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 } as const;

/** Returns when a key ends, in whole seconds; null: never. `now` is by the database's clock. @throws HttpError 400 */
export function expiryOf({ expiresAt, expiresIn }: Expiry, now: Date): Date | null {
  if (expiresAt !== undefined && expiresIn !== undefined)
    throw invalid([{ field: 'expiresIn', message: 'contradicts expiresAt: send one of them' }]);
  if (expiresAt !== undefined) return futureInstant('expiresAt', expiresAt, now);
  if (expiresIn === undefined) return null;
  const { duration, unit } = expiresIn;
  const end = new Date(now);
  if (unit === 'months') end.setUTCMonth(end.getUTCMonth() + duration);
  else end.setTime(end.getTime() + duration * unitMs[unit]);
  if (!(end.getTime() <= latestMs)) throw invalid([{ field: 'expiresIn', message: 'ends after the year 9999: choose less' }]);
  return end;
}
