import type { Revision, StreamEvent } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { LogIdentity } from './log-epoch.js';

const encoder = new TextEncoder();

/**
 * Takes back published heads that are beyond the organization's head: they were stored by a relay that did not know yet that the
 * database had been set back, and would keep the next events from being published.
 */
export async function takeBackPublishedHeads(database: Database): Promise<void> {
  await database.query(sql`
    UPDATE published_heads AS published SET revision = heads.revision FROM organization_heads AS heads
    WHERE heads.organization_id = published.organization_id AND heads.revision < published.revision`);
}

/** Returns how far each organization's events are published, for those that have any. */
export async function publishedHeads(database: Database): Promise<Map<string, Revision>> {
  const rows = await database.query<{ organizationId: string; revision: Revision }>(sql`
    SELECT organization_id AS "organizationId", revision FROM published_heads`);
  return new Map(rows.map(({ organizationId, revision }) => [organizationId, revision]));
}

/**
 * Stores how far organizations' events are published; never backwards. Nothing when it may be another log by now: those revisions are
 * not its own. (The lock makes it wait for whoever is just beginning a log epoch.)
 */
export async function storePublishedHeads(
  database: Database,
  { logEpoch, serverStartedAt }: LogIdentity,
  heads: ReadonlyMap<string, Revision>,
): Promise<void> {
  await database.query(sql`
    WITH same AS (SELECT FROM log_epoch WHERE epoch = ${logEpoch} AND pg_postmaster_start_time()::text = ${serverStartedAt} FOR SHARE)
    INSERT INTO published_heads (organization_id, revision)
    SELECT heads.organization_id, heads.revision
    FROM same, unnest(${[...heads.keys()]}::uuid[], ${[...heads.values()]}::bigint[]) AS heads (organization_id, revision)
    ON CONFLICT (organization_id) DO UPDATE SET revision = GREATEST(published_heads.revision, EXCLUDED.revision)`);
}

/** Returns the organizations whose head is ahead of what is stored as published. */
export async function organizationsWithUnpublished(database: Database): Promise<string[]> {
  const rows = await database.query<{ organizationId: string }>(sql`
    SELECT heads.organization_id AS "organizationId"
    FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
    WHERE heads.revision > COALESCE(published.revision, 0)`);
  return rows.map(({ organizationId }) => organizationId);
}

/** Returns for each organization with recent events the revision before the first of them. */
export async function headsBefore(database: Database, recentMs: number): Promise<Map<string, Revision>> {
  const rows = await database.query<{ organizationId: string; revision: Revision }>(sql`
    SELECT organization_id AS "organizationId", min(revision) - 1 AS revision FROM events
    WHERE committed_at > clock_timestamp() - ${recentMs} * interval '1 millisecond'
    GROUP BY organization_id`);
  return new Map(rows.map(({ organizationId, revision }) => [organizationId, revision]));
}

export interface ReadLimits {
  readonly events: number;
  readonly bytes: number;
}

export interface UnpublishedEvents {
  /** In each organization's order. */
  readonly events: StreamEvent[];
  /** These may have more. */
  readonly unfinished: string[];
  /** Of the log that they were read from; undefined: there are none. */
  readonly identity: LogIdentity | undefined;
}

type Row = Omit<StreamEvent, 'frame'> & Pick<LogIdentity, 'serverStartedAt'> & { readonly frame: string };

/**
 * Returns the next events of some organizations after what each has published. Each organization gets its share of the limits, so
 * that one with a long backlog holds up nobody, and no more is read than is returned. At least one event if there is any; the last
 * one may go beyond the bytes.
 */
export async function readUnpublished(
  database: Database,
  after: ReadonlyMap<string, Revision>,
  limits: ReadLimits,
): Promise<UnpublishedEvents> {
  const share = Math.max(1, Math.floor(limits.events / after.size));
  const rows = await database.query<Row>(sql`
    SELECT (SELECT epoch FROM log_epoch) AS "logEpoch", pg_postmaster_start_time()::text AS "serverStartedAt", "correlationId", "organizationId", "gatewayId", revision, entity, type, action, "committedAtMs", frame, traceparent
    FROM (
      SELECT next.*, next.revision - published.revision AS turn,
             sum(octet_length(next.frame)) OVER (ORDER BY next.revision - published.revision, next."organizationId")
               - octet_length(next.frame) AS before
      FROM unnest(${[...after.keys()]}::uuid[], ${[...after.values()]}::bigint[]) AS published (organization_id, revision)
      CROSS JOIN LATERAL (
        SELECT events.id AS "correlationId", events.organization_id AS "organizationId", events.gateway_id AS "gatewayId",
               events.revision, events.entity_type || ':' || events.entity_id AS entity, events.type, events.action,
               (extract(epoch FROM events.committed_at) * 1000)::float8 AS "committedAtMs", events.frame, events.traceparent
        FROM events
        WHERE events.organization_id = published.organization_id AND events.revision > published.revision
        ORDER BY events.revision
        LIMIT ${share}
      ) AS next
    ) AS candidates
    WHERE before < ${limits.bytes}
    ORDER BY turn, "organizationId"
    LIMIT ${limits.events}`);
  const events = rows.map(({ serverStartedAt: _, ...row }) => ({ ...row, frame: encoder.encode(row.frame) }));
  const bytes = events.reduce((sum, { frame }) => sum + frame.byteLength, 0);
  const counts = new Map<string, number>();
  for (const { organizationId } of events) counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
  const unfinished = [...after.keys()].filter((id) => bytes >= limits.bytes || counts.get(id) === share);
  return { events, unfinished, identity: rows[0] };
}
