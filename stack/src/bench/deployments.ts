import { type Database, sql } from '@gatecast/database';
import type { ManagementClient } from '../management-client.js';
import type { BenchArtifact } from './artifacts.js';
import type { BenchGateway } from './gateways.js';

const deploysAtOnce = 8;

/** Deploys artifacts on one gateway through REST, a kind at a time: a proxy after its provider. */
export async function deployAll(
  api: ManagementClient,
  artifacts: readonly BenchArtifact[],
  { handle: gateway }: Pick<BenchGateway, 'handle'>,
): Promise<void> {
  for (let n = 0; n < artifacts.length; n += deploysAtOnce) {
    await Promise.all(artifacts.slice(n, n + deploysAtOnce).map(({ kind, handle }) => api.deploy(kind, handle, gateway)));
  }
}

/**
 * Gives gateways the same deployments as another one has, right in the database, as if they had been told and had acked: what they
 * would ask for when they start with an empty store.
 */
export async function copyDeployments(database: Database, from: BenchGateway, to: readonly BenchGateway[]): Promise<void> {
  await database.query(sql`
    WITH copied AS (
      INSERT INTO deployments (id, artifact_id, gateway_id, name, content, metadata, created_by)
      SELECT gen_random_uuid(), artifact_id, other.id, name, content, metadata, created_by
      FROM deployments CROSS JOIN unnest(${to.map(({ id }) => id)}::uuid[]) AS other (id)
      WHERE gateway_id = ${from.id}
      RETURNING id, artifact_id, gateway_id, date_trunc('milliseconds', clock_timestamp()) AS at
    )
    INSERT INTO artifact_gateways (artifact_id, gateway_id, deployment_id, desired_state, status, performed_at, correlation_id,
      confirmed_deployment_id, confirmed_state, confirmed_performed_at)
    SELECT artifact_id, gateway_id, id, 'DEPLOYED', 'DEPLOYED', at, gen_random_uuid(), id, 'DEPLOYED', at FROM copied`);
  await database.query(sql`ANALYZE deployments, artifact_gateways`);
}
