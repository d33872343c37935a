import { type Database, sql } from '@gatecast/database';

export interface DatabaseClock {
  /** Milliseconds since 1970 as the database's clock has it now; by this machine's clock until it was measured. */
  nowMs(): number;
  /** Compares the clocks anew. */
  measure(): Promise<void>;
}

/**
 * Creates the database's clock as it can be read without asking: what several processes saw gets its times by one clock. Between measures it
 * goes by what passes here, whatever is done to this machine's time of day.
 */
export function createDatabaseClock(database: Pick<Database, 'query'>): DatabaseClock {
  let aheadMs = performance.timeOrigin;
  return {
    nowMs: () => performance.now() + aheadMs,
    async measure() {
      const askedMs = performance.now();
      const [row] = await database.query<{ nowMs: number }>(sql`
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`);
      if (row) aheadMs = row.nowMs - (askedMs + performance.now()) / 2;
    },
  };
}
