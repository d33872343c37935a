import { type Database, newId, sql } from '@gatecast/database';
import type { BenchGateway } from './gateways.js';

export interface FleetPast {
  /** How many events of the log each gateway has for itself. */
  readonly eventsForEach: number;
  readonly eventsForAll: number;
  /** One in so many is not connected, has a refusal, or has fallen behind. */
  readonly oneInDisconnected: number;
  readonly oneInRefusing: number;
  readonly oneInBehind: number;
}

/**
 * Gives gateways right in the database what a fleet has after a while: events, cursors of which most are near the head, connections on two
 * edges, refusals. Resolves when the relay has published the events.
 */
export async function makePast(
  database: Database,
  organizationId: string,
  gateways: readonly BenchGateway[],
  { eventsForEach, eventsForAll, oneInDisconnected, oneInRefusing, oneInBehind }: FleetPast,
): Promise<void> {
  const ids = gateways.map(({ id }) => id);
  const own = eventsForEach * gateways.length;
  await database.query(sql`
    WITH head AS (
      UPDATE organization_heads SET revision = revision + ${own + eventsForAll} WHERE organization_id = ${organizationId}
      RETURNING organization_id, revision - ${own + eventsForAll} AS before
    ), made AS (
      SELECT n, CASE WHEN n % ${Math.round(own / eventsForAll) + 1} = 0 THEN NULL ELSE (${ids}::uuid[])[1 + n % ${gateways.length}] END AS gateway_id
      FROM generate_series(1, ${own + eventsForAll}::int) AS n
    )
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, user_id, committed_at)
    SELECT organization_id, before + n, gen_random_uuid(), gateway_id, 'plan', gen_random_uuid(), 'CREATE', 'subscriptionPlan.created',
      '{}', 'bench', now() - (${own + eventsForAll} - n) * interval '10 milliseconds'
    FROM head, made`);
  await database.query(sql`
    UPDATE gateway_cursors SET confirmed = CASE WHEN n % ${oneInBehind} = 0 THEN heads.revision * 3 / 4 ELSE heads.revision - n % 500 END,
      written = heads.revision
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS made (id, n), organization_heads AS heads
    WHERE gateway_cursors.gateway_id = made.id AND heads.organization_id = ${organizationId}`);
  const edgeIds = [newId(), newId()];
  // Heard of in an hour: nobody sends their heartbeats.
  await database.query(
    sql`INSERT INTO edges (id, heard_at) SELECT id, now() + interval '1 hour' FROM unnest(${edgeIds}::uuid[]) AS made (id)`,
  );
  await database.query(sql`
    INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at)
    SELECT gen_random_uuid(), (${edgeIds}::uuid[])[1 + n % 2], id, '10.0.0.1', now() - n * interval '1 second'
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS made (id, n) WHERE n % ${oneInDisconnected} <> 0`);
  await database.query(sql`
    UPDATE artifact_gateways AS place SET status = 'FAILED', status_reason = 'GATEWAY_PROCESSING_ERROR', confirmed_deployment_id = NULL, confirmed_state = NULL,
      acked_at = now(), acked_status = 'FAILED', refused_at = now(), refusal_reason = 'GATEWAY_PROCESSING_ERROR', refused_deployment_id = place.deployment_id
    FROM (
      SELECT DISTINCT ON (made.id) made.id, artifact_id FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS made (id, n)
      JOIN artifact_gateways ON gateway_id = made.id WHERE n % ${oneInRefusing} = 0 ORDER BY made.id, artifact_id
    ) AS refused
    WHERE place.gateway_id = refused.id AND place.artifact_id = refused.artifact_id`);
  await database.query(sql`VACUUM ANALYZE events, gateways, gateway_cursors, gateway_connections, artifact_gateways`);
}
