import { type Kind, kinds, type ResyncReply, type Revision } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { issueCredentials, issuePlans } from '../credentials/issue.js';
import { decideAllAgain } from '../deployments/decision.js';
import { type NewEvent, newEvent, ownActor } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { deletedArtifacts, deletedCredentials, deletedPlans, stillDeleted } from '../event-log/tombstones.js';

interface Position {
  readonly organizationId: string;
  readonly logEpoch: string;
  readonly head: Revision;
  /** The gateway's cursor, if the event log still has all that follows it. */
  readonly cursor: Revision | null;
  /** The gateway was told things by another log, which the database may know nothing of. */
  readonly isOfOtherLog: boolean;
}

interface Item {
  readonly artifactId: string;
  readonly kind: Kind;
}

/** How many artifacts, plans or deletions go into one transaction. */
const pageSize = 100;

/**
 * Returns the function that resyncs a gateway whose position means nothing any more: it has no cursor, the log is trimmed beyond
 * it, or the log is another one. Everything that the gateway shall and shall not hold is decided again, so it travels as events
 * with new ids and a new `performedAt` (old ones would be stale to the gateway) by the one way that events have.
 *
 * What is deleted goes first, then the plans, then what is undeployed, then what is deployed, so that nothing serves that shall not;
 * with each artifact its API keys and subscriptions. Deleted plans go last: until then the gateway's subscriptions may refer to them.
 * The cursor is the head from before the first page, and it is written last: a resync that was cut short starts over.
 */
export function createResync(options: ChangeOptions): (gatewayId: string) => Promise<ResyncReply> {
  const { database, logger } = options;
  const change = createChange(options);

  async function positionOf(gatewayId: string): Promise<Position> {
    const [position] = await database.query<Position>(sql`
      SELECT gateways.organization_id AS "organizationId", log_epoch.epoch AS "logEpoch", heads.revision AS head,
             CASE WHEN cursor.log_epoch = log_epoch.epoch AND cursor.confirmed BETWEEN heads.trimmed_through AND heads.revision
                  THEN cursor.confirmed END AS cursor,
             (cursor.log_epoch <> log_epoch.epoch) IS TRUE AS "isOfOtherLog"
      FROM gateways
      JOIN organization_heads AS heads ON heads.organization_id = gateways.organization_id
      CROSS JOIN log_epoch
      LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id
      WHERE gateways.id = ${gatewayId}`);
    if (!position) throw new Error(`There is no gateway ${gatewayId}.`);
    return position;
  }

  return async (gatewayId) => {
    const { organizationId, logEpoch, head, cursor, isOfOtherLog } = await positionOf(gatewayId);
    // Another connection of the gateway has been here.
    if (cursor !== null) return { logEpoch, cursor };
    logger.info({ gatewayId, organizationId, head }, 'full resync');

    // Nothing is known of what the gateway holds: then an undeploy names no deployment and applies to whatever it holds.
    await database.transaction((transaction) =>
      transaction.query(sql`
        UPDATE artifact_gateways SET confirmed_deployment_id = NULL, confirmed_state = NULL, confirmed_performed_at = NULL
        WHERE gateway_id = ${gatewayId}`),
    );

    let issued = 0;
    const issue = async (page: (transaction: Queryable) => Promise<readonly NewEvent[]>) => {
      issued += await change(organizationId, async (transaction) => {
        const events = await page(transaction);
        return { result: events.length, events };
      });
    };

    for (const page of pages(await deletedArtifacts(database, organizationId))) {
      await issue(async () => page.map((deletion) => newEvent(deletion, gatewayId, ownActor)));
    }
    for (const page of pages(await deletedCredentials(database, organizationId, gatewayId))) {
      await issue(async (transaction) =>
        (await stillDeleted(transaction, page)).map((deletion) => newEvent(deletion, gatewayId, ownActor)),
      );
    }
    for (const page of pages(await plansOf(database, organizationId))) {
      await issue((transaction) => issuePlans(transaction, gatewayId, page));
    }

    const places = await database.query<Item & { desiredState: string }>(sql`
      SELECT artifacts.id AS "artifactId", artifacts.kind, place.desired_state AS "desiredState"
      FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
      WHERE place.gateway_id = ${gatewayId}
      ORDER BY artifacts.id`);
    const order = [...places].sort((a, b) => rank(a) - rank(b));
    for (const page of pages(order)) {
      await issue(async (transaction) => {
        const events = await decideAllAgain(transaction, organizationId, gatewayId, page);
        const artifactIds = events.map(({ entityId }) => entityId);
        if (isOfOtherLog) await renewKeys(transaction, artifactIds);
        return [...events, ...(await issueCredentials(transaction, gatewayId, artifactIds, 'NOTHING'))];
      });
    }

    for (const page of pages(await deletedPlans(database, organizationId))) {
      await issue(async () => page.map((deletion) => newEvent(deletion, gatewayId, ownActor)));
    }

    await database.query(sql`
      INSERT INTO gateway_cursors AS cursor (gateway_id, log_epoch, confirmed, written)
      SELECT ${gatewayId}, epoch, ${head}, ${head} FROM log_epoch WHERE epoch = ${logEpoch}
      ON CONFLICT (gateway_id) DO UPDATE SET
        log_epoch = EXCLUDED.log_epoch, confirmed = EXCLUDED.confirmed, written = EXCLUDED.written, updated_at = clock_timestamp()
      WHERE cursor.log_epoch <> EXCLUDED.log_epoch OR cursor.confirmed < EXCLUDED.confirmed`);
    logger.info({ gatewayId, organizationId, events: issued, cursor: head }, 'full resync is in the event log');
    return { logEpoch, cursor: head };
  };
}

/**
 * Makes the keys of some artifacts newer than what gateways hold: those of a database that was set back are older, and a gateway
 * drops what is not newer (gateway protocol 1.6). In the order of their ids, so that two resyncs never wait for each other.
 */
async function renewKeys(transaction: Queryable, artifactIds: readonly string[]): Promise<void> {
  await transaction.query(sql`
    UPDATE api_keys SET updated_at = date_trunc('second', clock_timestamp())
    WHERE id IN (
      SELECT id FROM api_keys
      WHERE artifact_id = ANY(${artifactIds}::uuid[]) AND updated_at < date_trunc('second', clock_timestamp())
      ORDER BY id FOR UPDATE)`);
}

async function plansOf(database: Queryable, organizationId: string): Promise<string[]> {
  const plans = await database.query<{ id: string }>(
    sql`SELECT id FROM subscription_plans WHERE organization_id = ${organizationId} ORDER BY id`,
  );
  return plans.map(({ id }) => id);
}

/** Undeploys before deploys; among deploys, providers before the proxies that need them. */
function rank({ desiredState, kind }: { desiredState: string; kind: Kind }): number {
  if (desiredState !== 'DEPLOYED') return 0;
  const dependencies: readonly Kind[] = ['LlmProvider', 'LlmProxy'];
  return kind === dependencies[0] ? 1 : kind === dependencies[1] ? 2 : 3 + kinds.findIndex((one) => one.kind === kind);
}

function* pages<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += pageSize) yield items.slice(from, from + pageSize);
}
