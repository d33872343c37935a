import { artifactChange, type DesiredState, type Kind, type Status, type StatusReason } from '@gatecast/contracts';
import { newId, type Queryable, type Sql, sql } from '@gatecast/database';
import { type NewEvent, newEvent, ownActor } from '../event-log/append.js';

/** An artifact on one gateway. */
export interface Place {
  readonly organizationId: string;
  readonly artifactId: string;
  readonly kind: Kind;
  readonly gatewayId: string;
}

/** What was decided for a place, where it stands, and what the gateway is known to hold. */
export interface PlaceState {
  /** Null when the current deployment was deleted. */
  readonly deploymentId: string | null;
  readonly desiredState: DesiredState;
  readonly status: Exclude<Status, 'ARCHIVED'>;
  readonly statusReason: StatusReason | null;
  readonly confirmedDeploymentId: string | null;
  readonly confirmedState: DesiredState | null;
  /** The event of the last decision. */
  readonly correlationId: string;
}

/** Locks a place and returns its state, or undefined if the artifact never was on that gateway. */
export async function lockPlace(
  transaction: Queryable,
  place: Pick<Place, 'artifactId' | 'gatewayId'>,
): Promise<PlaceState | undefined> {
  const [state] = await transaction.query<PlaceState>(sql`
    SELECT deployment_id AS "deploymentId", desired_state AS "desiredState", status, status_reason AS "statusReason",
           confirmed_deployment_id AS "confirmedDeploymentId", confirmed_state AS "confirmedState", correlation_id AS "correlationId"
    FROM artifact_gateways
    WHERE artifact_id = ${place.artifactId} AND gateway_id = ${place.gatewayId}
    FOR UPDATE`);
  return state;
}

/**
 * The condition that `place`, a row of `artifact_gateways`, meets `condition` (which may ask for `cursor` too: its gateway's, of this
 * log epoch), and that nobody is deciding about it right now. Locks those for which it holds. For statements about many places: one
 * that waits for a place and holds others ends in a deadlock with a decision about many gateways.
 */
export function atRest(condition: Sql): Sql {
  return sql`(place.artifact_id, place.gateway_id) IN (
    SELECT place.artifact_id, place.gateway_id FROM artifact_gateways AS place
    LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = place.gateway_id AND cursor.log_epoch = (SELECT epoch FROM log_epoch)
    WHERE ${condition} FOR UPDATE OF place SKIP LOCKED)`;
}

/** Whether a decision is new, or the last one issued again because its outcome is not known. */
export type Occasion = 'NEW' | 'REISSUE';

/**
 * Decides that a deployment shall be on a gateway. Returns the event that tells it, to be appended before the commit.
 */
export async function decideDeployed(
  transaction: Queryable,
  place: Place,
  deploymentId: string,
  actor: string,
  occasion: Occasion = 'NEW',
): Promise<NewEvent> {
  const { correlationId, performedAt } = await decide(transaction, place, 'DEPLOYED', deploymentId, occasion);
  const change = { kind: place.kind, verb: 'deployed', artifactId: place.artifactId, deploymentId, performedAt } as const;
  return newEvent(artifactChange(change), place.gatewayId, actor, correlationId);
}

/**
 * Decides that nothing of an artifact shall be served on a gateway. `deploymentId` stays the place's current deployment (null: it
 * is deleted). Returns the event that tells it.
 *
 * The event names the deployment only if the gateway is known to hold it. A gateway refuses an undeploy of another deployment
 * than its own (gateway protocol 1.6) and would serve that one for ever; with an empty id it undeploys whatever it holds.
 */
export async function decideUndeployed(
  transaction: Queryable,
  place: Place,
  deploymentId: string | null,
  actor: string,
  occasion: Occasion = 'NEW',
): Promise<NewEvent> {
  const { correlationId, performedAt, confirmedDeploymentId } = await decide(
    transaction,
    place,
    'UNDEPLOYED',
    deploymentId,
    occasion,
  );
  const held = deploymentId !== null && deploymentId === confirmedDeploymentId ? deploymentId : '';
  const change = { kind: place.kind, verb: 'undeployed', artifactId: place.artifactId, deploymentId: held, performedAt } as const;
  return newEvent(artifactChange(change), place.gatewayId, actor, correlationId);
}

