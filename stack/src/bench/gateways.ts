import { createHash, randomBytes } from 'node:crypto';
import { type Database, newId, sql } from '@gatecast/database';

/** A gateway of a benchmark. */
export interface BenchGateway {
  readonly id: string;
  readonly handle: string;
  readonly token: string;
}

/** Makes gateways and tokens right in the database: through REST it would take longer than what is measured. */
export async function makeGateways(
  database: Database,
  { organizationId, name, count }: { readonly organizationId: string; readonly name: string; readonly count: number },
): Promise<BenchGateway[]> {
  const gateways = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    handle: `${name}-${n}`,
    token: randomBytes(32).toString('base64url'),
  }));
  const ids = gateways.map(({ id }) => id);
  await database.query(sql`
    INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
    SELECT id, ${organizationId}, handle, handle, '[]', 'regular', '1.2', 'bench'
    FROM unnest(${ids}::uuid[], ${gateways.map(({ handle }) => handle)}::text[]) AS made (id, handle)`);
  await database.query(sql`
    INSERT INTO gateway_tokens (id, gateway_id, token_hash)
    SELECT gen_random_uuid(), id, hash
    FROM unnest(${ids}::uuid[], ${gateways.map(({ token }) => createHash('sha256').update(token).digest('hex'))}::text[]) AS made (id, hash)`);
  await database.query(sql`
    INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written)
    SELECT made.id, log_epoch.epoch, heads.revision, heads.revision
    FROM unnest(${ids}::uuid[]) AS made (id)
    CROSS JOIN log_epoch JOIN organization_heads AS heads ON heads.organization_id = ${organizationId}`);
  return gateways;
}
