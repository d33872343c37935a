import { type Kind, kinds, type ResyncReply, type Revision } from '@gatecast/contracts';
import { type Database, type Queryable, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import { decideAgain, lockPlace } from '../deployments/decision.js';
import { appendEvents, type NewEvent, newEvent } from '../event-log/append.js';
import { tombstonesOf } from '../event-log/tombstones.js';

export interface ResyncOptions {
  readonly database: Database;
  readonly logger: Logger;
  readonly wakeRelay: (organizationId: string) => void;
}

interface Position {
  readonly organizationId: string;
  readonly logEpoch: string;
  readonly head: Revision;
  /** The gateway's cursor, if the event log still has all that follows it. */
  readonly cursor: Revision | null;
}

interface Item {
  readonly artifactId: string;
  readonly kind: Kind;
}

/** How many artifacts go into one transaction. */
const pageSize = 100;
const actor = 'gatecast';

/**
 * Returns the function that resyncs a gateway whose position means nothing any more: it has no cursor, the log is trimmed beyond
 * it, or the log is another one. Everything that the gateway shall and shall not hold is decided again, so it travels as events
 * with new ids and a new `performedAt` (old ones would be stale to the gateway) by the one way that events have.
 *
 * What is deleted goes first, then what is undeployed, then what is deployed, so that nothing serves that shall not. The cursor is
 * the head from before the first page, and it is written last: a resync that was cut short starts over.
 */
export function createResync({ database, logger, wakeRelay }: ResyncOptions): (gatewayId: string) => Promise<ResyncReply> {
  async function positionOf(gatewayId: string): Promise<Position> {
    const [position] = await database.query<Position & Record<string, unknown>>(sql`
      SELECT gateways.organization_id AS "organizationId", log_epoch.epoch AS "logEpoch", heads.revision AS head,
             CASE WHEN cursor.log_epoch = log_epoch.epoch AND cursor.confirmed BETWEEN heads.trimmed_through AND heads.revision
                  THEN cursor.confirmed END AS cursor
      FROM gateways
      JOIN organization_heads AS heads ON heads.organization_id = gateways.organization_id
      CROSS JOIN log_epoch
      LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id
      WHERE gateways.id = ${gatewayId}`);
    if (!position) throw new Error(`There is no gateway ${gatewayId}.`);
    return position;
  }

  return async (gatewayId) => {
    const { organizationId, logEpoch, head, cursor } = await positionOf(gatewayId);
    // Another connection of the gateway has been here.
    if (cursor !== null) return { logEpoch, cursor };
    logger.info({ gatewayId, organizationId, head }, 'full resync');

    // Nothing is known of what the gateway holds: then an undeploy names no deployment and applies to whatever it holds.
    await database.query(sql`
      UPDATE artifact_gateways SET confirmed_deployment_id = NULL, confirmed_state = NULL, confirmed_performed_at = NULL
      WHERE gateway_id = ${gatewayId}`);

    let issued = 0;
    const issue = async (page: (transaction: Queryable) => Promise<NewEvent[]>) => {
      const events = await database.transaction(async (transaction) => {
        const decided = await page(transaction);
        if (decided.length > 0) await appendEvents(transaction, organizationId, decided);
        return decided;
      });
      issued += events.length;
      wakeRelay(organizationId);
    };

    for (const page of pages(await tombstonesOf(database, organizationId))) {
      await issue(async () => page.map((deletion) => newEvent(deletion, gatewayId, actor)));
    }

    const places = await database.query<Item & { desiredState: string } & Record<string, unknown>>(sql`
      SELECT artifacts.id AS "artifactId", artifacts.kind, place.desired_state AS "desiredState"
      FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
      WHERE place.gateway_id = ${gatewayId}
      ORDER BY artifacts.id`);
    const order = [...places].sort((a, b) => rank(a) - rank(b));
    for (const page of pages(order)) {
      await issue((transaction) => decideAllAgain(transaction, organizationId, gatewayId, page));
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

/** Decides again, for each artifact that is still there, what was decided last on a gateway. Returns the events that tell it. */
export async function decideAllAgain(
  transaction: Queryable,
  organizationId: string,
  gatewayId: string,
  items: readonly Item[],
): Promise<NewEvent[]> {
  const ids = items.map(({ artifactId }) => artifactId);
  // In the order of their ids, so that two resyncs never wait for each other.
  const kept = await transaction.query<{ id: string }>(
    sql`SELECT id FROM artifacts WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR SHARE`,
  );
  const present = new Set(kept.map(({ id }) => id));
  const events: NewEvent[] = [];
  for (const { artifactId, kind } of items) {
    if (!present.has(artifactId)) continue;
    const place = { organizationId, artifactId, kind, gatewayId };
    const state = await lockPlace(transaction, place);
    if (!state) continue;
    events.push(await decideAgain(transaction, place, state, actor, 'NEW'));
  }
  return events;
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
