import type { Kind, Revision, StatusReason } from '@gatecast/contracts';
import { type Database, type Sql, sql } from '@gatecast/database';
import { findGateway, gatewayNotFound } from '../gateways/find.js';
import { edgeIsLive } from '../gateways/gateways.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { driftedForMs, isDrifted } from './drift.js';
import { cursorOf, eventsBehind, lagsOf, logOf, oldestBehindMs } from './lag.js';
import { idOrNameContains } from './text-filter.js';

export interface ConnectionStatus {
  readonly edgeId: string;
  /** RFC 3339. */
  readonly connectedAt: string;
  readonly remoteAddress: string;
}

/** A gateway's verdict on an artifact. `at`: when it was applied here, RFC 3339. */
interface Verdict {
  readonly artifact: { readonly kind: Kind; readonly id: string };
  readonly at: string;
}

/** Where a gateway stands, as of one snapshot of the database. */
export interface GatewayStatus {
  readonly uuid: string;
  readonly handle: string;
  readonly displayName: string;
  readonly connections: readonly ConnectionStatus[];
  readonly release: string | null;
  readonly manifestReceivedAt: Date | null;
  /** Null: a full resync is owed. */
  readonly cursor: Revision | null;
  readonly head: Revision;
  readonly lagEvents: number;
  readonly lagOldestAgeMs: number | null;
  readonly inStep: number;
  readonly drifted: number;
  readonly driftedForMsMax: number | null;
  readonly lastEvent: {
    readonly correlationId: string;
    readonly revision: Revision;
    readonly type: string;
    readonly committedAt: string;
  } | null;
  readonly lastAck: (Verdict & { readonly status: 'DEPLOYED' | 'UNDEPLOYED' | 'FAILED' }) | null;
  readonly lastRefusal: (Verdict & { readonly deploymentId: string | null; readonly reason: StatusReason }) | null;
}

export interface TokenStatus {
  readonly id: string;
  readonly createdAt: Date;
  readonly ageMs: number;
}

/** What a list of statuses is asked for. */
export interface StatusQuery extends Pick<ListQuery, 'limit' | 'offset' | 'query' | 'sortOrder'> {
  readonly connected?: boolean;
  readonly drifted?: boolean;
  /** At least so many events behind. */
  readonly lagMin?: number;
  readonly sortBy?: 'name' | 'lag' | 'connectedAt' | 'createdAt';
}

export type GatewayStatuses = ReturnType<typeof createGatewayStatuses>;

/** Creates what tells where gateways stand. Every call stays within one organization. */
export function createGatewayStatuses(database: Pick<Database, 'query'>) {
  return {
    async list(organizationId: string, query: StatusQuery): Promise<Listed<GatewayStatus>> {
      const { ids, total } = await idsOf(database, organizationId, query);
      return { items: await statusesOf(database, organizationId, ids), total };
    },

    /** Returns a gateway's status and its active tokens, newest first. @throws HttpError 404 when there is no such gateway. */
    async get(
      organizationId: string,
      handle: string,
    ): Promise<{ readonly status: GatewayStatus; readonly tokens: readonly TokenStatus[] }> {
      const gatewayId = await findGateway(database, organizationId, handle);
      const [status] = await statusesOf(database, organizationId, [gatewayId]);
      // Deleted since.
      if (!status) throw gatewayNotFound(handle);
      const tokens = await database.query<TokenStatus>(sql`
        SELECT id, created_at AS "createdAt", floor(extract(epoch FROM clock_timestamp() - created_at) * 1000)::bigint AS "ageMs"
        FROM gateway_tokens WHERE gateway_id = ${status.uuid} AND revoked_at IS NULL ORDER BY id DESC`);
      return { status, tokens };
    },
  };
}

