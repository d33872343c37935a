import { keyedKinds } from './api-key-events.js';
import { applicationTypes } from './application-events.js';
import type { ArtifactVerb } from './frames.js';
import { type KindTraits, kinds } from './kinds.js';
import { subscriptionStatuses } from './subscription-events.js';
import { planStatuses } from './subscription-plan-events.js';
import { oneOf, type TSchema, Type, Uuid } from './words.js';

/** One type of frame on the socket, as a schema that lets nothing through that the contract does not name (gateway protocol 1). */
export interface FrameSchema {
  readonly type: string;
  readonly summary: string;
  readonly schema: TSchema;
}

const exact = { additionalProperties: false } as const;

/** RFC 3339 in UTC, in whole seconds. */
const Seconds = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z$',
  description: 'Whole seconds, UTC.',
});
/** RFC 3339 in UTC, in milliseconds. */
const Milliseconds = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description: 'Milliseconds, UTC; strictly increasing per artifact and gateway. The ack repeats it.',
});

/** The first frame after the upgrade (gateway protocol 1.3). */
export const ConnectionAckFrame = Type.Object(
  { type: Type.Literal('connection.ack'), gatewayId: Uuid, connectionId: Uuid, timestamp: Seconds },
  exact,
);

/** What an event's frame is made of besides its payload (gateway protocol 1.4). */
function eventFrame(type: string, summary: string, payload: Record<string, TSchema>): FrameSchema {
  const schema = Type.Object(
    {
      type: Type.Literal(type),
      payload: Type.Object(payload, exact),
      timestamp: Seconds,
      correlationId: Type.String({ format: 'uuid', description: 'Of the event: the same when it is sent again.' }),
      userId: Type.Optional(
        Type.String({ minLength: 1, description: 'Whose change it is; left out when there is nobody to name.' }),
      ),
    },
    exact,
  );
  return { type, summary, schema };
}

const artifactSummaries: Readonly<Record<ArtifactVerb, string>> = {
  deployed: 'Fetch the content, serve it, then ack.',
  undeployed: 'Serve it no more, keep configuration and credentials, then ack.',
  deleted: 'Remove it with its API keys and subscriptions. There is no ack.',
};

function artifactFrames({ eventPrefix, idField, title }: KindTraits): FrameSchema[] {
  const id = { [idField]: Uuid };
  const DeploymentId = Type.String({
    anyOf: [{ format: 'uuid' }, { const: '' }],
    description: 'Empty: the undeploy applies to whatever the gateway holds.',
  });
  const decided = (verb: 'deployed' | 'undeployed', deploymentId: TSchema) =>
    eventFrame(`${eventPrefix}.${verb}`, `${title}: ${artifactSummaries[verb]}`, {
      ...id,
      deploymentId,
      performedAt: Milliseconds,
    });
  return [
    decided('deployed', Uuid),
    decided('undeployed', DeploymentId),
    eventFrame(`${eventPrefix}.deleted`, `${title}: ${artifactSummaries.deleted}`, id),
  ];
}

const keyed = `Of any artifact of ${keyedKinds.join(', ')}.`;
const ArtifactId = Type.String({ format: 'uuid', description: keyed });
const key = {
  externalRefId: Type.Optional(Type.String()),
  apiKeyHashes: Type.String({
    pattern: '^\\{"sha256":"[0-9a-f]{64}"\\}$',
    description: 'A string that holds JSON; the key itself is never sent.',
  }),
  maskedApiKey: Type.String(),
  expiresAt: Type.Optional(Seconds),
  issuer: Type.Optional(Type.String()),
};
const KeyName = Type.String({ pattern: '^[a-z0-9]+([_-][a-z0-9]+)*$', minLength: 3, maxLength: 63 });

const subscription = {
  apiId: Uuid,
  subscriptionId: Uuid,
  applicationId: Type.Optional(Uuid),
  subscriptionToken: Type.String({ description: 'In plain: gateways hash it.' }),
};
const subscriptionState = {
  ...subscription,
  subscriptionPlanId: Type.Optional(Uuid),
  status: oneOf(subscriptionStatuses),
};

const plan = { planId: Uuid, handle: Type.String(), planName: Type.String() };
const planState = {
  ...plan,
  stopOnQuotaReach: Type.Boolean(),
  throttleLimitCount: Type.Optional(Type.Integer({ minimum: 1 })),
  throttleLimitUnit: Type.Optional(oneOf(['Min', 'Hour', 'Day', 'Month'])),
  expiryTime: Type.Optional(Seconds),
  status: oneOf(planStatuses),
};

/** Every event that is sent to a gateway (gateway protocol 1.5). */
export const eventFrames: readonly FrameSchema[] = Object.freeze([
  ...kinds.flatMap(artifactFrames),
  eventFrame('apikey.created', 'An API key, held already or not.', {
    uuid: Uuid,
    apiId: ArtifactId,
    name: KeyName,
    ...key,
    createdAt: Seconds,
    updatedAt: Seconds,
  }),
  eventFrame('apikey.updated', 'An API key has changed.', { apiId: ArtifactId, keyName: KeyName, ...key, updatedAt: Seconds }),
  eventFrame('apikey.revoked', 'An API key is no more.', { apiId: ArtifactId, keyName: KeyName }),
  eventFrame('subscription.created', 'A subscription. Its plan was told before.', subscriptionState),
  eventFrame('subscription.updated', 'A subscription has changed.', subscriptionState),
  eventFrame('subscription.deleted', 'A subscription is no more.', subscription),
  eventFrame('subscriptionPlan.created', 'A subscription plan, held already or not.', planState),
  eventFrame('subscriptionPlan.updated', 'A subscription plan has changed.', planState),
  eventFrame('subscriptionPlan.deleted', 'A subscription plan is no more.', plan),
  eventFrame('application.updated', 'An application and all of its API keys, in place of what was known.', {
    applicationId: Type.String({ description: 'Its handle.' }),
    applicationUuid: Uuid,
    applicationName: Type.String(),
    applicationType: oneOf(applicationTypes),
    mappings: Type.Array(Type.Object({ apiKeyUuid: Uuid }, exact)),
  }),
]);
