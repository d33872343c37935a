/**
 * What the contract says about each frame and each list (gateway protocol 1.3 to 1.7, 2.3 to 2.8), written down from it and from
 * nothing else: no schema and no builder of this project is used here.
 */

/** How a field looks on the wire. */
export type Shape =
  | 'text'
  | 'uuid'
  | 'uuid or empty'
  | 'boolean'
  | 'count'
  | 'seconds'
  | 'milliseconds'
  | 'instant'
  | 'hashes in a string'
  | 'hashes'
  | 'null'
  | 'seconds or null'
  | 'text or null'
  | readonly string[]
  | { readonly each: Facts }
  | { readonly one: Facts };

/** Fields by name; a name that ends with `?` may be left out. */
export interface Facts {
  readonly [field: string]: Shape;
}

const subscription: Facts = { apiId: 'uuid', subscriptionId: 'uuid', 'applicationId?': 'uuid', subscriptionToken: 'text' };
const subscriptionState: Facts = {
  ...subscription,
  'subscriptionPlanId?': 'uuid',
  status: ['ACTIVE', 'INACTIVE', 'REVOKED'],
};
const plan: Facts = { planId: 'uuid', handle: 'text', planName: 'text' };
const planState: Facts = {
  ...plan,
  stopOnQuotaReach: 'boolean',
  'throttleLimitCount?': 'count',
  'throttleLimitUnit?': 'text',
  'expiryTime?': 'seconds',
  status: 'text',
};

/** Payloads of the events, by type. */
export const payloads: Readonly<Record<string, Facts>> = {
  'api.deployed': { apiId: 'uuid', deploymentId: 'uuid', performedAt: 'milliseconds' },
  'api.undeployed': { apiId: 'uuid', deploymentId: 'uuid or empty', performedAt: 'milliseconds' },
  'api.deleted': { apiId: 'uuid' },
  'llmprovider.deployed': { providerId: 'uuid', deploymentId: 'uuid', performedAt: 'milliseconds' },
  'llmprovider.undeployed': { providerId: 'uuid', deploymentId: 'uuid or empty', performedAt: 'milliseconds' },
  'llmprovider.deleted': { providerId: 'uuid' },
  'llmproxy.deployed': { proxyId: 'uuid', deploymentId: 'uuid', performedAt: 'milliseconds' },
  'llmproxy.undeployed': { proxyId: 'uuid', deploymentId: 'uuid or empty', performedAt: 'milliseconds' },
  'llmproxy.deleted': { proxyId: 'uuid' },
  'mcpproxy.deployed': { proxyId: 'uuid', deploymentId: 'uuid', performedAt: 'milliseconds' },
  'mcpproxy.undeployed': { proxyId: 'uuid', deploymentId: 'uuid or empty', performedAt: 'milliseconds' },
  'mcpproxy.deleted': { proxyId: 'uuid' },
  'apikey.created': {
    uuid: 'uuid',
    apiId: 'uuid',
    // Optional in the contract; this project always names its keys.
    name: 'text',
    apiKeyHashes: 'hashes in a string',
    maskedApiKey: 'text',
    'externalRefId?': 'text',
    'expiresAt?': 'seconds',
    'issuer?': 'text',
    createdAt: 'seconds',
    updatedAt: 'seconds',
  },
  'apikey.updated': {
    apiId: 'uuid',
    keyName: 'text',
    'externalRefId?': 'text',
    apiKeyHashes: 'hashes in a string',
    maskedApiKey: 'text',
    'expiresAt?': 'seconds',
    'issuer?': 'text',
    updatedAt: 'seconds',
  },
  'apikey.revoked': { apiId: 'uuid', keyName: 'text' },
  'subscription.created': subscriptionState,
  'subscription.updated': subscriptionState,
  'subscription.deleted': subscription,
  'subscriptionPlan.created': planState,
  'subscriptionPlan.updated': planState,
  'subscriptionPlan.deleted': plan,
  'application.updated': {
    applicationId: 'text',
    applicationUuid: 'uuid',
    applicationName: 'text',
    applicationType: 'text',
    mappings: { each: { apiKeyUuid: 'uuid' } },
  },
};

/** Types that the contract names and that are not for this project's kinds, or never sent by anybody. */
export const notSent = ['websub.*', 'webbroker.*', 'gateway.config.updated'];

export const connectionAck: Facts = { type: ['connection.ack'], gatewayId: 'uuid', connectionId: 'uuid', timestamp: 'seconds' };

/** Returns the envelope of an event. */
export const envelope = (type: string): Facts => ({
  type: [type],
  payload: { one: payloads[type] as Facts },
  timestamp: 'seconds',
  correlationId: 'uuid',
  'userId?': 'text',
});

/** The only frame of a gateway. */
export const deploymentAck: Facts = {
  type: ['deployment.ack'],
  payload: {
    one: {
      deploymentId: 'uuid or empty',
      artifactId: 'uuid',
      resourceType: ['api', 'llmprovider', 'llmproxy', 'mcpproxy'],
      action: ['deploy', 'undeploy'],
      status: ['success', 'failed'],
      performedAt: 'instant',
      'errorCode?': ['GATEWAY_PROCESSING_ERROR', 'DEPLOYMENT_ID_MISMATCH'],
    },
  },
};

