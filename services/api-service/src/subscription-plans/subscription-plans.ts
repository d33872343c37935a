import { type PlanState, type PlanStatus, planCreated, planDeleted, planUpdated } from '@gatecast/contracts';
import { isForeignKeyViolation, newId, type Queryable, type Sql, sql } from '@gatecast/database';
import { planColumns } from '../credentials/columns.js';
import { apiError } from '../errors.js';
import { newEvent } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { raiseTombstone } from '../event-log/tombstones.js';
import { createUnderHandle } from '../handle.js';
import { databaseNow, futureInstant } from '../instants.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { limitsOf, type PlanLimitInput } from './limits.js';

/** A plan as the management API shows it. */
export interface SubscriptionPlan extends PlanState {
  readonly description: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a caller decides about a plan. */
export interface PlanContent {
  readonly displayName: string;
  readonly description?: string;
  readonly limits: readonly PlanLimitInput[];
  /** RFC 3339. */
  readonly expiryTime?: string;
  readonly status: PlanStatus;
}

export type SubscriptionPlans = ReturnType<typeof createSubscriptionPlans>;

const columns = sql`${planColumns}, description, created_by AS "createdBy", created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Creates the access to subscription plans. Every gateway of the organization is told of each change, as one event for all. */
export function createSubscriptionPlans(options: ChangeOptions) {
  const { database } = options;
  const change = createChange(options);

  const notFound = (handle: string) => apiError('SUBSCRIPTION_PLAN_NOT_FOUND', `There is no subscription plan '${handle}'.`);

  async function find(source: Queryable, organizationId: string, handle: string, lock: Sql = sql``): Promise<SubscriptionPlan> {
    const [plan] = await source.query<SubscriptionPlan>(sql`
      SELECT ${columns} FROM subscription_plans WHERE organization_id = ${organizationId} AND handle = ${handle} ${lock}`);
    if (!plan) throw notFound(handle);
    return plan;
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get: (organizationId: string, handle: string): Promise<SubscriptionPlan> => find(database, organizationId, handle),

    async list(organizationId: string, query: ListQuery): Promise<Listed<SubscriptionPlan>> {
      const { limit, offset } = pageOf(query);
      const [items, [counted]] = await Promise.all([
        database.query<SubscriptionPlan>(sql`
          SELECT ${columns} FROM subscription_plans WHERE organization_id = ${organizationId}
          ORDER BY created_at DESC, id DESC LIMIT ${limit} OFFSET ${offset}`),
        database.query<{ total: number }>(
          sql`SELECT count(*) AS total FROM subscription_plans WHERE organization_id = ${organizationId}`,
        ),
      ]);
      return { items, total: counted?.total ?? 0 };
    },

    /** @throws HttpError 409 when the id is taken; 400 when it would be over already. */
    create: (
      organizationId: string,
      createdBy: string,
      content: PlanContent & { readonly id?: string },
    ): Promise<SubscriptionPlan> =>
      createUnderHandle(
        content,
        (handle) =>
          change(organizationId, async (transaction) => {
            const now = await databaseNow(transaction);
            const plan: SubscriptionPlan = {
              id: newId(),
              handle,
              displayName: content.displayName,
              description: content.description ?? null,
              limits: limitsOf(content.limits),
              expiryTime: content.expiryTime === undefined ? null : futureInstant('expiryTime', content.expiryTime, now),
              status: content.status,
              createdBy,
              createdAt: now,
              updatedAt: now,
            };
            await transaction.query(sql`
              INSERT INTO subscription_plans (id, organization_id, handle, display_name, description, limits, expiry_time, status, created_by, created_at, updated_at)
              VALUES (${plan.id}, ${organizationId}, ${handle}, ${plan.displayName}, ${plan.description}, ${JSON.stringify(plan.limits)},
                ${plan.expiryTime}, ${plan.status}, ${createdBy}, ${now}, ${now})`);
            return { result: plan, events: [newEvent(planCreated(plan), null, createdBy)] };
          }),
        (handle) => apiError('SUBSCRIPTION_PLAN_EXISTS', `There is already a subscription plan '${handle}': choose another id.`),
      ),

    /** @throws HttpError 404 when there is none; 400 when it would be over already. */
    update: (organizationId: string, handle: string, content: PlanContent, actor: string): Promise<SubscriptionPlan> =>
      change(organizationId, async (transaction) => {
        const before = await find(transaction, organizationId, handle, sql`FOR NO KEY UPDATE`);
        const now = await databaseNow(transaction);
        const plan: SubscriptionPlan = {
          ...before,
          displayName: content.displayName,
          description: content.description ?? null,
          limits: limitsOf(content.limits),
          expiryTime: expiryTimeOf(content, before, now),
          status: content.status,
          updatedAt: new Date(Math.max(now.getTime(), before.updatedAt.getTime() + 1000)),
        };
        await transaction.query(sql`
          UPDATE subscription_plans SET display_name = ${plan.displayName}, description = ${plan.description},
            limits = ${JSON.stringify(plan.limits)}, expiry_time = ${plan.expiryTime}, status = ${plan.status}, updated_at = ${plan.updatedAt}
          WHERE id = ${plan.id}`);
        return { result: plan, events: [newEvent(planUpdated(plan), null, actor)] };
      }),

    /** @throws HttpError 404 when there is none, 409 while subscriptions have it. */
    async remove(organizationId: string, handle: string, actor: string): Promise<void> {
      try {
        await change(organizationId, async (transaction) => {
          const plan = await find(transaction, organizationId, handle, sql`FOR UPDATE`);
          await transaction.query(sql`DELETE FROM subscription_plans WHERE id = ${plan.id}`);
          const deletion = planDeleted(plan);
          await raiseTombstone(transaction, organizationId, deletion);
          return { result: undefined, events: [newEvent(deletion, null, actor)] };
        });
      } catch (error) {
        if (!isForeignKeyViolation(error, 'plan_id')) throw error;
        throw apiError(
          'SUBSCRIPTION_PLAN_IN_USE',
          `Subscriptions have plan '${handle}': delete them or give them another plan first.`,
        );
      }
    },
  };
}

/** A plan that is over can still be changed otherwise. */
function expiryTimeOf({ expiryTime }: PlanContent, before: PlanState, now: Date): Date | null {
  if (expiryTime === undefined) return null;
  const isKept = before.expiryTime !== null && Math.floor(Date.parse(expiryTime) / 1000) === before.expiryTime.getTime() / 1000;
  return isKept ? before.expiryTime : futureInstant('expiryTime', expiryTime, now);
}
