import { type Queryable, sql } from '@gatecast/database';

export interface Backlog {
  /** Committed events that are not known to be published. */
  readonly events: number;
  /** By the database's clock; 0 without any. */
  readonly oldestAgeMs: number;
}

/** Returns how much the relay has before it, whichever replica's it is. */
export async function readBacklog(database: Queryable): Promise<Backlog> {
  const [row] = await database.query<{ events: number; oldestAgeMs: number }>(sql`
    SELECT coalesce(sum(heads.revision - coalesce(published.revision, 0)), 0)::float8 AS events,
      coalesce(extract(epoch FROM clock_timestamp() - min(oldest.committed_at)) * 1000, 0)::float8 AS "oldestAgeMs"
    FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
    LEFT JOIN LATERAL (
      SELECT committed_at FROM events
      WHERE events.organization_id = heads.organization_id AND events.revision > coalesce(published.revision, 0)
      ORDER BY events.revision LIMIT 1
    ) AS oldest ON true
    WHERE heads.revision > coalesce(published.revision, 0)`);
  return row ?? { events: 0, oldestAgeMs: 0 };
}