/** JSON bodies of successful answers of the internal API, by route. Lists are given by their row. */
export const answers: Readonly<Record<string, Facts>> = {
  'GET /deployments': {
    deployments: {
      each: {
        artifactId: 'uuid',
        deploymentId: 'uuid',
        kind: ['RestApi', 'LlmProvider', 'LlmProxy', 'Mcp'],
        state: ['DEPLOYED', 'UNDEPLOYED'],
        deployedAt: 'milliseconds',
        etag: 'uuid',
      },
    },
  },
  'POST /artifacts/exists': { artifacts: { each: { artifactId: 'text', exists: 'boolean' } } },
  'GET /subscription-plans': {
    rows: {
      each: {
        id: 'uuid',
        handle: 'text',
        planName: 'text',
        stopOnQuotaReach: 'boolean',
        'throttleLimitCount?': 'count',
        'throttleLimitUnit?': 'text',
        'expiryTime?': 'seconds',
        status: 'text',
        createdAt: 'seconds',
        updatedAt: 'seconds',
        etag: 'uuid',
      },
    },
  },
  'GET /apis/{id}/subscriptions': {
    rows: {
      each: {
        id: 'uuid',
        apiId: 'uuid',
        'applicationId?': 'uuid',
        subscriptionToken: 'text',
        'subscriptionPlanId?': 'uuid',
        status: ['ACTIVE', 'INACTIVE', 'REVOKED'],
        createdAt: 'seconds',
        updatedAt: 'seconds',
        etag: 'uuid',
      },
    },
  },
  'GET /{kind}/api-keys': {
    rows: {
      each: {
        etag: 'uuid',
        uuid: 'uuid',
        name: 'text',
        maskedApiKey: 'text',
        apiKeyHashes: 'hashes',
        artifactUuid: 'uuid',
        status: ['active'],
        createdAt: 'seconds',
        createdBy: 'text',
        updatedAt: 'seconds',
        expiresAt: 'seconds or null',
        source: ['external'],
        externalRefId: 'text or null',
        'issuer?': 'text',
      },
    },
  },
  'GET /secrets': {
    list: {
      each: {
        uuid: 'uuid',
        handle: 'text',
        name: 'text',
        type: 'text',
        provider: 'text',
        status: ['ACTIVE', 'DEPRECATED'],
        hash: 'text',
        createdAt: 'instant',
        updatedAt: 'instant',
        'value?': 'text',
      },
    },
    count: 'count',
  },
  'GET /secrets/{handle}/value': { value: 'text' },
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sha256 = /^[0-9a-f]{64}$/;
const is = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);
const seconds = is(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isHashes = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).join() === 'sha256' &&
  is(sha256)((value as { sha256: string }).sha256);

const checks: Readonly<Record<Extract<Shape, string>, (value: unknown) => boolean>> = {
  text: isText,
  uuid: is(uuid),
  'uuid or empty': (value) => value === '' || is(uuid)(value),
  boolean: (value) => typeof value === 'boolean',
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
  seconds,
  milliseconds: is(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  instant: is(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/),
  'hashes in a string': (value) => is(/^\{"sha256":"[0-9a-f]{64}"\}$/)(value),
  hashes: isHashes,
  null: (value) => value === null,
  'seconds or null': (value) => value === null || seconds(value),
  'text or null': (value) => value === null || isText(value),
};

/** Returns what in a body is not as the contract has it, a line each: missing and unknown fields, and values of another shape. */
export function deviations(facts: Facts, body: unknown, at = ''): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return [`${at || 'the body'} is no object`];
  const known = new Map(Object.entries(facts).map(([name, shape]) => [name.replace(/\?$/, ''), shape]));
  const unknown = Object.keys(body).filter((name) => !known.has(name));
  const missing = Object.keys(facts).filter((name) => !name.endsWith('?') && !(name in body));
  return [
    ...unknown.map((name) => `${at}${name} is not in the contract`),
    ...missing.map((name) => `${at}${name} is missing`),
    ...Object.entries(body).flatMap(([name, value]) => {
      const shape = known.get(name);
      return shape === undefined ? [] : wrong(shape, value, `${at}${name}`);
    }),
  ];
}

function wrong(shape: Shape, value: unknown, at: string): string[] {
  if (typeof shape === 'string') return checks[shape](value) ? [] : [`${at} is no ${shape}: ${JSON.stringify(value)}`];
  if (Array.isArray(shape))
    return shape.includes(value) ? [] : [`${at} is none of ${shape.join(', ')}: ${JSON.stringify(value)}`];
  if ('one' in shape) return deviations(shape.one as Facts, value, `${at}.`);
  const { each } = shape as { readonly each: Facts };
  if (!Array.isArray(value)) return [`${at} is no list`];
  return value.flatMap((row, n) => deviations(each, row, `${at}[${n}].`));
}
