/**
 * Frames letter by letter, written down from the contract (gateway protocol 1.3 to 1.7) with the ids and instants below. A frame that
 * changes here is a change for every gateway that is out there.
 */

export const artifactId = '01890000-0000-7000-8000-00000000000a';
export const deploymentId = '01890000-0000-7000-8000-00000000000d';
export const correlationId = '01890000-0000-7000-8000-00000000000c';
export const keyId = '01890000-0000-7000-8000-00000000000b';
export const subscriptionId = '01890000-0000-7000-8000-000000000005';
export const applicationId = '01890000-0000-7000-8000-000000000006';
export const planId = '01890000-0000-7000-8000-000000000007';
export const sha256 = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
/** When things were decided; frames have whole seconds or milliseconds of it. */
export const decidedAt = new Date('2026-03-04T05:06:07.080Z');
export const endsAt = new Date('2030-01-02T03:04:05.678Z');

/** What follows every payload. */
const by = `"timestamp":"2026-03-04T05:06:07Z","correlationId":"${correlationId}","userId":"somebody"`;

export const connectionAck = `{"type":"connection.ack","gatewayId":"${artifactId}","connectionId":"${deploymentId}","timestamp":"2026-03-04T05:06:07Z"}`;

const artifactFrames = (prefix: string, id: string) => ({
  [`${prefix}.deployed`]: [
    `{"type":"${prefix}.deployed","payload":{"${id}":"${artifactId}","deploymentId":"${deploymentId}","performedAt":"2026-03-04T05:06:07.080Z"},${by}}`,
  ],
  [`${prefix}.undeployed`]: [
    `{"type":"${prefix}.undeployed","payload":{"${id}":"${artifactId}","deploymentId":"${deploymentId}","performedAt":"2026-03-04T05:06:07.080Z"},${by}}`,
    // It applies to whatever the gateway holds.
    `{"type":"${prefix}.undeployed","payload":{"${id}":"${artifactId}","deploymentId":"","performedAt":"2026-03-04T05:06:07.080Z"},${by}}`,
  ],
  [`${prefix}.deleted`]: [`{"type":"${prefix}.deleted","payload":{"${id}":"${artifactId}"},${by}}`],
});

const hashes = `"apiKeyHashes":"{\\"sha256\\":\\"${sha256}\\"}","maskedApiKey":"****d8"`;
const subscription = (state: string, more = '') =>
  `"apiId":"${artifactId}","subscriptionId":"${subscriptionId}",${more}"subscriptionToken":"token-of-16-chars"${state}`;
const plan = `"planId":"${planId}","handle":"gold","planName":"Gold"`;
const throttle = '"stopOnQuotaReach":false,"throttleLimitCount":1000,"throttleLimitUnit":"Min"';

