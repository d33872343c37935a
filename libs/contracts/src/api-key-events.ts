import { type Change, wholeSeconds } from './frames.js';
import type { Kind } from './kinds.js';

/** The kinds whose artifacts have API keys (gateway protocol 2.6). */
export const keyedKinds = ['RestApi', 'LlmProvider', 'LlmProxy'] as const satisfies readonly Kind[];
export type KeyedKind = (typeof keyedKinds)[number];

/** An API key as gateways learn of it: never the key itself. */
export interface ApiKeyState {
  /** UUID; `uuid` on the wire. */
  readonly id: string;
  readonly artifactId: string;
  /** Unique within the artifact; `name` and `keyName` on the wire. */
  readonly handle: string;
  /** SHA-256 of the key, hex. */
  readonly keyHash: string;
  readonly maskedKey: string;
  readonly externalRefId: string | null;
  readonly issuer: string | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  /** Whole seconds, strictly increasing: a gateway drops what is not strictly newer (gateway protocol 1.6). */
  readonly updatedAt: Date;
}

/** Returns what tells a gateway of a key, whether or not it holds it already (gateway protocol 1.5, 1.6). */
export function apiKeyCreated(key: ApiKeyState): Change {
  return {
    entityType: 'key',
    entityId: key.id,
    action: 'CREATE',
    type: 'apikey.created',
    payload: {
      uuid: key.id,
      apiId: key.artifactId,
      name: key.handle,
      apiKeyHashes: hashesOf(key),
      maskedApiKey: key.maskedKey,
      ...(key.externalRefId !== null && { externalRefId: key.externalRefId }),
      ...(key.expiresAt && { expiresAt: wholeSeconds(key.expiresAt) }),
      ...(key.issuer !== null && { issuer: key.issuer }),
      createdAt: wholeSeconds(key.createdAt),
      updatedAt: wholeSeconds(key.updatedAt),
    },
  };
}

/** Returns what tells a gateway that a key has changed. */
export function apiKeyUpdated(key: ApiKeyState): Change {
  return {
    entityType: 'key',
    entityId: key.id,
    action: 'UPDATE',
    type: 'apikey.updated',
    payload: {
      apiId: key.artifactId,
      keyName: key.handle,
      ...(key.externalRefId !== null && { externalRefId: key.externalRefId }),
      apiKeyHashes: hashesOf(key),
      maskedApiKey: key.maskedKey,
      ...(key.expiresAt && { expiresAt: wholeSeconds(key.expiresAt) }),
      ...(key.issuer !== null && { issuer: key.issuer }),
      updatedAt: wholeSeconds(key.updatedAt),
    },
  };
}

/** Returns what takes a key away. */
export function apiKeyRevoked({ id, artifactId, handle }: Pick<ApiKeyState, 'id' | 'artifactId' | 'handle'>): Change {
  return {
    entityType: 'key',
    entityId: id,
    action: 'DELETE',
    type: 'apikey.revoked',
    payload: { apiId: artifactId, keyName: handle },
  };
}

/** In events a string that holds JSON; an object where gateways ask for their keys (gateway protocol 1.5, 2.6). */
function hashesOf({ keyHash }: ApiKeyState): string {
  return JSON.stringify({ sha256: keyHash });
}
