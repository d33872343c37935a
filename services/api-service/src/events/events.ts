import { type Action, type EntityType, isUuid, type Kind, type Revision, type StatusReason } from '@gatecast/contracts';
import { type Database, type Sql, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { findGateway } from '../gateways/find.js';

/** The outcome of a decision. */
export type EventOutcome = 'DEPLOYED' | 'UNDEPLOYED' | 'FAILED';

/** An event of the log with its life, as of one snapshot. */
export interface LoggedEvent {
  readonly revision: Revision;
  readonly correlationId: string;
  readonly type: string;
  readonly action: Action;
  readonly entityType: EntityType;
  readonly entityId: string;
  /** Of an artifact, also of one that is gone. */
  readonly kind: Kind | null;
  /** Null: it has none, or is gone. */
  readonly entityHandle: string | null;
  /** The gateway's id, its UUID when it is gone; null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  readonly actor: string | null;
  readonly committedAt: Date;
  readonly isPublished: boolean;
  /** Of events for one gateway, by its cursor. */
  readonly isWritten: boolean;
  readonly isConfirmed: boolean;
  /** Of decisions: a later one took its place. */
  readonly isSuperseded: boolean;
  readonly outcome: EventOutcome | null;
  readonly reason: StatusReason | null;
  readonly publishedAt: Date | null;
  readonly writtenAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly settledAt: Date | null;
  /** Of events for every gateway. */
  readonly gateways?: { readonly total: number; readonly written: number; readonly confirmed: number };
}

/** What the event log is asked for. */
export interface EventQuery {
  /** A gateway's handle: its own events and those for every gateway. */
  readonly gatewayId?: string;
  readonly kind?: Kind;
  /** An artifact's handle, or the UUID of something that may be gone. */
  readonly artifactId?: string;
  readonly type?: string;
  readonly actor?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly before?: Revision;
  readonly limit: number;
}

export interface EventPage {
  /** The newest first. */
  readonly events: readonly LoggedEvent[];
  /** There may be more before this revision; undefined: that was all. */
  readonly nextBefore?: Revision;
}

/** Events after a position, for those who follow the log. */
export interface EventStretch {
  /** In revision order. */
  readonly events: readonly LoggedEvent[];
  readonly logEpoch: string;
  /** Nothing else is asked for through this revision. */
  readonly through: Revision;
  readonly head: Revision;
  readonly trimmedThrough: Revision;
}

/** What narrows a stretch. */
export interface EventFilter {
  /** The gateway's UUID: its own events and those for every gateway. */
  readonly gatewayUuid?: string;
  readonly type?: string;
}

export type Events = ReturnType<typeof createEvents>;

/** How many revisions are looked through for one answer, however few of them match. */
const lookedThroughMax = 50_000;

/** Creates the reading of event logs. Every call stays within one organization. */
export function createEvents(database: Pick<Database, 'query'>) {
  /** Returns head and trim of an organization's log, and its epoch. */
  async function bounds(organizationId: string): Promise<Omit<EventStretch, 'events' | 'through'>> {
    const [row] = await database.query<Omit<EventStretch, 'events' | 'through'>>(sql`
      SELECT log_epoch.epoch AS "logEpoch", heads.revision AS head, heads.trimmed_through AS "trimmedThrough"
      FROM log_epoch CROSS JOIN organization_heads AS heads WHERE heads.organization_id = ${organizationId}`);
    if (!row) throw apiError('ORGANIZATION_NOT_FOUND', "The token's organization does not exist any more.");
    return row;
  }

  /**
   * Returns the last revision that was committed by an instant, by halving: revisions have no gaps and their order is the order of
   * the commits.
   */
  async function revisionAt(
    organizationId: string,
    at: Date,
    { trimmedThrough, head }: { trimmedThrough: number; head: number },
  ) {
    const [row] = await database.query<{ revision: Revision }>(sql`
      WITH RECURSIVE halving (low, high) AS (
        SELECT ${trimmedThrough}::bigint, ${head}::bigint
        UNION ALL
        SELECT CASE WHEN events.committed_at <= ${at} THEN events.revision ELSE low END,
          CASE WHEN events.committed_at <= ${at} THEN high ELSE events.revision - 1 END
        FROM halving JOIN events ON events.organization_id = ${organizationId} AND events.revision = (low + high + 1) / 2
        WHERE low < high
      )
      SELECT max(low) AS revision FROM halving`);
    return row?.revision ?? head;
  }

  /** Returns the conditions that an artifact and its kind put on events. */
  async function aboutArtifact(organizationId: string, { kind, artifactId }: EventQuery): Promise<Sql[]> {
    const ofKind = kind === undefined ? [] : [sql`events.entity_type = 'artifact' AND ${kindOf} = ${kind}`];
    if (artifactId === undefined) return ofKind;
    const found = await database.query<{ id: string }>(sql`
      SELECT id FROM artifacts WHERE organization_id = ${organizationId} AND handle = ${artifactId}
        AND (${kind ?? null}::text IS NULL OR kind = ${kind ?? null})`);
    const ids = [...found.map(({ id }) => id), ...(isUuid(artifactId) ? [artifactId] : [])];
    return [sql`events.entity_id = ANY(${ids}::uuid[])`, ...ofKind];
  }

  async function read(
    organizationId: string,
    { gatewayUuid, conditions }: { readonly gatewayUuid: string | undefined; readonly conditions: readonly Sql[] },
    order: 'ASC' | 'DESC',
    limit: number,
  ): Promise<LoggedEvent[]> {
    const direction = order === 'ASC' ? sql`ASC` : sql`DESC`;
    const those = (whose: Sql) => sql`
      SELECT events.* FROM events WHERE ${[whose, ...conditions].reduce(
        (all, one) => sql`${all} AND ${one}`,
        sql`events.organization_id = ${organizationId}`,
      )}
      ORDER BY events.revision ${direction} LIMIT ${limit}`;
    // Both parts come in order from the index, however rare a gateway's events are.
    const found =
      gatewayUuid === undefined
        ? those(sql`true`)
        : sql`
          SELECT * FROM ((${those(sql`events.gateway_id = ${gatewayUuid}`)}) UNION ALL (${those(sql`events.gateway_id IS NULL`)})) AS both_parts
          ORDER BY revision ${direction} LIMIT ${limit}`;
    const events = await database.query<LoggedEvent>(withLife(organizationId, found, direction));
    return withCounts(organizationId, events);
  }

  /** Adds to events for every gateway how many have them. The one that came after an event needs not hear it and counts as if it had. */
  async function withCounts(organizationId: string, events: readonly LoggedEvent[]): Promise<LoggedEvent[]> {
    const common = events.filter(({ gatewayId }) => gatewayId === null).map(({ revision }) => revision);
    if (common.length === 0) return [...events];
    const rows = await database.query<{ revision: Revision; total: number; written: number; confirmed: number }>(sql`
      WITH cursors AS (
        SELECT count(*) AS total,
          coalesce(array_agg(cursor.confirmed ORDER BY cursor.confirmed) FILTER (WHERE cursor.log_epoch = log_epoch.epoch), '{}') AS confirmed,
          coalesce(array_agg(GREATEST(cursor.written, cursor.confirmed) ORDER BY GREATEST(cursor.written, cursor.confirmed))
            FILTER (WHERE cursor.log_epoch = log_epoch.epoch), '{}') AS written
        FROM gateways CROSS JOIN log_epoch LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id
        WHERE gateways.organization_id = ${organizationId}
      )
      SELECT asked.revision, cursors.total,
        cardinality(cursors.written) - width_bucket(asked.revision - 1, cursors.written) AS written,
        cardinality(cursors.confirmed) - width_bucket(asked.revision - 1, cursors.confirmed) AS confirmed
      FROM unnest(${common}::bigint[]) AS asked (revision) CROSS JOIN cursors`);
    const counts = new Map(rows.map(({ revision, ...gateways }) => [revision, gateways]));
    return events.map((event) => {
      const gateways = event.gatewayId === null ? counts.get(event.revision) : undefined;
      return gateways ? { ...event, gateways } : event;
    });
  }

  return {
    bounds,

    /**
     * Returns one page. A page may hold less than the limit, even nothing, although there is more before it: what is rare is looked for
     * among a bounded number of revisions. @throws HttpError 404 when there is no such gateway.
     */
    async list(organizationId: string, query: EventQuery): Promise<EventPage> {
      const limits = await bounds(organizationId);
      const gatewayUuid =
        query.gatewayId === undefined ? undefined : await findGateway(database, organizationId, query.gatewayId);
      const about = await aboutArtifact(organizationId, query);
      const after = query.from
        ? await revisionAt(organizationId, new Date(query.from.getTime() - 1), limits)
        : limits.trimmedThrough;
      const until = query.to ? await revisionAt(organizationId, query.to, limits) : limits.head;
      const through = Math.min(until, (query.before ?? limits.head + 1) - 1);
      // By these alone the index finds what matches, however far back.
      const isFound = gatewayUuid !== undefined || query.artifactId !== undefined;
      const isNarrow = query.type !== undefined || query.actor !== undefined || query.kind !== undefined;
      const lowest = isNarrow || !isFound ? Math.max(after, through - lookedThroughMax) : after;
      const conditions = [
        sql`events.revision > ${lowest} AND events.revision <= ${through}`,
        ...about,
        ...(query.type === undefined ? [] : [sql`events.type = ${query.type}`]),
        ...(query.actor === undefined ? [] : [sql`events.user_id = ${query.actor}`]),
      ];
      const events = await read(organizationId, { gatewayUuid, conditions }, 'DESC', query.limit);
      if (events.length === query.limit) {
        const last = (events.at(-1) as LoggedEvent).revision;
        return last > after + 1 ? { events, nextBefore: last } : { events };
      }
      return lowest > after ? { events, nextBefore: lowest + 1 } : { events };
    },

    /** @throws HttpError 404 when the log has no such event (any more). */
    async get(organizationId: string, correlationId: string): Promise<LoggedEvent> {
      const conditions = [sql`events.id = ${correlationId}`];
      const [event] = isUuid(correlationId) ? await read(organizationId, { gatewayUuid: undefined, conditions }, 'ASC', 1) : [];
      if (!event) throw apiError('EVENT_NOT_FOUND', `The event log has no event '${correlationId}', or has it no more.`);
      return event;
    },

    /**
     * Returns the next events after a revision, at most `limit`, looking through a bounded number of revisions.
     * @throws HttpError 404 when the organization is gone.
     */
    async after(organizationId: string, after: Revision, filter: EventFilter, limit: number): Promise<EventStretch> {
      const limits = await bounds(organizationId);
      const last = Math.min(limits.head, after + lookedThroughMax);
      const conditions = [
        sql`events.revision > ${after} AND events.revision <= ${last}`,
        ...(filter.type === undefined ? [] : [sql`events.type = ${filter.type}`]),
      ];
      const events = await read(organizationId, { gatewayUuid: filter.gatewayUuid, conditions }, 'ASC', limit);
      const through = events.length === limit ? (events.at(-1) as LoggedEvent).revision : last;
      return { events, through, ...limits };
    },
  };
}

/** The kind that an event's type names; null for events that are not about an artifact. */
const kindOf = sql`
  (CASE split_part(events.type, '.', 1)
    WHEN 'api' THEN 'RestApi' WHEN 'llmprovider' THEN 'LlmProvider' WHEN 'llmproxy' THEN 'LlmProxy' WHEN 'mcpproxy' THEN 'Mcp' END)`;

/**
 * Returns the statement that adds their lives to events. What is certain comes from the published head, the gateway's cursor and the
 * place whose decision it is; the times are what was observed, or else when it was noticed.
 */
function withLife(organizationId: string, found: Sql, direction: Sql): Sql {
  const isDecision = sql`events.entity_type = 'artifact' AND events.gateway_id IS NOT NULL AND events.type NOT LIKE '%.deleted'`;
  const isSettled = sql`place.status IN ('DEPLOYED', 'UNDEPLOYED', 'FAILED')`;
  return sql`
    SELECT events.revision, events.id AS "correlationId", events.type, events.action, events.entity_type AS "entityType",
      events.entity_id AS "entityId", CASE WHEN events.entity_type = 'artifact' THEN ${kindOf} END AS kind,
      CASE events.entity_type
        WHEN 'artifact' THEN (SELECT handle FROM artifacts WHERE artifacts.id = events.entity_id)
        WHEN 'key' THEN (SELECT handle FROM api_keys WHERE api_keys.id = events.entity_id)
        WHEN 'plan' THEN (SELECT handle FROM subscription_plans WHERE subscription_plans.id = events.entity_id)
        WHEN 'application' THEN (SELECT handle FROM applications WHERE applications.id = events.entity_id)
      END AS "entityHandle",
      coalesce(gateways.handle, events.gateway_id::text) AS "gatewayId", events.user_id AS actor, events.committed_at AS "committedAt",
      coalesce(published.revision >= events.revision, false) AS "isPublished",
      coalesce(cursor.log_epoch = log_epoch.epoch AND GREATEST(cursor.written, cursor.confirmed) >= events.revision, false) AS "isWritten",
      coalesce(cursor.log_epoch = log_epoch.epoch AND cursor.confirmed >= events.revision, false) AS "isConfirmed",
      ${isDecision} AND place.artifact_id IS NULL AS "isSuperseded",
      coalesce(CASE WHEN ${isSettled} THEN place.status END, observed.outcome) AS outcome,
      CASE WHEN ${isSettled} THEN place.status_reason ELSE observed.reason END AS reason,
      observed.published_at AS "publishedAt", coalesce(observed.written_at, place.written_at) AS "writtenAt",
      coalesce(observed.confirmed_at, place.receipt_at) AS "confirmedAt",
      coalesce(observed.settled_at, CASE WHEN ${isSettled} THEN place.updated_at END) AS "settledAt"
    FROM (${found}) AS events
    CROSS JOIN log_epoch
    LEFT JOIN published_heads AS published ON published.organization_id = ${organizationId}
    LEFT JOIN gateways ON gateways.id = events.gateway_id
    LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = events.gateway_id
    LEFT JOIN artifact_gateways AS place ON place.artifact_id = events.entity_id AND place.gateway_id = events.gateway_id
      AND place.correlation_id = events.id
    LEFT JOIN deliveries AS observed ON observed.organization_id = ${organizationId} AND observed.revision = events.revision
      AND observed.correlation_id = events.id
    ORDER BY events.revision ${direction}`;
}
