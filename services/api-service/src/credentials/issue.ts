import {
  type ApiKeyState,
  type ApplicationState,
  apiKeyCreated,
  apiKeyRevoked,
  applicationUpdated,
  type PlanState,
  planCreated,
  type SubscriptionState,
  subscriptionCreated,
  subscriptionUpdated,
} from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import { type NewEvent, newEvent, ownActor } from '../event-log/append.js';
import { keyColumns, planColumns, subscriptionColumns } from './columns.js';

/** What is known of a gateway's copy of what it is told: it is current where it is there at all, or nothing is known of it. */
export type Knowledge = 'CURRENT_IF_HELD' | 'NOTHING';

/**
 * A gateway takes no more `apikey.created` from one user for one artifact than this, and says nothing (gateway protocol 1.6: a
 * setting of the gateway, 10 unless changed). `apikey.updated` is not counted, but names no UUID, by which applications refer to keys.
 */
const keysPerUserMax = 10;

/**
 * Returns the events that tell one gateway of everything that belongs to some artifacts, in the order that its checks need: API keys,
 * plans, subscriptions, applications. They come after the artifacts' own events. The artifacts are locked by the caller, so that
 * none of it changes before these events are in the log.
 *
 * With `NOTHING` known, keys that the gateway may not hold are revoked.
 */
export async function issueCredentials(
  transaction: Queryable,
  gatewayId: string,
  artifactIds: readonly string[],
  knowledge: Knowledge,
): Promise<NewEvent[]> {
  const which = sql`artifact_id = ANY(${artifactIds}::uuid[])`;
  // Counted by the way: all of them are read.
  const ofUser = sql`count(*) OVER (PARTITION BY artifact_id, created_by)`;
  const keys = await keyEvents(transaction, gatewayId, which, ofUser, knowledge);
  const subscriptions = await subscriptionsWhere(transaction, which);
  return [
    ...keys.events,
    ...(await withApplications(
      transaction,
      gatewayId,
      keys.given,
      await issueSubscriptions(transaction, gatewayId, subscriptions, knowledge),
    )),
  ];
}

/**
 * Returns the events that tell one gateway of some API keys again, with the applications that they are mapped to: those keys whose
 * artifacts are among the given, which are locked. Keys that are not for it are revoked there.
 */
export async function issueKeys(
  transaction: Queryable,
  gatewayId: string,
  keyIds: readonly string[],
  artifactIds: readonly string[],
): Promise<NewEvent[]> {
  const which = sql`id = ANY(${keyIds}::uuid[]) AND artifact_id = ANY(${artifactIds}::uuid[])`;
  const ofUser = keysOfUser(sql`api_keys.artifact_id`, sql`api_keys.created_by`);
  const { events, given } = await keyEvents(transaction, gatewayId, which, ofUser, 'NOTHING');
  return withApplications(transaction, gatewayId, given, events);
}

/** Returns the events that give one gateway some subscriptions, each plan before them. Their artifacts are locked. */
export async function issueSubscriptions(
  transaction: Queryable,
  gatewayId: string,
  subscriptions: readonly SubscriptionState[],
  knowledge: Knowledge,
): Promise<NewEvent[]> {
  const planIds = subscriptions.flatMap(({ planId }) => planId ?? []);
  return [
    ...(await issuePlans(transaction, gatewayId, planIds)),
    ...subscriptions.flatMap((subscription) => [
      newEvent(subscriptionCreated(subscription), gatewayId, ownActor),
      // Who holds it refuses the first, who does not hold it skips the second (gateway protocol 1.6).
      ...(knowledge === 'NOTHING' ? [newEvent(subscriptionUpdated(subscription), gatewayId, ownActor)] : []),
    ]),
  ];
}

/** Returns the events that give one gateway some plans. It may be younger than they are. */
export async function issuePlans(transaction: Queryable, gatewayId: string, planIds: readonly string[]): Promise<NewEvent[]> {
  if (planIds.length === 0) return [];
  const plans = await transaction.query<PlanState>(sql`
    SELECT ${planColumns} FROM subscription_plans WHERE id = ANY(${[...new Set(planIds)]}::uuid[]) ORDER BY id FOR SHARE`);
  return plans.map((plan) => newEvent(planCreated(plan), gatewayId, ownActor));
}

