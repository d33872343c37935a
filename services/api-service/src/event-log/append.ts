import { type Action, type Change, type EntityType, envelopeOf, frameBytesMax, type Revision } from '@gatecast/contracts';
import { newId, type Queryable, sql } from '@gatecast/database';
import { apiError } from '../errors.js';

/** Who is named as the user where the control plane issues something by itself. */
export const ownActor = 'gatecast';

/** One event to be committed together with the change that it tells of. */
export interface NewEvent {
  readonly correlationId: string;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly action: Action;
  readonly type: string;
  /** The envelope as the gateway will read it. */
  readonly frame: string;
  readonly userId: string;
}

/**
 * Returns the event that tells of a change. A null `gatewayId`: every gateway of the organization.
 * @throws HttpError 413: it is larger than what can be delivered.
 */
export function newEvent(change: Change, gatewayId: string | null, actor: string, correlationId: string = newId()): NewEvent {
  const { entityType, entityId, action, type } = change;
  const frame = JSON.stringify(envelopeOf(change, correlationId, new Date(), actor));
  // As it travels: inside an answer of JSON, where quotes take two bytes.
  if (Buffer.byteLength(JSON.stringify(frame)) > frameBytesMax) {
    throw apiError(
      'PAYLOAD_TOO_LARGE',
      `What gateways would be told is larger than ${frameBytesMax / 1024} KiB: make it smaller.`,
    );
  }
  return { correlationId, gatewayId, entityType, entityId, action, type, frame, userId: actor };
}

/** About so many characters of frames go into one statement: both sides hold it whole. */
const statementMax = 16 * 1024 * 1024;

/**
 * Appends events to an organization's event log as the last thing before the commit: that takes the organization's head, and
 * whoever holds that lock decides the order, so revision order is commit order and has no gaps. The rows of
 * `artifact_gateways` that await one of these events learn its revision in the same statement. `traceparent`: where their trace goes
 * on. Returns the revisions.
 */
export async function appendEvents(
  transaction: Queryable,
  organizationId: string,
  events: readonly NewEvent[],
  traceparent: string | null = null,
): Promise<Revision[]> {
  const revisions: Revision[][] = [];
  for (let from = 0, to = 0; from < events.length; from = to) {
    for (let size = 0; to < events.length && size < statementMax; to += 1) size += (events[to] as NewEvent).frame.length;
    revisions.push(await appendTogether(transaction, organizationId, events.slice(from, to), traceparent));
  }
  return revisions.flat();
}

async function appendTogether(
  transaction: Queryable,
  organizationId: string,
  events: readonly NewEvent[],
  traceparent: string | null,
): Promise<Revision[]> {
  const rows = await transaction.query<{ revision: Revision }>(sql`
    WITH head AS (
      UPDATE organization_heads SET revision = revision + ${events.length}
      WHERE organization_id = ${organizationId}
      RETURNING revision - ${events.length} AS before
    ), appended AS (
      INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, user_id, committed_at, traceparent)
      SELECT ${organizationId}, head.before + new.position, new.id, new.gateway_id, new.entity_type, new.entity_id, new.action,
             new.type, new.frame, new.user_id, clock_timestamp(), ${traceparent}::text
      FROM head, unnest(
        ${events.map((event) => event.correlationId)}::uuid[], ${events.map((event) => event.gatewayId)}::uuid[],
        ${events.map((event) => event.entityType)}::text[], ${events.map((event) => event.entityId)}::uuid[],
        ${events.map((event) => event.action)}::text[], ${events.map((event) => event.type)}::text[],
        ${events.map((event) => event.frame)}::text[], ${events.map((event) => event.userId)}::text[]
      ) WITH ORDINALITY AS new (id, gateway_id, entity_type, entity_id, action, type, frame, user_id, position)
      RETURNING revision, id, gateway_id, entity_id
    ), awaited AS (
      UPDATE artifact_gateways SET revision = appended.revision
      FROM appended
      WHERE artifact_gateways.artifact_id = appended.entity_id AND artifact_gateways.gateway_id = appended.gateway_id
        AND artifact_gateways.correlation_id = appended.id
    )
    SELECT revision FROM appended ORDER BY revision`);
  if (rows.length !== events.length) throw new Error(`Organization ${organizationId} has no head: its events can't be ordered.`);
  return rows.map(({ revision }) => revision);
}