/** Decides again what was decided last for a place. Returns the event that tells it. */
export function decideAgain(
  transaction: Queryable,
  place: Place,
  { desiredState, deploymentId }: PlaceState,
  actor: string,
  occasion: Occasion,
): Promise<NewEvent> {
  return desiredState === 'DEPLOYED' && deploymentId !== null
    ? decideDeployed(transaction, place, deploymentId, actor, occasion)
    : decideUndeployed(transaction, place, deploymentId, actor, occasion);
}

/** Decides again, for each artifact that is still there, what was decided last on a gateway. Returns the events that tell it. */
export async function decideAllAgain(
  transaction: Queryable,
  organizationId: string,
  gatewayId: string,
  artifacts: readonly Pick<Place, 'artifactId' | 'kind'>[],
): Promise<NewEvent[]> {
  const ids = artifacts.map(({ artifactId }) => artifactId);
  // In the order of their ids, so that two resyncs never wait for each other.
  const kept = await transaction.query<{ id: string }>(
    sql`SELECT id FROM artifacts WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR SHARE`,
  );
  const present = new Set(kept.map(({ id }) => id));
  const events: NewEvent[] = [];
  for (const { artifactId, kind } of artifacts) {
    if (!present.has(artifactId)) continue;
    const place = { organizationId, artifactId, kind, gatewayId };
    const state = await lockPlace(transaction, place);
    if (!state) continue;
    events.push(await decideAgain(transaction, place, state, ownActor, 'NEW'));
  }
  return events;
}

/**
 * Writes a decision. `performedAt` is by the database's clock, taken while the row is locked, and always later than the one
 * before: a gateway drops what is not strictly newer (gateway protocol 0.9). Time-out and receipt start anew.
 */
async function decide(
  transaction: Queryable,
  place: Place,
  desiredState: DesiredState,
  deploymentId: string | null,
  occasion: Occasion,
) {
  const correlationId = newId();
  const status: Status = desiredState === 'DEPLOYED' ? 'DEPLOYING' : 'UNDEPLOYING';
  const [row] = await transaction.query<{ performedAt: Date; confirmedDeploymentId: string | null }>(sql`
    INSERT INTO artifact_gateways AS place
      (artifact_id, gateway_id, deployment_id, desired_state, status, performed_at, desired_since, correlation_id, updated_at)
    VALUES (${place.artifactId}, ${place.gatewayId}, ${deploymentId}, ${desiredState}, ${status},
            date_trunc('milliseconds', clock_timestamp()), clock_timestamp(), ${correlationId}, clock_timestamp())
    ON CONFLICT (artifact_id, gateway_id) DO UPDATE SET
      deployment_id = EXCLUDED.deployment_id, desired_state = EXCLUDED.desired_state, status = EXCLUDED.status,
      status_reason = NULL, written_at = NULL, receipt_at = NULL, reissue_at = NULL,
      reissues = CASE WHEN ${occasion} = 'REISSUE' THEN place.reissues + 1 ELSE 0 END, updated_at = clock_timestamp(), correlation_id = EXCLUDED.correlation_id,
      performed_at = GREATEST(date_trunc('milliseconds', clock_timestamp()), place.performed_at + interval '1 millisecond'),
      desired_since = CASE WHEN (place.desired_state, place.deployment_id) IS NOT DISTINCT FROM (EXCLUDED.desired_state, EXCLUDED.deployment_id)
        THEN place.desired_since ELSE EXCLUDED.desired_since END
    RETURNING performed_at AS "performedAt", confirmed_deployment_id AS "confirmedDeploymentId"`);
  if (!row) throw new Error('The decision was not written.');
  return { correlationId, ...row };
}
