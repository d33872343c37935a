import { type Queryable, sql } from '@gatecast/database';
import { until } from './until.js';

/** Resolves when a statement in this database waits for a lock. */
export async function untilSomebodyWaits(database: Queryable): Promise<void> {
  const waiting = () =>
    database.query(sql`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  await until(async () => (await waiting()).length).toBeGreaterThan(0);
}
