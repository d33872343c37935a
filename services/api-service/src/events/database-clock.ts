import { type Database, sql } from '@gatecast/database';

/** The answer that came soonest says it best: it is wrong by half its time at most. */
const questions = 5;

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
      let shortestMs = Number.POSITIVE_INFINITY;
      for (let question = 0; question < questions; question += 1) {
        const askedMs = performance.now();
        const [row] = await database.query<{ nowMs: number }>(sql`
          SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`);
        const answeredMs = performance.now();
        if (!row || answeredMs - askedMs >= shortestMs) continue;
        shortestMs = answeredMs - askedMs;
        aheadMs = row.nowMs - (askedMs + answeredMs) / 2;
      }
    },
  };
}
