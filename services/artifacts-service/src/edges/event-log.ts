import type { Action, EventLogReply, EventLogRequest, LoggedEvent, Revision } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';

/** A page as JSON stays below the broker's usual message limit of 1 MiB. */
const pageBytesMax = 900 * 1024;
const pageEventsMax = 2_000;
/** Of so many gateways each has its events read by themselves; of more, all events are looked through. */
const gatewaysApartMax = 16;
/** How many events are looked through for one page. */
const lookedThroughMax = 20_000;

interface Row {
  readonly logEpoch: string;
  readonly head: number;
  readonly trimmedThrough: number;
  /** How many events are in reach of this page, before its bytes are counted. */
  readonly inReach: number;
  readonly correlationId: string | null;
  readonly gatewayId: string | null;
  readonly revision: number;
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
  readonly committedAtMs: number;
  readonly frame: string;
  readonly traceparent: string | null;
}

/**
 * Answers one page of an organization's event log, of what concerns some gateways when they are named. One event always fits, whatever
 * its size. The page never claims to cover what is beyond the head.
 * @throws Error when there is no such organization: that is not the same as having no events.
 */
export async function readEventLog(database: Queryable, request: EventLogRequest): Promise<EventLogReply> {
  const { organizationId, after } = request;
  const rows = await database.query<Row>(sql`
    SELECT e.epoch AS "logEpoch", h.revision AS head, h.trimmed_through AS "trimmedThrough", coalesce(page.in_reach, 0) AS "inReach",
      page.id AS "correlationId", page.gateway_id AS "gatewayId", page.revision, page.entity_type || ':' || page.entity_id AS entity, page.type, page.action,
      (extract(epoch FROM page.committed_at) * 1000)::float8 AS "committedAtMs", page.frame, page.traceparent
    FROM log_epoch e
    JOIN organization_heads h ON h.organization_id = ${organizationId}
    LEFT JOIN LATERAL (
      SELECT reach.*, count(*) OVER () AS in_reach, row_number() OVER (ORDER BY reach.revision) AS position,
        sum(octet_length(reach.frame)) OVER (ORDER BY reach.revision) AS bytes
      FROM (${eventsInReach(request)}) AS reach
    ) AS page ON page.position = 1 OR page.bytes <= ${pageBytesMax}
    ORDER BY page.revision`);
  const [first] = rows;
  if (!first) throw new Error('There is no such organization, or the database has no log epoch.');

  const events = fitting(rows.filter(({ correlationId }) => correlationId !== null));
  const isWhole = events.length === first.inReach && events.length < pageEventsMax;
  return {
    logEpoch: first.logEpoch,
    trimmedThrough: first.trimmedThrough,
    through: isWhole ? Math.min(reachOf(request, first.trimmedThrough), first.head) : (events.at(-1)?.revision ?? after),
    events,
  };
}

/**
 * How far a page can reach: what concerns many gateways is looked for among all events, and that has its limit. What concerns few is
 * found by the index, however rare it is.
 */
function reachOf({ gatewayIds, after, through }: EventLogRequest, trimmedThrough: Revision): Revision {
  if (gatewayIds === undefined || gatewayIds.length <= gatewaysApartMax) return through;
  return Math.min(through, Math.max(after, trimmedThrough) + lookedThroughMax);
}

/** The first events asked for, of what is not trimmed. */
function eventsInReach({ organizationId, gatewayIds, after, through }: EventLogRequest): Sql {
  const range = (whose: Sql, until: Sql) => sql`
    SELECT id, gateway_id, revision, entity_type, entity_id, type, action, committed_at, frame, traceparent FROM events
    WHERE organization_id = ${organizationId} AND ${whose} AND revision > greatest(${after}, h.trimmed_through) AND revision <= ${until}
    ORDER BY revision LIMIT ${pageEventsMax}`;
  if (gatewayIds === undefined) return range(sql`true`, sql`${through}`);
  if (gatewayIds.length > gatewaysApartMax) {
    return range(
      sql`(gateway_id IS NULL OR gateway_id = ANY(${gatewayIds}::uuid[]))`,
      sql`least(${through}, greatest(${after}, h.trimmed_through) + ${lookedThroughMax})`,
    );
  }
  return sql`
    SELECT * FROM (
      SELECT own.* FROM unnest(${gatewayIds}::uuid[]) AS asked (id) CROSS JOIN LATERAL (${range(sql`gateway_id = asked.id`, sql`${through}`)}) AS own
      UNION ALL (${range(sql`gateway_id IS NULL`, sql`${through}`)})
    ) AS concerning ORDER BY revision LIMIT ${pageEventsMax}`;
}

/** Frames grow when they become strings in JSON, so the page is measured as it will travel. */
function fitting(rows: readonly Row[]): LoggedEvent[] {
  const events: LoggedEvent[] = [];
  let bytes = 256;
  for (const { correlationId, gatewayId, revision, entity, type, action, committedAtMs, frame, traceparent } of rows) {
    const event: LoggedEvent = {
      correlationId: correlationId as string,
      gatewayId,
      revision,
      entity,
      type,
      action,
      committedAtMs,
      frame,
      ...(traceparent !== null && { traceparent }),
    };
    bytes += Buffer.byteLength(JSON.stringify(event)) + 1;
    if (events.length > 0 && bytes > pageBytesMax) break;
    events.push(event);
  }
  return events;
}