/** Returns which gateways are on a page, in its order, and how many match in all. */
async function idsOf(
  database: Pick<Database, 'query'>,
  organizationId: string,
  query: StatusQuery,
): Promise<{ ids: string[]; total: number }> {
  const { limit, offset } = pageOf(query);
  const { connected, drifted, lagMin = 0, sortBy = 'name', sortOrder = sortBy === 'name' ? 'asc' : 'desc' } = query;
  const conditions = [
    sql`g.organization_id = ${organizationId}`,
    ...(query.query ? [idOrNameContains(sql`g`, query.query)] : []),
    ...(connected === undefined ? [] : [sql`live.gateway_id IS ${connected ? sql`NOT NULL` : sql`NULL`}`]),
    ...(drifted === undefined
      ? []
      : [
          sql`${drifted ? sql`` : sql`NOT`} EXISTS (SELECT FROM artifact_gateways AS place WHERE place.gateway_id = g.id AND ${isDrifted})`,
        ]),
  ];
  const byLag = sortBy === 'lag' || lagMin > 0;
  const key: Readonly<Record<typeof sortBy, Sql>> = {
    name: sql`g.display_name`,
    createdAt: sql`g.created_at`,
    connectedAt: sql`live.connected_at`,
    lag: sql`NULL::bigint`,
  };
  // Connections and lags are found for all in one pass: one by one it would take 10,000 looks. Lags last, since they cost most.
  const live =
    connected !== undefined || sortBy === 'connectedAt'
      ? sql`
        LEFT JOIN (
          SELECT c.gateway_id, max(c.connected_at) AS connected_at
          FROM gateways JOIN gateway_connections c ON c.gateway_id = gateways.id JOIN edges e ON e.id = c.edge_id
          WHERE gateways.organization_id = ${organizationId} AND ${edgeIsLive} GROUP BY c.gateway_id
        ) AS live ON live.gateway_id = g.id`
      : sql``;
  const matching = byLag
    ? sql`SELECT id, ${sortBy === 'lag' ? sql`events` : sql`key`} AS key FROM lags WHERE events >= ${lagMin}`
    : sql`SELECT id, key FROM chosen`;
  const order = sortOrder === 'asc' ? sql`ASC` : sql`DESC`;
  const rows = await database.query<{ id: string | null; total: number }>(sql`
    WITH chosen AS MATERIALIZED (
      SELECT g.id, ${key[sortBy]} AS key FROM gateways AS g ${live} WHERE ${allOf(conditions)}
    ), ${byLag ? sql`${logOf(organizationId)}, ${lagsOf(organizationId)},` : sql``} matching AS MATERIALIZED (${matching})
    SELECT page.id, counted.total
    FROM (SELECT count(*) AS total FROM matching) AS counted
    LEFT JOIN (SELECT id, key FROM matching ORDER BY key ${order} NULLS LAST, id ${order} LIMIT ${limit} OFFSET ${offset}) AS page ON true
    ORDER BY page.key ${order} NULLS LAST, page.id ${order}`);
  return { ids: rows.flatMap(({ id }) => (id === null ? [] : [id])), total: rows[0]?.total ?? 0 };
}

function allOf([first, ...rest]: readonly Sql[]): Sql {
  return rest.reduce((all, one) => sql`${all} AND ${one}`, first as Sql);
}

/** Returns the statuses of some gateways, in the order asked. */
function statusesOf(database: Pick<Database, 'query'>, organizationId: string, ids: readonly string[]): Promise<GatewayStatus[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const id = sql`g.id`;
  const newest = (whose: Sql) => sql`
    (SELECT revision, id, type, committed_at FROM events
     WHERE events.organization_id = ${organizationId} AND ${whose} ORDER BY events.revision DESC LIMIT 1)`;
  const newestOfAll = sql`events.revision = common.revisions[cardinality(common.revisions)]`;
  const newestVerdict = (at: Sql, fields: Sql) => sql`
    (SELECT jsonb_build_object('artifact', jsonb_build_object('kind', artifacts.kind, 'id', artifacts.handle), 'at', ${rfc3339(at)}, ${fields})
     FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
     WHERE place.gateway_id = g.id AND ${at} IS NOT NULL ORDER BY ${at} DESC LIMIT 1)`;
  return database.query<GatewayStatus>(sql`
    WITH ${logOf(organizationId)}
    SELECT g.id AS uuid, g.handle, g.display_name AS "displayName", manifest.version AS release,
      manifest.received_at AS "manifestReceivedAt", ${cursorOf} AS cursor, log.head,
      ${eventsBehind(organizationId, id)} AS "lagEvents", ${oldestBehindMs(organizationId, id)} AS "lagOldestAgeMs",
      ${connectionsOf(id)} AS connections, places."inStep", places.drifted, places."driftedForMsMax",
      (SELECT jsonb_build_object('correlationId', id, 'revision', revision, 'type', type, 'committedAt', ${rfc3339(sql`committed_at`)})
       FROM (${newest(sql`events.gateway_id = g.id`)} UNION ALL ${newest(newestOfAll)}) AS newest
       ORDER BY revision DESC LIMIT 1) AS "lastEvent",
      ${newestVerdict(sql`place.acked_at`, sql`'status', place.acked_status`)} AS "lastAck",
      ${newestVerdict(
        sql`place.refused_at`,
        sql`'deploymentId', place.refused_deployment_id, 'reason', place.refusal_reason`,
      )} AS "lastRefusal"
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS asked (id, position)
    JOIN gateways AS g ON g.id = asked.id
    CROSS JOIN log CROSS JOIN common
    LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = g.id
    LEFT JOIN gateway_manifests AS manifest ON manifest.gateway_id = g.id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE NOT (${isDrifted})) AS "inStep", count(*) FILTER (WHERE ${isDrifted}) AS drifted,
        max(${driftedForMs}) AS "driftedForMsMax"
      FROM artifact_gateways AS place WHERE place.gateway_id = g.id
    ) AS places
    ORDER BY asked.position`);
}

/** The connections of a gateway on live edges, the oldest first, as JSON. `gatewayId` is what names its UUID in the statement. */
export const connectionsOf = (gatewayId: Sql) => sql`
  (SELECT coalesce(jsonb_agg(jsonb_build_object(
     'edgeId', c.edge_id, 'connectedAt', ${rfc3339(sql`c.connected_at`)}, 'remoteAddress', c.remote_address) ORDER BY c.connected_at), '[]')
   FROM gateway_connections c JOIN edges e ON e.id = c.edge_id WHERE c.gateway_id = ${gatewayId} AND ${edgeIsLive})`;

/** An instant as it is written in bodies. */
function rfc3339(instant: Sql): Sql {
  return sql`to_char(${instant}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
