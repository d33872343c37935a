import { createHash, randomUUID } from 'node:crypto';
import { apiKeyId, type StoredApiKey } from '@gatecast/gateway-client';
import { at } from './decisions.js';

export function keyOf(artifactId: string, name: string, more: Partial<StoredApiKey> = {}): StoredApiKey {
  return {
    id: apiKeyId(artifactId, name),
    artifactId,
    name,
    uuid: randomUUID(),
    sha256: 'ab'.repeat(32),
    maskedApiKey: '***',
    externalRefId: null,
    issuer: null,
    expiresAt: null,
    createdBy: 'somebody',
    updatedAt: at(0),
    ...more,
  };
}
/** A row of `GET /{kind}/api-keys` (gateway protocol 2.6). */
export function listedKey(key: StoredApiKey, more: object = {}) {
  const { name, uuid, sha256, maskedApiKey, artifactId: artifactUuid, createdBy, updatedAt, expiresAt } = key;
  return {
    etag: randomUUID(),
    uuid,
    name,
    maskedApiKey,
    apiKeyHashes: { sha256 },
    artifactUuid,
    status: 'active',
    createdAt: at(0),
    createdBy,
    updatedAt,
    expiresAt,
    source: 'external',
    externalRefId: null,
    ...more,
  };
}
export const subscriptionOf = (artifactId: string, id: string = randomUUID(), planId: string | null = null) => ({
  id,
  artifactId,
  applicationId: null,
  tokenSha256: sha256('a-token'),
  planId,
  status: 'ACTIVE',
});
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** A row of `GET /apis/{id}/subscriptions` (gateway protocol 2.7). */
export const listedSubscription = (id: string, apiId: string, subscriptionPlanId?: string) => ({
  id,
  apiId,
  subscriptionToken: 'a-token',
  ...(subscriptionPlanId !== undefined && { subscriptionPlanId }),
  status: 'ACTIVE',
  createdAt: at(0),
  updatedAt: at(0),
  etag: randomUUID(),
});

export function plan(id: string) {
  return {
    id,
    name: id,
    stopOnQuotaReach: true,
    throttleLimitCount: 100,
    throttleLimitUnit: 'MIN',
    expiryTime: null,
    status: 'ACTIVE',
  };
}
/** A row of `GET /subscription-plans` (gateway protocol 2.7). */
export function listedPlan(id: string) {
  const { name: planName, expiryTime, ...rest } = plan(id);
  return { ...rest, handle: id, planName, createdAt: at(0), updatedAt: at(0), etag: randomUUID() };
}
