import type { PresenceReply, PresenceRequest } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';

/** Stores what an edge says about itself and its connections, by the database's clock. Connections of gateways that are gone are skipped. */
export async function storePresence(database: Queryable, request: PresenceRequest): Promise<PresenceReply> {
  const { edgeId, stopped, connections, closed = [] } = request;
  if (stopped) {
    await database.query(sql`DELETE FROM edges WHERE id = ${edgeId}`);
    return { isNew: false };
  }
  const opened = [...(connections ?? []), ...(request.opened ?? [])];
  const openedIds = opened.map(({ connectionId }) => connectionId);
  const [answer] = await database.query<PresenceReply & Record<string, unknown>>(sql`
    WITH edge AS (
      INSERT INTO edges (id, heard_at) VALUES (${edgeId}, now()) ON CONFLICT (id) DO UPDATE SET heard_at = EXCLUDED.heard_at RETURNING id
    ), gone AS (
      DELETE FROM gateway_connections
      WHERE edge_id = ${edgeId} AND (id = ANY(${closed}::uuid[]) OR (${connections !== undefined} AND id <> ALL(${openedIds}::uuid[])))
    ), here AS (
      INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at)
      SELECT c.id, edge.id, g.id, c.remote_address, c.connected_at
      FROM unnest(
        ${openedIds}::uuid[], ${opened.map(({ gatewayId }) => gatewayId)}::uuid[],
        ${opened.map(({ remoteAddress }) => remoteAddress)}::text[], ${opened.map(({ connectedAt }) => connectedAt)}::timestamptz[]
      ) AS c(id, gateway_id, remote_address, connected_at)
      JOIN gateways g ON g.id = c.gateway_id
      CROSS JOIN edge
      WHERE c.id <> ALL(${closed}::uuid[])
      ON CONFLICT (id) DO NOTHING
    )
    SELECT NOT EXISTS (SELECT FROM edges WHERE id = ${edgeId}) AS "isNew"`);
  return { isNew: answer?.isNew ?? true };
}

/** Removes the edges that were not heard for `timeoutMs`, and their connections. Harmless when several replicas do it at once. */
export async function removeSilentEdges(database: Queryable, timeoutMs: number): Promise<void> {
  await database.query(sql`
    DELETE FROM edges WHERE id IN (
      SELECT id FROM edges WHERE heard_at < now() - ${timeoutMs} * interval '1 millisecond' FOR UPDATE SKIP LOCKED)`);
}
