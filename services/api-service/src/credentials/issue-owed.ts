import { type Queryable, sql } from '@gatecast/database';
import { type ChangeOptions, createChange, type Outcome } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';
import { issueCredentials } from './issue.js';

const artifactsAtOnce = 200;

/**
 * Issues what belongs to artifacts where it is owed to a gateway: the gateway has lost its store and fetched them, as artifacts-service has
 * marked it, and by a start-up sync it learns of most but not of all (gateway protocol 3.1); or the deploy had no room for it. Any number of
 * replicas may do it.
 */
export async function issueOwed(options: ChangeOptions): Promise<void> {
  const { database, logger } = options;
  const change = createChange(options);
  const due = await database.query<{ gatewayId: string; organizationId: string; artifactIds: string[] }>(sql`
    SELECT place.gateway_id AS "gatewayId", gateways.organization_id AS "organizationId",
      array_agg(place.artifact_id ORDER BY place.artifact_id) AS "artifactIds"
    FROM (
      SELECT gateway_id, artifact_id FROM artifact_gateways WHERE credentials_at <= clock_timestamp()
      ORDER BY credentials_at LIMIT ${artifactsAtOnce}
    ) AS place JOIN gateways ON gateways.id = place.gateway_id
    GROUP BY place.gateway_id, gateways.organization_id`);
  await eachByItself(due, logger, async ({ gatewayId, organizationId, artifactIds }) => {
    const events = await change(organizationId, (transaction) => issue(transaction, gatewayId, artifactIds));
    if (events > 0) logger.info({ gatewayId, organizationId, events }, 'owed credentials issued');
  });
}

/** Results in how many events are issued: none when another replica has done it. Artifacts of which something is being changed come later. */
async function issue(transaction: Queryable, gatewayId: string, artifactIds: readonly string[]): Promise<Outcome<number>> {
  const locked = await transaction.query<{ id: string }>(
    sql`SELECT id FROM artifacts WHERE id = ANY(${artifactIds}::uuid[]) ORDER BY id FOR SHARE SKIP LOCKED`,
  );
  const taken = await transaction.query<{ id: string }>(sql`
    UPDATE artifact_gateways SET credentials_at = NULL
    WHERE (artifact_id, gateway_id) IN (
      SELECT artifact_id, gateway_id FROM artifact_gateways
      WHERE gateway_id = ${gatewayId} AND artifact_id = ANY(${locked.map(({ id }) => id)}::uuid[]) AND credentials_at <= clock_timestamp()
      ORDER BY artifact_id FOR UPDATE)
    RETURNING artifact_id AS id`);
  const ids = taken.map(({ id }) => id);
  const events = ids.length > 0 ? await issueCredentials(transaction, gatewayId, ids, 'NOTHING') : [];
  return { result: events.length, events };
}
