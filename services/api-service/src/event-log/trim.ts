import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

export interface TrimOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How long events are kept. */
  readonly eventsMs: number;
  /** How long it is remembered that an artifact was deleted. */
  readonly tombstonesMs: number;
}

const deletedAtOnce = 5_000;

/**
 * Trims each organization's event log by age, never what is not published. First `trimmed_through` says so, in a statement of its
 * own (it shares its row with the head, which commits wait for); then the rows go, with what was observed of their way. Whoever is behind it needs a full resync. By the
 * database's clock; any number of replicas may do it.
 */
export async function trimEventLog({ database, logger, eventsMs, tombstonesMs }: TrimOptions): Promise<void> {
  const trimmed = await database.query<{ organizationId: string; through: number }>(sql`
    UPDATE organization_heads AS heads SET trimmed_through = old.through
    FROM (
      SELECT organization_id, LEAST(published.revision, COALESCE(kept.first - 1, head.revision)) AS through
      FROM organization_heads AS head
      JOIN published_heads AS published USING (organization_id)
      LEFT JOIN LATERAL (
        SELECT min(revision) AS first FROM events
        WHERE events.organization_id = head.organization_id AND events.revision > head.trimmed_through
          AND events.committed_at >= clock_timestamp() - ${eventsMs} * interval '1 millisecond'
      ) AS kept ON true
      WHERE head.revision > head.trimmed_through
    ) AS old
    WHERE heads.organization_id = old.organization_id AND heads.trimmed_through < old.through
    RETURNING heads.organization_id AS "organizationId", old.through`);
  for (const row of trimmed) logger.info({ organizationId: row.organizationId, revision: row.through }, 'event log trimmed');

  // By organization, from its first revision on (none is missing after that) and each with a limit of its own: however many it expects,
  // PostgreSQL then reads no more of the event log than it deletes.
  for (let deleted = deletedAtOnce; deleted === deletedAtOnce; ) {
    const rows = await database.query(sql`
      WITH old AS (
        DELETE FROM events WHERE (organization_id, revision) IN (
          SELECT trimmed.organization_id, trimmed.revision
          FROM organization_heads AS heads
          CROSS JOIN LATERAL (
            SELECT min(revision) AS revision FROM events WHERE events.organization_id = heads.organization_id
          ) AS first
          CROSS JOIN LATERAL (
            SELECT organization_id, revision FROM events
            WHERE events.organization_id = heads.organization_id AND events.revision >= first.revision
              AND events.revision <= LEAST(heads.trimmed_through, first.revision + ${deletedAtOnce} - 1)
            LIMIT ${deletedAtOnce}
          ) AS trimmed
          LIMIT ${deletedAtOnce})
        RETURNING organization_id, revision
      ), observed AS (
        DELETE FROM deliveries USING old WHERE (deliveries.organization_id, deliveries.revision) = (old.organization_id, old.revision)
      )
      SELECT 1 FROM old`);
    deleted = rows.length;
  }
  await database.query(
    sql`DELETE FROM tombstones WHERE deleted_at < clock_timestamp() - ${tombstonesMs} * interval '1 millisecond'`,
  );
}
