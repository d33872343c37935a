import type { Kind } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { issueCredentials } from '../credentials/issue.js';
import { ownActor } from '../event-log/append.js';
import { type ChangeOptions, createChange, type RunChange } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';
import { atRest, decideAgain, lockPlace, type Place } from './decision.js';

/**
 * How often a decision is issued again, and how long after its receipt or failure the first time; each time twice as long: for half an hour, so
 * that what gateways ask may be away as long.
 */
export const reissuesMax = 10;
export const reissueFirstMs = 2_000;

export interface SettlingOptions extends ChangeOptions {
  /** How many acks are stored and not yet applied. */
  readonly acksWaiting: () => Promise<number>;
}

interface Due extends Place {
  readonly correlationId: string;
  readonly isUnanswered: boolean;
}

const dueAtOnce = 200;
/** A time-out is no answer: the gateway may have been away, handle the event later, and be silent since it had applied it before. */
const unanswered = sql`(place.status IN ('DEPLOYING', 'UNDEPLOYING') OR place.status_reason = 'DEPLOYMENT_TIMEOUT')`;

/**
 * Issues decisions again whose outcome is not known: those that a gateway has handled (its receipt is there) without an ack, since
 * a gateway is silent about what it has seen before; and those that failed there. Each is a new event with a new
 * `performedAt`, so it counts. Further those that artifacts-service has marked, because a gateway that syncs by itself was served
 * what it would take for deployed. An ack is stored before the receipt after it counts, so once the work queue has been emptied after a
 * receipt, an ack that has not come will not come.
 *
 * Replicas may settle at once: each finds the other's decisions newer than what it read. Returns how many it issued again.
 */
export async function settle({ acksWaiting, ...options }: SettlingOptions): Promise<number> {
  const { database, logger } = options;
  const change = createChange(options);
  await database.query(sql`
    UPDATE artifact_gateways AS place SET receipt_at = clock_timestamp()
    WHERE ${atRest(sql`${unanswered} AND place.receipt_at IS NULL AND cursor.confirmed >= place.revision`)}`);
  const due = await database.query<Due>(sql`
    SELECT artifacts.organization_id AS "organizationId", place.artifact_id AS "artifactId", artifacts.kind, place.gateway_id AS "gatewayId",
           place.correlation_id AS "correlationId", place.reissue_at IS NULL AS "isUnanswered"
    FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
    WHERE place.reissue_at <= clock_timestamp()
       OR (${unanswered} AND place.reissues < ${reissuesMax}::int
           AND place.receipt_at < clock_timestamp() - ${reissueFirstMs}::int * power(2, place.reissues) * interval '1 millisecond')
    -- What waits for no ack comes first, however many others do.
    ORDER BY place.reissue_at LIMIT ${dueAtOnce}`);
  const mayBeAnswered = due.some(({ isUnanswered }) => isUnanswered) && (await acksWaiting()) > 0;
  let issued = 0;
  await eachByItself(due, logger, async (place) => {
    if (place.isUnanswered && mayBeAnswered) return;
    if (!(await reissue(change, place))) return;
    issued += 1;
    const { gatewayId, artifactId, correlationId, isUnanswered } = place;
    logger.info({ gatewayId, artifactId, correlationId, isUnanswered }, 'decision issued again');
  });
  return issued;
}

/**
 * Returns whether it was issued again: not when another decision, or the gateway's verdict, came first; nor while something of the artifact
 * is being changed, for which the others would have to wait.
 */
function reissue(change: RunChange, place: Due): Promise<boolean> {
  const nothing = { result: false, events: [] };
  return change(place.organizationId, async (transaction) => {
    const artifact = await transaction.query<{ kind: Kind }>(
      sql`SELECT kind FROM artifacts WHERE id = ${place.artifactId} FOR SHARE SKIP LOCKED`,
    );
    const state = artifact.length > 0 ? await lockPlace(transaction, place) : undefined;
    if (state?.correlationId !== place.correlationId) return nothing;
    const isSettled = state.status === 'DEPLOYED' || state.status === 'UNDEPLOYED';
    if (isSettled && place.isUnanswered) return nothing;
    const occasion = isSettled ? 'NEW' : 'REISSUE';
    const event = await decideAgain(transaction, place, state, ownActor, occasion);
    const credentials =
      state.desiredState === 'DEPLOYED'
        ? await issueCredentials(transaction, place.gatewayId, [place.artifactId], 'CURRENT_IF_HELD')
        : [];
    return { result: true, events: [event, ...credentials] };
  });
}
