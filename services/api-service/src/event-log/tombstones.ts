import type { Change, EntityType } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';

/**
 * Keeps what takes something away, so that a gateway that gets everything anew is told of it too. It counts as deleted when it was
 * last changed at the earliest: that instant may be a little ahead of the clock.
 */
export async function raiseTombstone(
  transaction: Queryable,
  organizationId: string,
  deletion: Change,
  changedAt: Date | null = null,
): Promise<void> {
  const { entityType, entityId, type, payload } = deletion;
  await transaction.query(sql`
    INSERT INTO tombstones (entity_type, entity_id, organization_id, type, payload, deleted_at)
    VALUES (${entityType}, ${entityId}, ${organizationId}, ${type}, ${JSON.stringify(payload)}, GREATEST(clock_timestamp(), ${changedAt}::timestamptz))`);
}

/** Returns when a key of this name was last deleted; null: never, or too long ago to matter. */
export async function keyDeletedAt(transaction: Queryable, artifactId: string, handle: string): Promise<Date | null> {
  const [row] = await transaction.query<{ deletedAt: Date | null }>(sql`
    SELECT max(deleted_at) AS "deletedAt" FROM tombstones
    WHERE entity_type = 'key' AND payload->>'apiId' = ${artifactId} AND payload->>'keyName' = ${handle}`);
  return row?.deletedAt ?? null;
}

/** Returns the deletions of artifacts in an organization that are kept, the latest first. */
export function deletedArtifacts(database: Queryable, organizationId: string): Promise<Change[]> {
  return tombstonesWhere(database, sql`organization_id = ${organizationId} AND entity_type = 'artifact'`);
}

/** Returns the deletions of plans in an organization that are kept, the latest first. */
export function deletedPlans(database: Queryable, organizationId: string): Promise<Change[]> {
  return tombstonesWhere(database, sql`organization_id = ${organizationId} AND entity_type = 'plan'`);
}

/** Returns the deletions of keys and subscriptions that are kept of the artifacts that have a place on a gateway, the latest first. */
export function deletedCredentials(database: Queryable, organizationId: string, gatewayId: string): Promise<Change[]> {
  return tombstonesWhere(
    database,
    sql`organization_id = ${organizationId} AND entity_type IN ('key', 'subscription')
      AND (payload->>'apiId')::uuid IN (SELECT artifact_id FROM artifact_gateways WHERE gateway_id = ${gatewayId})`,
  );
}

/**
 * Returns which of some deletions of keys and subscriptions still hold, and locks their artifacts, so that they go on to hold until
 * the end of the transaction: a gateway knows a key by its name alone, and another key may have it now.
 */
export async function stillDeleted(transaction: Queryable, deletions: readonly Change[]): Promise<Change[]> {
  const artifactIds = deletions.map(({ payload }) => payload.apiId);
  await transaction.query(sql`SELECT 1 FROM artifacts WHERE id = ANY(${artifactIds}::uuid[]) ORDER BY id FOR SHARE`);
  const living = await transaction.query<{ artifactId: string; handle: string }>(sql`
    SELECT artifact_id AS "artifactId", handle FROM api_keys
    WHERE (artifact_id, handle) IN (SELECT * FROM unnest(${artifactIds}::uuid[], ${deletions.map(({ payload }) => payload.keyName ?? '')}::text[]))`);
  const names = new Set(living.map(({ artifactId, handle }) => `${artifactId} ${handle}`));
  return deletions.filter(({ entityType, payload }) => entityType !== 'key' || !names.has(`${payload.apiId} ${payload.keyName}`));
}

/** Returns the deletions of those of some artifacts, keys, subscriptions or plans that are deleted, the latest first. */
export function deletionsAmong(database: Queryable, entityType: EntityType, ids: readonly string[]): Promise<Change[]> {
  return tombstonesWhere(database, sql`entity_type = ${entityType} AND entity_id = ANY(${ids}::uuid[])`);
}

function tombstonesWhere(database: Queryable, which: Sql): Promise<Change[]> {
  return database.query<Change>(sql`
    SELECT entity_type AS "entityType", entity_id AS "entityId", 'DELETE' AS action, type, payload FROM tombstones
    WHERE ${which} ORDER BY deleted_at DESC`);
}
