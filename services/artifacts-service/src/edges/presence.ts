import { edgeTimeoutMs, type PresenceChanged, type PresenceReply, type PresenceRequest } from '@gatecast/contracts';
import { type Database, type Queryable, type Sql, sql } from '@gatecast/database';
import { despiteRemovals } from '../removals.js';
import type { AnnounceGateways } from './announcements.js';

/**
 * Stores what an edge says about itself and its connections, by the database's clock, unless it has said more since: a report may wait
 * here while the edge makes the next. Connections of gateways that are gone are skipped.
 */
export async function storePresence(
  database: Pick<Database, 'query' | 'transaction'>,
  request: PresenceRequest,
  announce: AnnounceGateways,
): Promise<PresenceReply> {
  const { edgeId, number, stopped, connections, closed = [] } = request;
  if (stopped) {
    announce(await removeEdges(database, sql`id = ${edgeId}`));
    return { isNew: false };
  }
  const opened = [...(connections ?? []), ...(request.opened ?? [])];
  const sentAt = request.sentAtMs === undefined ? sql`now()` : sql`to_timestamp(${request.sentAtMs}::float8 / 1000)`;
  const openedIds = opened.map(({ connectionId }) => connectionId);
  const store = async (transaction: Queryable) => {
    const [edge] = await transaction.query<PresenceReply>(sql`
      INSERT INTO edges AS edge (id, heard_at, report) VALUES (${edgeId}, now(), ${number ?? null})
      ON CONFLICT (id) DO UPDATE SET heard_at = EXCLUDED.heard_at, report = EXCLUDED.report
        WHERE (edge.report > EXCLUDED.report) IS NOT TRUE
      RETURNING NOT EXISTS (SELECT FROM edges WHERE id = ${edgeId}) AS "isNew"`);
    if (!edge) return { isNew: false, gatewayIds: [] };
    // Only now, with the edge locked: a statement does not see what is committed after it began.
    const [changed] = await transaction.query<PresenceChanged>(sql`
      WITH gone AS (
        DELETE FROM gateway_connections
        WHERE edge_id = ${edgeId} AND (id = ANY(${closed}::uuid[]) OR (${connections !== undefined} AND id <> ALL(${openedIds}::uuid[])))
        RETURNING gateway_id
      ), here AS (
        INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at)
        SELECT c.id, ${edgeId}, g.id, c.remote_address, LEAST(now(), c.connected_at + (now() - ${sentAt}))
        FROM unnest(
          ${openedIds}::uuid[], ${opened.map(({ gatewayId }) => gatewayId)}::uuid[],
          ${opened.map(({ remoteAddress }) => remoteAddress)}::text[], ${opened.map(({ connectedAt }) => connectedAt)}::timestamptz[]
        ) AS c(id, gateway_id, remote_address, connected_at)
        JOIN gateways g ON g.id = c.gateway_id
        WHERE c.id <> ALL(${closed}::uuid[])
        ON CONFLICT (id) DO NOTHING
        RETURNING gateway_id
      )
      SELECT ARRAY(SELECT gateway_id FROM gone UNION SELECT gateway_id FROM here) AS "gatewayIds"`);
    return { isNew: edge.isNew, gatewayIds: changed?.gatewayIds ?? [] };
  };
  const { isNew, gatewayIds } = await despiteRemovals(() => database.transaction(store));
  announce(gatewayIds);
  return { isNew };
}

/** Removes the edges that were not heard for {@link edgeTimeoutMs}, and their connections. Harmless when several replicas do it at once. */
export async function removeSilentEdges(database: Queryable, announce: AnnounceGateways): Promise<void> {
  const silent = sql`
    SELECT id FROM edges WHERE heard_at < now() - ${edgeTimeoutMs} * interval '1 millisecond' FOR UPDATE SKIP LOCKED`;
  announce(await removeEdges(database, sql`id IN (${silent})`));
}

/** Removes edges with their connections; returns the gateways that had one there. */
async function removeEdges(database: Queryable, which: Sql): Promise<string[]> {
  // What goes with the edges is still to be seen by the statement that removes them.
  const rows = await database.query<{ gatewayId: string }>(sql`
    WITH removed AS (DELETE FROM edges WHERE ${which} RETURNING id)
    SELECT DISTINCT gateway_id AS "gatewayId" FROM gateway_connections JOIN removed ON removed.id = gateway_connections.edge_id`);
  return rows.map(({ gatewayId }) => gatewayId);
}
