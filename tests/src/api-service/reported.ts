import { type Database, newId, sql } from '@gatecast/database';

// What edges report and artifacts-service stores, written by tests that have neither. Gateways by their handles.

/** Stores a new edge that counts as live. Returns its UUID. */
export async function storeEdge(database: Database): Promise<string> {
  const id = newId();
  await database.query(sql`INSERT INTO edges (id, heard_at) VALUES (${id}, now() + interval '1 hour')`);
  return id;
}

/** Stores that a gateway has connected to an edge. */
export async function storeConnection(database: Database, gateway: string, edgeId: string): Promise<void> {
  await database.query(sql`
    INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at)
    SELECT ${newId()}::uuid, ${edgeId}::uuid, id, '10.0.0.1', now() FROM gateways WHERE handle = ${gateway}`);
}

/** Stores what receipts and writes have proven; what is left out stays, but a confirmed event was written. Returns the gateway's UUID. */
export async function storeCursor(
  database: Database,
  gateway: string,
  { confirmed = null, written = null }: { readonly confirmed?: number | null; readonly written?: number | null },
): Promise<string> {
  const [moved] = await database.query<{ gatewayId: string }>(sql`
    UPDATE gateway_cursors SET confirmed = coalesce(${confirmed}, confirmed), written = coalesce(${written}, ${confirmed}, written)
    WHERE gateway_id = (SELECT id FROM gateways WHERE handle = ${gateway}) RETURNING gateway_id AS "gatewayId"`);
  if (!moved) throw new Error(`The gateway ${gateway} has no cursor.`);
  return moved.gatewayId;
}
