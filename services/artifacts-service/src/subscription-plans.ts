import { oneOf, type PlanState, planStatuses, planThrottle, Type, Uuid, wholeSeconds } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import type { HttpApp } from '@gatecast/service-kit';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';
import { etagOf } from './etag.js';
import { noteListing } from './listings.js';
import { sendArray } from './send-array.js';

const Instant = Type.String({ format: 'date-time', description: 'Whole seconds, UTC.' });
const Plan = Type.Object({
  id: Uuid,
  handle: Type.String(),
  planName: Type.String(),
  stopOnQuotaReach: Type.Boolean(),
  throttleLimitCount: Type.Optional(Type.Integer()),
  throttleLimitUnit: Type.Optional(oneOf(['Min', 'Hour', 'Day', 'Month'])),
  expiryTime: Type.Optional(Instant),
  status: oneOf(planStatuses),
  createdAt: Instant,
  updatedAt: Instant,
  etag: Uuid,
});

const pageSize = 1_000;

type Row = PlanState & { readonly createdAt: Date; readonly updatedAt: Date };

/** Lists the subscription plans of the asking gateway's organization (gateway protocol 2.7). */
export function subscriptionPlanRoutes(app: HttpApp, database: Queryable): void {
  app.get(
    '/subscription-plans',
    {
      schema: {
        operationId: 'listSubscriptionPlans',
        tags: ['credentials'],
        summary: 'Subscription plans of the organization',
        description: 'A list that breaks off must not be used.',
        security: apiKeySecurity,
        response: {
          200: {
            description: 'The plans.',
            content: { 'application/json': { schema: Type.Unsafe<NodeJS.ReadableStream>(Type.Array(Plan)) } },
          },
          ...errorAnswers(),
        },
      },
    },
    async (request, reply) => {
      await noteListing(database, request.gateway, 'plan');
      return sendArray(request, reply, plansOf(database, request.gateway));
    },
  );
}

async function* plansOf(database: Queryable, { organizationId }: Gateway) {
  for (let after = '', isLast = false; !isLast; ) {
    const page = await database.query<Row>(sql`
      SELECT id, handle, display_name AS "displayName", limits, expiry_time AS "expiryTime", status,
        created_at AS "createdAt", updated_at AS "updatedAt"
      FROM subscription_plans WHERE organization_id = ${organizationId} AND handle > ${after} ORDER BY handle LIMIT ${pageSize}`);
    yield page.map(wirePlan);
    after = page.at(-1)?.handle ?? after;
    isLast = page.length < pageSize;
  }
}

function wirePlan(plan: Row) {
  const { id, handle, displayName, expiryTime, status, createdAt, updatedAt } = plan;
  return {
    id,
    handle,
    planName: displayName,
    ...planThrottle(plan),
    ...(expiryTime && { expiryTime: wholeSeconds(expiryTime) }),
    status,
    createdAt: wholeSeconds(createdAt),
    updatedAt: wholeSeconds(updatedAt),
    etag: etagOf(id, updatedAt),
  };
}
