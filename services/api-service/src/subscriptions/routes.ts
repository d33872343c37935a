import { randomBytes } from 'node:crypto';
import { type Kind, kinds, oneOf, subscriptionStatuses } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { invalid } from '../errors.js';
import { readOnly, timestamps, timestampsOf } from '../fields.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import type { Subscription, Subscriptions } from './subscriptions.js';

const kindNames = kinds.map(({ kind }) => kind) as [Kind, ...Kind[]];
const Token = Type.String({
  minLength: 16,
  maxLength: 256,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'What the subscriber will send: printable ASCII without spaces. Never changes. Generated when left out.',
});
const SubscriberId = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '\\S',
  description: 'Who uses it; you, when left out.',
});
const references = {
  subscriptionPlanId: Type.Optional(Type.String({ description: "The plan's id." })),
  applicationId: Type.Optional(Type.String({ description: "The application's id." })),
};
const Status = oneOf(subscriptionStatuses);
const given = {
  id: Type.Optional(readOnly(Type.String())),
  createdBy: Type.Optional(readOnly(Type.String())),
  createdAt: Type.Optional(timestamps.createdAt),
  updatedAt: Type.Optional(timestamps.updatedAt),
};

const SubscriptionInput = Type.Object(
  {
    ...given,
    artifactId: Type.String({ description: "The artifact's id." }),
    kind: Type.Optional(oneOf(kindNames, { default: 'RestApi' })),
    subscriberId: Type.Optional(SubscriberId),
    subscriptionToken: Type.Optional(Token),
    ...references,
    status: Type.Optional(Type.Unsafe<Static<typeof Status>>({ ...Status, default: 'ACTIVE' })),
  },
  { additionalProperties: false },
);
const fixed = ['artifactId', 'kind', 'subscriberId', 'subscriptionToken'] as const;
const SubscriptionChange = Type.Object(
  {
    ...given,
    ...Object.fromEntries(fixed.map((field) => [field, Type.Optional(Type.String({ description: 'Never changes.' }))])),
    ...references,
    status: Status,
  },
  { additionalProperties: false },
);
const SubscriptionBody = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    artifactId: Type.String(),
    kind: oneOf(kindNames),
    subscriberId: Type.String(),
    subscriptionToken: Type.String(),
    ...references,
    status: Status,
    createdBy: readOnly(Type.String()),
    ...timestamps,
  },
  { title: 'Subscription' },
);
const SubscriptionParams = Type.Object({ subscriptionId: Type.String({ description: "The subscription's id." }) });
const ofSubscriber = Type.Object(
  {
    subscriberId: Type.Optional(
      Type.String({ maxLength: 255, description: 'Found only if it is the subscription of this one.' }),
    ),
  },
  { additionalProperties: false },
);

const tag = 'Subscriptions';
const path = `${apiPath}/subscriptions`;
const references400 = ['APPLICATION_REF_NOT_FOUND', 'SUBSCRIPTION_PLAN_REF_NOT_FOUND'] as const;

/** Adds the routes of subscriptions (management API 5.3). */
export function subscriptionRoutes(app: HttpApp, subscriptions: Subscriptions): void {
  app.post(
    path,
    operation(
      {
        scope: 'ap:subscription:create',
        tag,
        summary: 'Subscribe to an artifact',
        description: 'One per subscriber and artifact. Gateways that have the artifact learn of it at once.',
        errors: ['ARTIFACT_REF_NOT_FOUND', ...references400, 'SUBSCRIPTION_EXISTS'],
      },
      { body: SubscriptionInput, response: { 201: SubscriptionBody } },
    ),
    async ({ caller, body }, reply) => {
      const { artifactId: handle, kind = 'RestApi', subscriberId = caller.username, status = 'ACTIVE' } = body;
      const token = body.subscriptionToken ?? randomBytes(32).toString('base64url');
      const reference = { organizationId: caller.organizationId, kind, handle };
      const made = await subscriptions.create(reference, subscriberId, token, { ...body, status }, caller.username);
      return reply.code(201).header('location', `${path}/${made.id}`).send(toBody(made));
    },
  );

  app.get(
    path,
    operation(
      { scope: 'ap:subscription:read', tag, summary: 'List subscriptions' },
      {
        querystring: Type.Object(
          {
            ...pageQuery,
            artifactId: Type.Optional(Type.String()),
            kind: Type.Optional(oneOf(kindNames)),
            applicationId: Type.Optional(Type.String()),
            subscriberId: Type.Optional(Type.String()),
            status: Type.Optional(Status),
          },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(SubscriptionBody) },
      },
    ),
    async ({ caller, query }) => listBody(await subscriptions.list(caller.organizationId, query), query, toBody),
  );

  app.get(
    `${path}/:subscriptionId`,
    operation(
      { scope: 'ap:subscription:read', tag, summary: 'Get a subscription', errors: ['SUBSCRIPTION_NOT_FOUND'] },
      { params: SubscriptionParams, response: { 200: SubscriptionBody } },
    ),
    async ({ caller, params }) => toBody(await subscriptions.get(caller.organizationId, params.subscriptionId)),
  );

  app.put(
    `${path}/:subscriptionId`,
    operation(
      {
        scope: 'ap:subscription:update',
        tag,
        summary: 'Change a subscription',
        description: 'Its status, plan and application: a plan or application that is left out is taken away.',
        errors: ['SUBSCRIPTION_NOT_FOUND', ...references400],
      },
      { params: SubscriptionParams, querystring: ofSubscriber, body: SubscriptionChange, response: { 200: SubscriptionBody } },
    ),
    async ({ caller, params, query, body }) => {
      const before = toBody(await subscriptions.get(caller.organizationId, params.subscriptionId));
      const changed = fixed.filter((field) => {
        const sent = (body as Record<string, unknown>)[field];
        return sent !== undefined && sent !== before[field];
      });
      if (changed.length > 0)
        throw invalid(
          changed.map((field) => ({ field, message: 'never changes: delete the subscription and make another one' })),
        );
      return toBody(
        await subscriptions.update(caller.organizationId, params.subscriptionId, body, caller.username, query.subscriberId),
      );
    },
  );

  app.delete(
    `${path}/:subscriptionId`,
    operation(
      { scope: 'ap:subscription:delete', tag, summary: 'End a subscription', errors: ['SUBSCRIPTION_NOT_FOUND'] },
      { params: SubscriptionParams, querystring: ofSubscriber, response: { 204: Type.Null() } },
    ),
    async ({ caller, params, query }, reply) => {
      await subscriptions.remove(caller.organizationId, params.subscriptionId, caller.username, query.subscriberId);
      return reply.code(204).send(null);
    },
  );
}

function toBody(subscription: Subscription): Static<typeof SubscriptionBody> {
  const { id, artifactHandle, kind, subscriberId, token, planHandle, applicationHandle, status, createdBy } = subscription;
  return {
    id,
    artifactId: artifactHandle,
    kind,
    subscriberId,
    subscriptionToken: token,
    ...(planHandle !== null && { subscriptionPlanId: planHandle }),
    ...(applicationHandle !== null && { applicationId: applicationHandle }),
    status,
    createdBy,
    ...timestampsOf(subscription),
  };
}
