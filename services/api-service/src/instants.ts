import { type Queryable, sql } from '@gatecast/database';
import { invalid } from './errors.js';

/** Gateways read four digits of a year. */
export const latestMs = Date.UTC(9999, 11, 31);

/** Returns the database's clock, in whole seconds, which is all that gateways are told. */
export async function databaseNow(source: Queryable): Promise<Date> {
  const [row] = await source.query<{ now: Date }>(sql`SELECT date_trunc('second', clock_timestamp()) AS now`);
  if (!row) throw new Error('The database told no time.');
  return row.now;
}

/** Returns an instant in whole seconds, which is all that gateways are told. @throws HttpError 400 when it is not in the future. */
export function futureInstant(field: string, text: string, now: Date): Date {
  const at = Math.floor(Date.parse(text) / 1000) * 1000;
  if (at <= now.getTime()) throw invalid([{ field, message: `is not in the future: it is ${now.toISOString()} now` }]);
  if (at > latestMs) throw invalid([{ field, message: 'is after the year 9999: choose an earlier one' }]);
  return new Date(at);
}
