import { artifactId, correlationId, deploymentId, keyId, planId, sha256, subscriptionId } from './golden-frames.js';

/**
 * Bodies of the internal API letter by letter, written down from the contract (gateway protocol 2.0 to 2.9), about the same things as
 * the golden frames. An `etag` of a list is made by a recipe of our own, which the contract leaves open, so that one is recorded.
 */

export const applicationId = '01890000-0000-7000-8000-000000000006';
export const secretId = '01890000-0000-7000-8000-000000000009';
export const secretHash = 'a-hash';
/** Never taken for another's. */
export const unknownId = '01890000-0000-7000-8000-0000000000ff';

const key = (path: 'full' | 'bare') =>
  path === 'full'
    ? `"expiresAt":"2030-01-02T03:04:05Z","source":"external","externalRefId":"ref-1","issuer":"portal"`
    : `"expiresAt":null,"source":"external","externalRefId":null`;
const keyRow = (etag: string, id: string, name: string, rest: string) =>
  `{"etag":"${etag}","uuid":"${id}","name":"${name}","maskedApiKey":"****d8","apiKeyHashes":{"sha256":"${sha256}"},"artifactUuid":"${artifactId}","status":"active","createdAt":"2026-03-04T05:06:07Z","createdBy":"somebody","updatedAt":"2026-03-04T05:06:07Z",${rest}}`;
const times = '"createdAt":"2026-03-04T05:06:07Z","updatedAt":"2026-03-04T05:06:07Z"';
const secret = `"uuid":"${secretId}","handle":"upstream-password","name":"Upstream password","type":"GENERIC","provider":"IN_BUILT","status":"ACTIVE","hash":"${secretHash}","createdAt":"2026-03-04T05:06:07.080Z","updatedAt":"2026-03-04T05:06:07.080Z"`;
const etag = 'ETAG';

/** Bodies of successful answers. `ETAG` stands for whatever a list has there. */
export const answers = {
  deployments: `{"deployments":[{"artifactId":"${artifactId}","deploymentId":"${deploymentId}","kind":"RestApi","state":"DEPLOYED","deployedAt":"2026-03-04T05:06:07.080Z","etag":"${correlationId}"}]}`,
  exists: `{"artifacts":[{"artifactId":"${artifactId}","exists":true},{"artifactId":"${unknownId}","exists":false}]}`,
  keys: `[${keyRow(etag, unknownId, 'a-bare-key', key('bare'))},${keyRow(etag, keyId, 'partner-key', key('full'))}]`,
  plans: `[{"id":"${planId}","handle":"gold","planName":"Gold","stopOnQuotaReach":false,"throttleLimitCount":1000,"throttleLimitUnit":"Min","expiryTime":"2030-01-02T03:04:05Z","status":"ACTIVE",${times},"etag":"${etag}"},{"id":"${unknownId}","handle":"plain","planName":"Plain","stopOnQuotaReach":true,"status":"ACTIVE",${times},"etag":"${etag}"}]`,
  subscriptions: `[{"id":"${subscriptionId}","apiId":"${artifactId}","applicationId":"${applicationId}","subscriptionToken":"token-of-16-chars","subscriptionPlanId":"${planId}","status":"ACTIVE",${times},"etag":"${etag}"},{"id":"${unknownId}","apiId":"${artifactId}","subscriptionToken":"token-of-other","status":"INACTIVE",${times},"etag":"${etag}"}]`,
  secrets: `{"list":[{${secret}}],"count":1}`,
  secretsWithValues: `{"list":[{${secret},"value":"s3cret"}],"count":1}`,
  secretValue: '{"value":"s3cret"}',
};

/** Bodies that gateways send. */
export const questions = {
  exists: `{"artifactIds":["${artifactId}","${unknownId}"]}`,
  fetchBatch: `{"deploymentIds":["${deploymentId}"]}`,
  manifest: '{"version":"1.2.0","policies":[]}',
};

export const errors = {
  noKey: `{"code":401,"message":"Unauthorized","description":"API key is required. Provide 'api-key' header."}`,
  wrongKey: '{"code":401,"message":"Unauthorized","description":"Invalid or expired API key"}',
};
