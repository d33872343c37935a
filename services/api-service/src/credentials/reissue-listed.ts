import type { EntityType, Kind } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import { decideAllAgain } from '../deployments/decision.js';
import { type NewEvent, newEvent, ownActor } from '../event-log/append.js';
import { type ChangeOptions, createChange, type Outcome } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';
import { deletionsAmong, stillDeleted } from '../event-log/tombstones.js';
import { issueKeys, issuePlans, issueSubscriptions, subscriptionsWhere } from './issue.js';

interface Listing {
  readonly gatewayId: string;
  readonly entityType: Exclude<EntityType, 'application'>;
  readonly organizationId: string;
}

type Gateway = Pick<Listing, 'gatewayId' | 'organizationId'>;

const dueAtOnce = 100;
/** Held locked together: gateways that list anew wait for it. */
const unchangedAtOnce = 500;
/** A gateway waits 30 s for an answer (gateway protocol 2.0), which may be a second younger than the note: so late the list may still have its effect. */
const effectMsMax = 36_000;

/**
 * Issues again, in its current form, what a list may have undone: a gateway was told all of its deployments, keys, subscriptions or
 * plans, removes what is not in the list and takes what is in it, whatever it learned by an event while it waited for the answer
 * (gateway protocol 3.2). So a key may be lost that was just made, and one come back that was just revoked; and an artifact that was
 * undeployed or deleted before the gateway had it is fetched, and serves. That is what has changed since the head that was noted with
 * the list. Once soon after the list, and once more when it surely had its effect. Nothing changed, nothing is
 * issued. By the database's clock; any number of replicas may do it.
 */
export async function reissueListed(options: ChangeOptions): Promise<void> {
  const { database, logger } = options;
  const change = createChange(options);
  // After a storm of gateways there are tens of thousands of lists, and few of them with a change after them.
  while ((await passUnchanged(database)) === unchangedAtOnce);
  const due = await database.query<Listing>(sql`
    SELECT listing.gateway_id AS "gatewayId", listing.entity_type AS "entityType", gateways.organization_id AS "organizationId"
    FROM credential_listings AS listing JOIN gateways ON gateways.id = listing.gateway_id
    WHERE listing.reissue_at <= clock_timestamp() ORDER BY listing.reissue_at LIMIT ${dueAtOnce}`);
  await eachByItself(due, logger, async (listing) => {
    const events = await change(listing.organizationId, (transaction) => reissue(transaction, listing));
    const { gatewayId, entityType } = listing;
    if (events > 0) logger.info({ gatewayId, entityType, events }, 'issued again after a list');
  });
}

/** The condition that a list, `listing`, surely had its effect. */
const isOver = sql`listing.listed_at <= clock_timestamp() - ${effectMsMax} * interval '1 millisecond'`;
/** When it surely had. */
const whenOver = sql`listing.listed_at + (${effectMsMax} + 1000) * interval '1 millisecond'`;

/** Passes by lists that are due and that nothing has changed after. Returns how many. */
async function passUnchanged(database: Queryable): Promise<number> {
  const hasChanged = (gatewayId: Sql) => sql`EXISTS (
    SELECT FROM events WHERE events.organization_id = gateways.organization_id AND events.gateway_id ${gatewayId}
      AND events.revision > listing.head AND events.entity_type = listing.entity_type)`;
  const [passed] = await database.query<{ count: number }>(sql`
    WITH due AS (
      SELECT listing.gateway_id, listing.entity_type, ${isOver} AS is_over, ${whenOver} AS when_over
      FROM credential_listings AS listing JOIN gateways ON gateways.id = listing.gateway_id
      WHERE listing.reissue_at <= clock_timestamp()
        AND NOT ${hasChanged(sql`= listing.gateway_id`)} AND NOT ${hasChanged(sql`IS NULL`)}
      ORDER BY listing.reissue_at LIMIT ${unchangedAtOnce} FOR UPDATE OF listing SKIP LOCKED
    ), ended AS (
      DELETE FROM credential_listings AS listing USING due
      WHERE listing.gateway_id = due.gateway_id AND listing.entity_type = due.entity_type AND due.is_over
    ), put_off AS (
      UPDATE credential_listings AS listing SET reissue_at = due.when_over FROM due
      WHERE listing.gateway_id = due.gateway_id AND listing.entity_type = due.entity_type AND NOT due.is_over
    )
    SELECT count(*)::int AS count FROM due`);
  return passed?.count ?? 0;
}

