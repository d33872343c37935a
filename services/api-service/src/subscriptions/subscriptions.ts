import {
  isUuid,
  type Kind,
  type PlanState,
  planCreated,
  type SubscriptionState,
  type SubscriptionStatus,
  subscriptionCreated,
  subscriptionDeleted,
  subscriptionUpdated,
} from '@gatecast/contracts';
import { isUniqueViolation, newId, type Queryable, type Sql, sql } from '@gatecast/database';
import { type ArtifactReference, artifactRefNotFound } from '../artifacts/reference.js';
import { planColumns, subscriptionColumns } from '../credentials/columns.js';
import { holdersOf, lockForCredentials } from '../credentials/holders.js';
import { apiError } from '../errors.js';
import { newEvent } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { raiseTombstone } from '../event-log/tombstones.js';
import { databaseNow } from '../instants.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';

/** A subscription as the management API shows it, with what it refers to by handle. */
export interface Subscription extends SubscriptionState {
  readonly kind: Kind;
  readonly artifactHandle: string;
  readonly applicationHandle: string | null;
  readonly planHandle: string | null;
  readonly subscriberId: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What can be decided anew about a subscription; what is left out is taken away. */
export interface SubscriptionContent {
  readonly status: SubscriptionStatus;
  /** Handles. */
  readonly subscriptionPlanId?: string;
  readonly applicationId?: string;
}

/** Which subscriptions are asked for; handles. */
export interface SubscriptionFilter extends ListQuery {
  readonly artifactId?: string;
  readonly kind?: Kind;
  readonly applicationId?: string;
  readonly subscriberId?: string;
  readonly status?: SubscriptionStatus;
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;

const columns = sql`${subscriptionColumns}, artifacts.kind, artifacts.handle AS "artifactHandle", applications.handle AS "applicationHandle",
  subscription_plans.handle AS "planHandle", subscriptions.subscriber_id AS "subscriberId", subscriptions.created_by AS "createdBy",
  subscriptions.created_at AS "createdAt", subscriptions.updated_at AS "updatedAt"`;
const joined = sql`FROM subscriptions
  JOIN artifacts ON artifacts.id = subscriptions.artifact_id
  LEFT JOIN applications ON applications.id = subscriptions.application_id
  LEFT JOIN subscription_plans ON subscription_plans.id = subscriptions.plan_id`;

/** Creates the access to subscriptions. Each change is one transaction with the events that tell of it. */
export function createSubscriptions(options: ChangeOptions) {
  const { database } = options;
  const change = createChange(options);

  async function find(source: Queryable, organizationId: string, id: string, subscriberId?: string): Promise<Subscription> {
    const [subscription] = await source.query<Subscription>(sql`
      SELECT ${columns} ${joined}
      WHERE subscriptions.organization_id = ${organizationId} AND subscriptions.id = ${isUuid(id) ? id : null}
        AND (${subscriberId ?? null}::text IS NULL OR subscriptions.subscriber_id = ${subscriberId ?? null})`);
    if (!subscription) throw apiError('SUBSCRIPTION_NOT_FOUND', `There is no subscription '${id}'.`);
    return subscription;
  }

  /** Locks the artifact of a subscription and reads it anew. */
  async function lock(transaction: Queryable, organizationId: string, id: string, subscriberId?: string) {
    const { kind, artifactHandle: handle } = await find(transaction, organizationId, id, subscriberId);
    await lockForCredentials(transaction, { organizationId, kind, handle });
    return find(transaction, organizationId, id, subscriberId);
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get: (organizationId: string, id: string): Promise<Subscription> => find(database, organizationId, id),

    /** Returns the subscriptions that are asked for, the newest first. */
    async list(organizationId: string, filter: SubscriptionFilter): Promise<Listed<Subscription>> {
      const { limit, offset } = pageOf(filter);
      const is = (column: Sql, value: string | undefined) =>
        sql`(${value ?? null}::text IS NULL OR ${column} = ${value ?? null})`;
      const which = sql`subscriptions.organization_id = ${organizationId}
        AND ${is(sql`artifacts.handle`, filter.artifactId)} AND ${is(sql`artifacts.kind`, filter.kind)}
        AND ${is(sql`applications.handle`, filter.applicationId)} AND ${is(sql`subscriptions.subscriber_id`, filter.subscriberId)}
        AND ${is(sql`subscriptions.status`, filter.status)}`;
      const [items, [counted]] = await Promise.all([
        database.query<Subscription>(
          sql`SELECT ${columns} ${joined} WHERE ${which} ORDER BY subscriptions.created_at DESC, subscriptions.id DESC LIMIT ${limit} OFFSET ${offset}`,
        ),
        database.query<{ total: number }>(sql`SELECT count(*) AS total ${joined} WHERE ${which}`),
      ]);
      return { items, total: counted?.total ?? 0 };
    },

    /** @throws HttpError 400 when it refers to what does not exist, 409 when the subscriber has one or the token is taken. */
    async create(
      reference: ArtifactReference,
      subscriberId: string,
      token: string,
      content: SubscriptionContent,
      createdBy: string,
    ): Promise<Subscription> {
      const { organizationId } = reference;
      try {
        return await change(organizationId, async (transaction) => {
          const artifactId = await lockForCredentials(
            transaction,
            reference,
            artifactRefNotFound(reference.kind, reference.handle),
          );
          const applicationId = await applicationOf(transaction, organizationId, content.applicationId);
          const plan = await planOf(transaction, organizationId, content.subscriptionPlanId);
          const now = await databaseNow(transaction);
          const id = newId();
          await transaction.query(sql`
            INSERT INTO subscriptions (id, organization_id, artifact_id, subscriber_id, application_id, plan_id, token, status, created_by, created_at, updated_at)
            VALUES (${id}, ${organizationId}, ${artifactId}, ${subscriberId}, ${applicationId}, ${plan?.id ?? null}, ${token},
              ${content.status}, ${createdBy}, ${now}, ${now})`);
          const subscription = await find(transaction, organizationId, id);
          const holders = await holdersOf(transaction, artifactId);
          return {
            result: subscription,
            events: holders.flatMap(({ gatewayId }) => [
              // The gateway may be younger than the plan.
              ...(plan ? [newEvent(planCreated(plan), gatewayId, createdBy)] : []),
              newEvent(subscriptionCreated(subscription), gatewayId, createdBy),
            ]),
          };
        });
      } catch (error) {
        if (isUniqueViolation(error, 'token'))
          throw apiError('SUBSCRIPTION_EXISTS', 'This token is taken: choose another one, or let one be generated.');
        if (isUniqueViolation(error, 'subscriber'))
          throw apiError(
            'SUBSCRIPTION_EXISTS',
            `'${subscriberId}' has a subscription of '${reference.handle}' already: change that one.`,
          );
        throw error;
      }
    },

    /** @throws HttpError 404 when there is none, 400 when it refers to what does not exist. */
    update: (
      organizationId: string,
      id: string,
      content: SubscriptionContent,
      actor: string,
      subscriberId?: string,
    ): Promise<Subscription> =>
      change(organizationId, async (transaction) => {
        const before = await lock(transaction, organizationId, id, subscriberId);
        const applicationId = await applicationOf(transaction, organizationId, content.applicationId);
        const isSamePlan = content.subscriptionPlanId === (before.planHandle ?? undefined);
        const plan = isSamePlan ? undefined : await planOf(transaction, organizationId, content.subscriptionPlanId);
        const now = await databaseNow(transaction);
        const updatedAt = new Date(Math.max(now.getTime(), before.updatedAt.getTime() + 1000));
        await transaction.query(sql`
          UPDATE subscriptions SET application_id = ${applicationId}, plan_id = ${isSamePlan ? before.planId : (plan?.id ?? null)},
            status = ${content.status}, updated_at = ${updatedAt}
          WHERE id = ${before.id}`);
        const subscription = await find(transaction, organizationId, id);
        const holders = await holdersOf(transaction, before.artifactId);
        return {
          result: subscription,
          events: holders.flatMap(({ gatewayId }) => [
            ...(plan ? [newEvent(planCreated(plan), gatewayId, actor)] : []),
            newEvent(subscriptionUpdated(subscription), gatewayId, actor),
          ]),
        };
      }),

    /** @throws HttpError 404 when there is none. */
    remove: (organizationId: string, id: string, actor: string, subscriberId?: string): Promise<void> =>
      change(organizationId, async (transaction) => {
        const subscription = await lock(transaction, organizationId, id, subscriberId);
        await transaction.query(sql`DELETE FROM subscriptions WHERE id = ${subscription.id}`);
        const deletion = subscriptionDeleted(subscription);
        await raiseTombstone(transaction, organizationId, deletion);
        const holders = await holdersOf(transaction, subscription.artifactId);
        return { result: undefined, events: holders.map(({ gatewayId }) => newEvent(deletion, gatewayId, actor)) };
      }),
  };
}

/** Returns the UUID of the application that a body refers to, which stays while this transaction runs. */
async function applicationOf(transaction: Queryable, organizationId: string, handle: string | undefined): Promise<string | null> {
  if (handle === undefined) return null;
  const [application] = await transaction.query<{ id: string }>(sql`
    SELECT id FROM applications WHERE organization_id = ${organizationId} AND handle = ${handle} FOR KEY SHARE`);
  if (!application) {
    throw apiError('APPLICATION_REF_NOT_FOUND', `There is no application '${handle}' to refer to.`, [
      { field: 'applicationId', message: 'refers to no application' },
    ]);
  }
  return application.id;
}

/** Returns the plan that a body refers to; it does not change while this transaction runs. */
async function planOf(
  transaction: Queryable,
  organizationId: string,
  handle: string | undefined,
): Promise<PlanState | undefined> {
  if (handle === undefined) return undefined;
  const [plan] = await transaction.query<PlanState & { isOver: boolean }>(sql`
    SELECT ${planColumns}, (expiry_time <= clock_timestamp()) IS TRUE AS "isOver"
    FROM subscription_plans WHERE organization_id = ${organizationId} AND handle = ${handle} FOR SHARE`);
  const problem = !plan
    ? 'There is no subscription plan'
    : plan.isOver
      ? 'Expired is plan'
      : plan.status !== 'ACTIVE'
        ? 'Not active is plan'
        : undefined;
  if (problem) {
    throw apiError('SUBSCRIPTION_PLAN_REF_NOT_FOUND', `${problem} '${handle}': refer to one that is active.`, [
      { field: 'subscriptionPlanId', message: 'refers to no active plan' },
    ]);
  }
  return plan;
}
