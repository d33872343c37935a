import { limitTimeUnits, oneOf, planStatuses } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { invalid } from '../errors.js';
import { DateTime, Description, DisplayName, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import { contradictionsOf, limitsOf } from './limits.js';
import type { PlanContent, SubscriptionPlan, SubscriptionPlans } from './subscription-plans.js';

const limit = {
  limitType: oneOf(['REQUEST_COUNT'], { default: 'REQUEST_COUNT' }),
  timeUnit: oneOf(limitTimeUnits),
  timeAmount: Type.Integer({ minimum: 1, maximum: 1, default: 1, description: 'Gateways count per one unit.' }),
  limitCount: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  stopOnQuotaReach: Type.Boolean({ default: true, description: 'The same in all limits of a plan.' }),
};
const LimitInput = Type.Object(
  {
    ...limit,
    limitType: Type.Optional(limit.limitType),
    timeAmount: Type.Optional(limit.timeAmount),
    stopOnQuotaReach: Type.Optional(limit.stopOnQuotaReach),
  },
  { additionalProperties: false },
);
const limitsNote = 'One per time unit. Gateways are told the first: their protocol has room for one.';
const ExpiryTime = Type.Unsafe<string>({ ...DateTime, description: 'In the future; without it the plan never ends.' });
const Status = oneOf(planStatuses, { default: 'ACTIVE' });

const PlanInput = Type.Object(
  {
    id: Type.Optional(Handle),
    displayName: DisplayName,
    description: Type.Optional(Description),
    limits: Type.Optional(Type.Array(LimitInput, { maxItems: limitTimeUnits.length, description: limitsNote })),
    expiryTime: Type.Optional(ExpiryTime),
    status: Type.Optional(Status),
    createdBy: Type.Optional(readOnly(Type.String())),
    createdAt: Type.Optional(timestamps.createdAt),
    updatedAt: Type.Optional(timestamps.updatedAt),
  },
  { additionalProperties: false },
);
const PlanBody = Type.Object(
  {
    id: Handle,
    displayName: DisplayName,
    description: Type.Optional(Description),
    limits: Type.Array(Type.Object(limit), { description: limitsNote }),
    expiryTime: Type.Optional(ExpiryTime),
    status: Status,
    createdBy: readOnly(Type.String()),
    ...timestamps,
  },
  { title: 'SubscriptionPlan' },
);
const PlanParams = Type.Object({ subscriptionPlanId: handleParam('subscription plan') });

const tag = 'Subscription plans';
const path = `${apiPath}/subscription-plans`;

/** Adds the routes of subscription plans (management API 5.3). */
export function subscriptionPlanRoutes(app: HttpApp, plans: SubscriptionPlans): void {
  app.post(
    path,
    operation(
      {
        scope: 'ap:subscription_plan:create',
        tag,
        summary: 'Create a subscription plan',
        description: 'Every gateway of the organization is told.',
        errors: ['SUBSCRIPTION_PLAN_EXISTS'],
      },
      { body: PlanInput, response: { 201: PlanBody } },
    ),
    async ({ caller, body }, reply) => {
      const plan = await plans.create(caller.organizationId, caller.username, contentOf(body));
      return reply.code(201).header('location', `${path}/${plan.handle}`).send(toBody(plan));
    },
  );

  app.get(
    path,
    operation(
      { scope: 'ap:subscription_plan:read', tag, summary: 'List subscription plans' },
      { querystring: Type.Object(pageQuery, { additionalProperties: false }), response: { 200: ListOf(PlanBody) } },
    ),
    async ({ caller, query }) => listBody(await plans.list(caller.organizationId, query), query, toBody),
  );

  app.get(
    `${path}/:subscriptionPlanId`,
    operation(
      { scope: 'ap:subscription_plan:read', tag, summary: 'Get a subscription plan', errors: ['SUBSCRIPTION_PLAN_NOT_FOUND'] },
      { params: PlanParams, response: { 200: PlanBody } },
    ),
    async ({ caller, params }) => toBody(await plans.get(caller.organizationId, params.subscriptionPlanId)),
  );

  app.put(
    `${path}/:subscriptionPlanId`,
    operation(
      {
        scope: 'ap:subscription_plan:update',
        tag,
        summary: 'Change a subscription plan',
        description: 'Every gateway of the organization is told.',
        errors: ['SUBSCRIPTION_PLAN_NOT_FOUND'],
      },
      { params: PlanParams, body: PlanInput, response: { 200: PlanBody } },
    ),
    async ({ caller, params, body }) => {
      requireSameId(body.id, params.subscriptionPlanId);
      return toBody(await plans.update(caller.organizationId, params.subscriptionPlanId, contentOf(body), caller.username));
    },
  );

  app.delete(
    `${path}/:subscriptionPlanId`,
    operation(
      {
        scope: 'ap:subscription_plan:delete',
        tag,
        summary: 'Delete a subscription plan',
        description: 'Not while subscriptions have it.',
        errors: ['SUBSCRIPTION_PLAN_NOT_FOUND', 'SUBSCRIPTION_PLAN_IN_USE'],
      },
      { params: PlanParams, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      await plans.remove(caller.organizationId, params.subscriptionPlanId, caller.username);
      return reply.code(204).send(null);
    },
  );
}

/** @throws HttpError 400 naming what contradicts itself. */
function contentOf(input: Static<typeof PlanInput>): PlanContent & { readonly id?: string } {
  const { limits = [], status = 'ACTIVE' } = input;
  const problems = contradictionsOf(limitsOf(limits));
  if (problems.length > 0) throw invalid(problems);
  return { ...input, limits, status };
}

function toBody(plan: SubscriptionPlan): Static<typeof PlanBody> {
  const { handle, displayName, description, limits, expiryTime, status, createdBy } = plan;
  return {
    id: handle,
    displayName,
    ...(description !== null && { description }),
    limits: [...limits],
    ...(expiryTime && { expiryTime: expiryTime.toISOString() }),
    status,
    createdBy,
    ...timestampsOf(plan),
  };
}