async function reissue(transaction: Queryable, { gatewayId, entityType, organizationId }: Listing): Promise<Outcome<number>> {
  const [noted] = await transaction.query<{ head: number; isLast: boolean }>(sql`
    SELECT head, ${isOver} AS "isLast" FROM credential_listings AS listing
    WHERE gateway_id = ${gatewayId} AND entity_type = ${entityType} AND reissue_at <= clock_timestamp()
    FOR UPDATE SKIP LOCKED`);
  // Another replica is at it, or was.
  if (!noted) return { result: 0, events: [] };
  const changed = await transaction.query<{ id: string }>(sql`
    SELECT DISTINCT entity_id AS id FROM events
    WHERE organization_id = ${organizationId} AND (gateway_id = ${gatewayId} OR gateway_id IS NULL)
      AND revision > ${noted.head} AND entity_type = ${entityType}`);
  const ids = changed.map(({ id }) => id);
  const events =
    ids.length > 0
      ? [
          ...(await deleteAgain(transaction, gatewayId, entityType, ids)),
          ...(await issueAgain[entityType](transaction, { gatewayId, organizationId }, ids)),
        ]
      : [];
  await transaction.query(
    noted.isLast
      ? sql`DELETE FROM credential_listings WHERE gateway_id = ${gatewayId} AND entity_type = ${entityType}`
      : sql`UPDATE credential_listings AS listing SET reissue_at = ${whenOver}
          WHERE gateway_id = ${gatewayId} AND entity_type = ${entityType}`,
  );
  return { result: events.length, events };
}

async function deleteAgain(
  transaction: Queryable,
  gatewayId: string,
  entityType: Listing['entityType'],
  ids: readonly string[],
): Promise<NewEvent[]> {
  const deletions = await deletionsAmong(transaction, entityType, ids);
  const isGoneForEver = entityType === 'artifact' || entityType === 'plan';
  const holding = isGoneForEver ? deletions : await stillDeleted(transaction, deletions);
  return holding.map((deletion) => newEvent(deletion, gatewayId, ownActor));
}

const issueAgain: Readonly<
  Record<Listing['entityType'], (transaction: Queryable, gateway: Gateway, ids: readonly string[]) => Promise<NewEvent[]>>
> = {
  /** A deploy is not undone by a list: its `performedAt` is newer than what the list says. */
  async artifact(transaction, { gatewayId, organizationId }, ids) {
    const undeployed = await transaction.query<{ artifactId: string; kind: Kind }>(sql`
      SELECT artifacts.id AS "artifactId", artifacts.kind FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
      WHERE place.gateway_id = ${gatewayId} AND place.artifact_id = ANY(${ids}::uuid[]) AND place.desired_state = 'UNDEPLOYED'
      ORDER BY artifacts.id`);
    return decideAllAgain(transaction, organizationId, gatewayId, undeployed);
  },

  async key(transaction, { gatewayId }, ids) {
    const owners = sql`SELECT artifact_id FROM api_keys WHERE id = ANY(${ids}::uuid[])`;
    return issueKeys(transaction, gatewayId, ids, await lockArtifactsOnGateway(transaction, gatewayId, owners));
  },

  async subscription(transaction, { gatewayId }, ids) {
    const owners = sql`SELECT artifact_id FROM subscriptions WHERE id = ANY(${ids}::uuid[])`;
    const artifactIds = await lockArtifactsOnGateway(transaction, gatewayId, owners);
    const subscriptions = await subscriptionsWhere(
      transaction,
      sql`id = ANY(${ids}::uuid[]) AND artifact_id = ANY(${artifactIds}::uuid[])`,
    );
    return issueSubscriptions(transaction, gatewayId, subscriptions, 'NOTHING');
  },

  /** With a plan goes whatever refers to it. */
  async plan(transaction, { gatewayId }, ids) {
    const owners = sql`SELECT artifact_id FROM subscriptions WHERE plan_id = ANY(${ids}::uuid[])`;
    const artifactIds = await lockArtifactsOnGateway(transaction, gatewayId, owners);
    const plans = await issuePlans(transaction, gatewayId, ids);
    const subscriptions = await subscriptionsWhere(
      transaction,
      sql`plan_id = ANY(${ids}::uuid[]) AND artifact_id = ANY(${artifactIds}::uuid[])`,
    );
    return [...plans, ...(await issueSubscriptions(transaction, gatewayId, subscriptions, 'NOTHING'))];
  },
};

/** Locks those of some artifacts that have a place on a gateway, so that nothing that belongs to them changes. Returns their UUIDs. */
async function lockArtifactsOnGateway(transaction: Queryable, gatewayId: string, artifactIds: Sql): Promise<string[]> {
  const locked = await transaction.query<{ id: string }>(sql`
    SELECT id FROM artifacts
    WHERE id IN (${artifactIds})
      AND EXISTS (SELECT FROM artifact_gateways AS place WHERE place.artifact_id = artifacts.id AND place.gateway_id = ${gatewayId})
    ORDER BY id FOR SHARE`);
  return locked.map(({ id }) => id);
}
