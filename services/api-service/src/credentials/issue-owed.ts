import { type Queryable, sql } from '@gatecast/database';
import { type ChangeOptions, createChange, type Outcome } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';
import { issueCredentials } from './issue.js';

const placesAtOnce = 200;
/** What could not be issued is taken again after this, behind the others that are due. */
const againMs = 60_000;

interface Owed {
  readonly artifactId: string;
  readonly gatewayId: string;
  readonly organizationId: string;
  /** When it is taken again unless it is issued. */
  readonly againAt: Date;
}

/**
 * Issues what belongs to artifacts where it is owed to a gateway: the gateway has lost its store and fetched them, as artifacts-service has
 * marked it, and by a start-up sync it learns of most but not of all (gateway protocol 3.1); or the deploy had no room for it. Each
 * artifact in a change of its own. Any number of replicas may do it.
 */
export async function issueOwed(options: ChangeOptions): Promise<void> {
  const { database, logger } = options;
  const change = createChange(options);
  const taken = await database.query<Owed>(sql`
    UPDATE artifact_gateways AS place SET credentials_at = clock_timestamp() + ${againMs} * interval '1 millisecond'
    FROM gateways
    WHERE gateways.id = place.gateway_id AND (place.artifact_id, place.gateway_id) IN (
      SELECT artifact_id, gateway_id FROM artifact_gateways WHERE credentials_at <= clock_timestamp()
      ORDER BY credentials_at LIMIT ${placesAtOnce} FOR UPDATE SKIP LOCKED)
    RETURNING place.artifact_id AS "artifactId", place.gateway_id AS "gatewayId", gateways.organization_id AS "organizationId",
      place.credentials_at AS "againAt"`);
  await eachByItself(taken, logger, async (owed) => {
    const events = await change(owed.organizationId, (transaction) => issue(transaction, owed));
    const { gatewayId, artifactId } = owed;
    if (events > 0) logger.info({ gatewayId, artifactId, events }, 'owed credentials issued');
  });
}

/** Results in how many events are issued: none while something of the artifact is being changed, which the others shall not wait for. */
async function issue(transaction: Queryable, { artifactId, gatewayId, againAt }: Owed): Promise<Outcome<number>> {
  const [artifact] = await transaction.query(sql`SELECT FROM artifacts WHERE id = ${artifactId} FOR SHARE SKIP LOCKED`);
  const [owed] = await transaction.query(sql`
    UPDATE artifact_gateways SET credentials_at = CASE WHEN ${artifact === undefined} THEN clock_timestamp() END
    WHERE artifact_id = ${artifactId} AND gateway_id = ${gatewayId} AND credentials_at = ${againAt}
    RETURNING gateway_id`);
  const events = artifact && owed ? await issueCredentials(transaction, gatewayId, [artifactId], 'NOTHING') : [];
  return { result: events.length, events };
}
