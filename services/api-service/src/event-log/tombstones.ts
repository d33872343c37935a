import type { Change } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';

/** Keeps what takes something away, so that a gateway that gets everything anew is told of it too. */
export async function raiseTombstone(transaction: Queryable, organizationId: string, deletion: Change): Promise<void> {
  const { entityType, entityId, type, payload } = deletion;
  await transaction.query(sql`
    INSERT INTO tombstones (entity_type, entity_id, organization_id, type, payload, deleted_at)
    VALUES (${entityType}, ${entityId}, ${organizationId}, ${type}, ${JSON.stringify(payload)}, clock_timestamp())`);
}

/** Returns the deletions of an organization that are kept, the latest first. */
export async function tombstonesOf(database: Queryable, organizationId: string): Promise<Change[]> {
  return database.query<Change & Record<string, unknown>>(sql`
    SELECT entity_type AS "entityType", entity_id AS "entityId", 'DELETE' AS action, type, payload FROM tombstones
    WHERE organization_id = ${organizationId} ORDER BY deleted_at DESC`);
}