/** Returns subscriptions as gateways learn of them, the oldest first. */
export function subscriptionsWhere(transaction: Queryable, which: Sql): Promise<SubscriptionState[]> {
  return transaction.query<SubscriptionState>(sql`SELECT ${subscriptionColumns} FROM subscriptions WHERE ${which} ORDER BY id`);
}

type KeyOfGateway = ApiKeyState & {
  readonly createdBy: string;
  readonly isAllowed: boolean;
  readonly isExpired: boolean;
  /** How many keys its user has on its artifact, or as many as a gateway takes when there are more. */
  readonly ofUser: number;
};

async function keyEvents(transaction: Queryable, gatewayId: string, which: Sql, ofUser: Sql, knowledge: Knowledge) {
  const keys = await transaction.query<KeyOfGateway>(sql`
    SELECT ${keyColumns}, created_by AS "createdBy", ${isAllowed(gatewayId)} AS "isAllowed",
      (expires_at <= clock_timestamp()) IS TRUE AS "isExpired", ${ofUser} AS "ofUser"
    FROM api_keys WHERE ${which} ORDER BY id`);
  const given = keys.filter((key) => key.isAllowed && !key.isExpired);
  const taken = knowledge === 'NOTHING' ? keys.filter((key) => !key.isAllowed || key.isExpired) : [];
  return {
    given: given.map(({ id }) => id),
    events: [
      ...taken.map((key) => newEvent(apiKeyRevoked(key), gatewayId, key.createdBy)),
      ...given.map((key) => giveKey(key, gatewayId)),
    ],
  };
}

/**
 * Returns the event that gives a gateway a key, whether or not it holds it. It speaks in the name of the key's user, whoever caused
 * it, and on the wire of the key itself once the user has as many as a gateway takes: it counts them by that name.
 */
export function giveKey(key: ApiKeyState & { readonly createdBy: string; readonly ofUser: number }, gatewayId: string): NewEvent {
  const { createdBy, ofUser, handle } = key;
  const wireUser = ofUser < keysPerUserMax ? createdBy : `${createdBy}/${handle}`;
  return { ...newEvent(apiKeyCreated(key), gatewayId, wireUser), userId: createdBy };
}

/**
 * How many keys a user has on an artifact, or as many as a gateway takes when there are more. They are looked for in the order of an
 * index: for a few in any order PostgreSQL may choose to read the keys of all artifacts.
 */
export function keysOfUser(artifactId: Sql, username: Sql): Sql {
  return sql`(SELECT count(*) FROM (
    SELECT FROM api_keys AS counted WHERE counted.artifact_id = ${artifactId} AND counted.created_by = ${username}
    ORDER BY counted.handle LIMIT ${keysPerUserMax}
  ) AS counted)`;
}

/** Whether a row of `api_keys` is meant for a gateway. */
function isAllowed(gatewayId: string): Sql {
  return sql`(allowed_targets = '{}' OR (SELECT handle FROM gateways WHERE id = ${gatewayId}) = ANY(allowed_targets))`;
}

async function withApplications(
  transaction: Queryable,
  gatewayId: string,
  keyIds: readonly string[],
  before: readonly NewEvent[],
): Promise<NewEvent[]> {
  if (keyIds.length === 0) return [...before];
  const applications = await lockApplications(
    transaction,
    sql`id IN (SELECT application_id FROM application_key_mappings WHERE api_key_id = ANY(${keyIds}::uuid[]))`,
  );
  return [...before, ...applications.map((application) => newEvent(applicationUpdated(application), gatewayId, ownActor))];
}

/** Locks applications and returns them as gateways learn of them. Their keys are read after the lock is held. */
export async function lockApplications(
  transaction: Queryable,
  which: Sql,
  strength: 'FOR SHARE' | 'FOR NO KEY UPDATE' = 'FOR SHARE',
): Promise<ApplicationState[]> {
  const locked = await transaction.query<{ id: string }>(
    sql`SELECT id FROM applications WHERE ${which} ORDER BY id ${{ text: strength, values: [] }}`,
  );
  if (locked.length === 0) return [];
  return transaction.query<ApplicationState>(sql`
    SELECT id, handle, display_name AS "displayName", type,
      ARRAY(SELECT api_key_id::text FROM application_key_mappings WHERE application_id = applications.id ORDER BY api_key_id) AS "keyIds"
    FROM applications WHERE id = ANY(${locked.map(({ id }) => id)}::uuid[]) ORDER BY id`);
}