/** Each event type: with all that it may have, then without what may be left out. */
export const events: Readonly<Record<string, readonly string[]>> = {
  ...artifactFrames('api', 'apiId'),
  ...artifactFrames('llmprovider', 'providerId'),
  ...artifactFrames('llmproxy', 'proxyId'),
  ...artifactFrames('mcpproxy', 'proxyId'),
  'apikey.created': [
    `{"type":"apikey.created","payload":{"uuid":"${keyId}","apiId":"${artifactId}","name":"partner-key",${hashes},"externalRefId":"ref-1","expiresAt":"2030-01-02T03:04:05Z","issuer":"portal","createdAt":"2026-03-04T05:06:07Z","updatedAt":"2026-03-04T05:06:07Z"},${by}}`,
    `{"type":"apikey.created","payload":{"uuid":"${keyId}","apiId":"${artifactId}","name":"partner-key",${hashes},"createdAt":"2026-03-04T05:06:07Z","updatedAt":"2026-03-04T05:06:07Z"},${by}}`,
  ],
  'apikey.updated': [
    `{"type":"apikey.updated","payload":{"apiId":"${artifactId}","keyName":"partner-key","externalRefId":"ref-1",${hashes},"expiresAt":"2030-01-02T03:04:05Z","issuer":"portal","updatedAt":"2026-03-04T05:06:07Z"},${by}}`,
    `{"type":"apikey.updated","payload":{"apiId":"${artifactId}","keyName":"partner-key",${hashes},"updatedAt":"2026-03-04T05:06:07Z"},${by}}`,
  ],
  'apikey.revoked': [`{"type":"apikey.revoked","payload":{"apiId":"${artifactId}","keyName":"partner-key"},${by}}`],
  'subscription.created': [
    `{"type":"subscription.created","payload":{${subscription(`,"subscriptionPlanId":"${planId}","status":"ACTIVE"`, `"applicationId":"${applicationId}",`)}},${by}}`,
    `{"type":"subscription.created","payload":{${subscription(',"status":"ACTIVE"')}},${by}}`,
  ],
  'subscription.updated': [
    `{"type":"subscription.updated","payload":{${subscription(`,"subscriptionPlanId":"${planId}","status":"INACTIVE"`, `"applicationId":"${applicationId}",`)}},${by}}`,
    `{"type":"subscription.updated","payload":{${subscription(',"status":"INACTIVE"')}},${by}}`,
  ],
  'subscription.deleted': [
    `{"type":"subscription.deleted","payload":{${subscription('', `"applicationId":"${applicationId}",`)}},${by}}`,
    `{"type":"subscription.deleted","payload":{${subscription('')}},${by}}`,
  ],
  'subscriptionPlan.created': [
    `{"type":"subscriptionPlan.created","payload":{${plan},${throttle},"expiryTime":"2030-01-02T03:04:05Z","status":"ACTIVE"},${by}}`,
    `{"type":"subscriptionPlan.created","payload":{${plan},"stopOnQuotaReach":true,"status":"ACTIVE"},${by}}`,
  ],
  'subscriptionPlan.updated': [
    `{"type":"subscriptionPlan.updated","payload":{${plan},${throttle},"expiryTime":"2030-01-02T03:04:05Z","status":"INACTIVE"},${by}}`,
    `{"type":"subscriptionPlan.updated","payload":{${plan},"stopOnQuotaReach":true,"status":"INACTIVE"},${by}}`,
  ],
  'subscriptionPlan.deleted': [`{"type":"subscriptionPlan.deleted","payload":{${plan}},${by}}`],
  'application.updated': [
    `{"type":"application.updated","payload":{"applicationId":"shop","applicationUuid":"${applicationId}","applicationName":"Shop","applicationType":"web","mappings":[{"apiKeyUuid":"${keyId}"}]},${by}}`,
    `{"type":"application.updated","payload":{"applicationId":"shop","applicationUuid":"${applicationId}","applicationName":"Shop","applicationType":"web","mappings":[]},${by}}`,
  ],
};

const ack = (resourceType: string, rest: string) =>
  `{"type":"deployment.ack","payload":{"deploymentId":"${deploymentId}","artifactId":"${artifactId}","resourceType":"${resourceType}",${rest}}}`;

/** What a gateway answers to the deploy and the undeploy of each family above; trailing zeros of the fraction are dropped. */
export const acks = (resourceType: string) => ({
  deployed: ack(resourceType, '"action":"deploy","status":"success","performedAt":"2026-03-04T05:06:07.08Z"'),
  undeployed: ack(resourceType, '"action":"undeploy","status":"success","performedAt":"2026-03-04T05:06:07.08Z"'),
  failed: ack(
    resourceType,
    '"action":"deploy","status":"failed","performedAt":"2026-03-04T05:06:07.08Z","errorCode":"GATEWAY_PROCESSING_ERROR"',
  ),
  mismatch: ack(
    resourceType,
    '"action":"undeploy","status":"failed","performedAt":"2026-03-04T05:06:07.08Z","errorCode":"DEPLOYMENT_ID_MISMATCH"',
  ),
});
