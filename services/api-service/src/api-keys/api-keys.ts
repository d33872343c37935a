import { type ApiKeyState, apiKeyRevoked, apiKeyUpdated, type Kind } from '@gatecast/contracts';
import { newId, type Queryable, type Sql, sql } from '@gatecast/database';
import { type ArtifactReference, findArtifact } from '../artifacts/reference.js';
import { keyColumns } from '../credentials/columns.js';
import { allows, holdersOf, lockForCredentials } from '../credentials/holders.js';
import { giveKey, issueKeys, keysOfUser } from '../credentials/issue.js';
import { apiError } from '../errors.js';
import { type NewEvent, newEvent } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { keyDeletedAt, raiseTombstone } from '../event-log/tombstones.js';
import { createUnderHandle } from '../handle.js';
import { databaseNow } from '../instants.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { type Expiry, expiryOf } from './expiry.js';
import { keptOf } from './key-value.js';

/** A key as the management API shows it: never the key itself. */
export interface ApiKey extends ApiKeyState {
  readonly displayName: string;
  /** Handles of the gateways that may know it; empty: all that have the artifact. */
  readonly allowedTargets: readonly string[];
  readonly isExpired: boolean;
  readonly createdBy: string;
  readonly kind: Kind;
  readonly artifactHandle: string;
}

/** What a caller decides about a key. */
export interface ApiKeyContent extends Expiry {
  readonly displayName: string;
  readonly externalRefId?: string;
  readonly issuer?: string;
  /** Handles of gateways; absent, or `ALL` among them: all. */
  readonly allowedTargets?: readonly string[];
}

/** Who asks. Keys belong to who made them; others need more. */
export interface KeyUser {
  readonly username: string;
  /** Whether this one may also see and change the keys of others. */
  readonly mayManageAll: boolean;
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

const everyTarget = 'ALL';

const columns = sql`${keyColumns}, api_keys.display_name AS "displayName", api_keys.allowed_targets AS "allowedTargets",
  (api_keys.expires_at <= clock_timestamp()) IS TRUE AS "isExpired", api_keys.created_by AS "createdBy",
  artifacts.kind, artifacts.handle AS "artifactHandle"`;
const joined = sql`FROM api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id`;

/** Creates the access to API keys. Each change is one transaction with the events that tell of it. */
export function createApiKeys(options: ChangeOptions) {
  const { database } = options;
  const change = createChange(options);

  async function listWhere(which: Sql, query: ListQuery): Promise<Listed<ApiKey>> {
    const { limit, offset } = pageOf(query);
    const [items, [counted]] = await Promise.all([
      database.query<ApiKey>(
        sql`SELECT ${columns} ${joined} WHERE ${which} ORDER BY api_keys.created_at DESC, api_keys.id DESC LIMIT ${limit} OFFSET ${offset}`,
      ),
      database.query<{ total: number }>(sql`SELECT count(*) AS total ${joined} WHERE ${which}`),
    ]);
    return { items, total: counted?.total ?? 0 };
  }

  /** Finds a key; to change it the artifact must be locked. */
  async function ownKey(source: Queryable, artifactId: string, handle: string, user: KeyUser): Promise<ApiKey> {
    const [key] = await source.query<ApiKey>(sql`
      SELECT ${columns} ${joined}
      WHERE api_keys.artifact_id = ${artifactId} AND api_keys.handle = ${handle}
        AND (${user.mayManageAll} OR api_keys.created_by = ${user.username})`);
    if (!key) {
      throw apiError(
        'API_KEY_NOT_FOUND',
        `There is no API key '${handle}' of yours here; for keys of others the token needs the scope ap:api_key:all:manage.`,
      );
    }
    return key;
  }

  return {
    /** Returns the keys of an artifact, the newest first: those of others only to who may manage all. @throws HttpError 404 */
    async list(reference: ArtifactReference, user: KeyUser, query: ListQuery): Promise<Listed<ApiKey>> {
      const artifactId = await findArtifact(database, reference);
      return listWhere(
        sql`api_keys.artifact_id = ${artifactId} AND (${user.mayManageAll} OR api_keys.created_by = ${user.username})`,
        query,
      );
    },

    /** Returns a key: one of others only to who may manage all. @throws HttpError 404 */
    get: async (reference: ArtifactReference, handle: string, user: KeyUser): Promise<ApiKey> =>
      ownKey(database, await findArtifact(database, reference), handle, user),

    /** Returns the keys that a user has made in an organization, the newest first. */
    listOf: (organizationId: string, username: string, query: ListQuery): Promise<Listed<ApiKey>> =>
      listWhere(sql`artifacts.organization_id = ${organizationId} AND api_keys.created_by = ${username}`, query),

    /** Returns the keys that are mapped to an application (its UUID), the newest first. */
    listOfApplication: (applicationId: string, query: ListQuery): Promise<Listed<ApiKey>> =>
      listWhere(
        sql`api_keys.id IN (SELECT api_key_id FROM application_key_mappings WHERE application_id = ${applicationId})`,
        query,
      ),

    /** Stores a key's hash and tells the gateways that may know it. Returns the key. @throws HttpError */
    create: (
      reference: ArtifactReference,
      user: KeyUser,
      content: ApiKeyContent & { readonly id?: string },
      key: string,
    ): Promise<ApiKey> =>
      createUnderHandle(
        content,
        (handle) =>
          change(reference.organizationId, async (transaction) => {
            const artifactId = await lockForCredentials(transaction, reference);
            const now = await databaseNow(transaction);
            const { keyHash, maskedKey } = keptOf(key);
            const allowedTargets = await targetsOf(transaction, reference.organizationId, content);
            const state: ApiKeyState = {
              id: newId(),
              artifactId,
              handle,
              keyHash,
              maskedKey,
              externalRefId: content.externalRefId ?? null,
              issuer: content.issuer ?? null,
              expiresAt: expiryOf(content, now),
              createdAt: now,
              updatedAt: later(now, await keyDeletedAt(transaction, artifactId, handle)),
            };
            await transaction.query(sql`
              INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, external_ref_id, issuer, allowed_targets,
                expires_at, created_by, created_at, updated_at)
              VALUES (${state.id}, ${artifactId}, ${handle}, ${content.displayName}, ${keyHash}, ${maskedKey}, ${state.externalRefId},
                ${state.issuer}, ${allowedTargets}, ${state.expiresAt}, ${user.username}, ${now}, ${state.updatedAt})`);
            const [counted] = await transaction.query<{ ofUser: number }>(
              sql`SELECT ${keysOfUser(sql`${artifactId}`, sql`${user.username}`)} AS "ofUser"`,
            );
            const given = { ...state, createdBy: user.username, ofUser: counted?.ofUser ?? 0 };
            const holders = (await holdersOf(transaction, artifactId)).filter(allows(allowedTargets));
            return {
              result: await ownKey(transaction, artifactId, handle, user),
              events: holders.map(({ gatewayId }) => giveKey(given, gatewayId)),
            };
          }),
        (handle) =>
          apiError('API_KEY_EXISTS', `There is already an API key '${handle}' here: choose another id, or change that one.`),
      ),

    /**
     * Changes a key; a `key` that is given takes the place of the old one. Who may know it no longer loses it. Returns it as it is
     * then. @throws HttpError
     */
    update: (
      reference: ArtifactReference,
      handle: string,
      user: KeyUser,
      content: ApiKeyContent,
      key: string | undefined,
    ): Promise<ApiKey> =>
      change(reference.organizationId, async (transaction) => {
        const artifactId = await lockForCredentials(transaction, reference);
        const before = await ownKey(transaction, artifactId, handle, user);
        const now = await databaseNow(transaction);
        const allowedTargets = await targetsOf(transaction, reference.organizationId, content);
        const after: ApiKeyState = {
          ...before,
          ...(key !== undefined && keptOf(key)),
          externalRefId: content.externalRefId ?? null,
          issuer: content.issuer ?? null,
          expiresAt: expiryOf(content, now),
          updatedAt: later(now, before.updatedAt),
        };
        await transaction.query(sql`
          UPDATE api_keys SET display_name = ${content.displayName}, key_hash = ${after.keyHash}, masked_key = ${after.maskedKey},
            external_ref_id = ${after.externalRefId}, issuer = ${after.issuer}, allowed_targets = ${allowedTargets},
            expires_at = ${after.expiresAt}, expiry_told = false, updated_at = ${after.updatedAt}
          WHERE id = ${before.id}`);
        const events: NewEvent[] = [];
        for (const holder of await holdersOf(transaction, artifactId)) {
          const wasGiven = allows(before.allowedTargets)(holder);
          if (!allows(allowedTargets)(holder)) {
            if (wasGiven) events.push(newEvent(apiKeyRevoked(after), holder.gatewayId, user.username));
          } else if (wasGiven && !before.isExpired)
            events.push(newEvent(apiKeyUpdated(after), holder.gatewayId, before.createdBy));
          else events.push(...(await issueKeys(transaction, holder.gatewayId, [before.id], [artifactId])));
        }
        return { result: await ownKey(transaction, artifactId, handle, user), events };
      }),

    /** Revokes a key. @throws HttpError */
    remove: (reference: ArtifactReference, handle: string, user: KeyUser): Promise<void> =>
      change(reference.organizationId, async (transaction) => {
        const artifactId = await lockForCredentials(transaction, reference);
        const key = await ownKey(transaction, artifactId, handle, user);
        await transaction.query(sql`DELETE FROM api_keys WHERE id = ${key.id}`);
        const revoked = apiKeyRevoked(key);
        await raiseTombstone(transaction, reference.organizationId, revoked, key.updatedAt);
        const holders = (await holdersOf(transaction, artifactId)).filter(allows(key.allowedTargets));
        return { result: undefined, events: holders.map(({ gatewayId }) => newEvent(revoked, gatewayId, user.username)) };
      }),
  };
}

/**
 * Returns the next `updatedAt` of a key name: by the clock, but a whole second later than what gateways may hold under this name.
 * They are told whole seconds, and drop what is not newer (gateway protocol 1.6).
 */
function later(now: Date, before: Date | null): Date {
  return before === null ? now : new Date(Math.max(now.getTime(), Math.floor(before.getTime() / 1000) * 1000 + 1000));
}

/** Returns the handles of the gateways that may know a key; none: all. @throws HttpError 400 when there is no such gateway. */
async function targetsOf(
  transaction: Queryable,
  organizationId: string,
  { allowedTargets }: ApiKeyContent,
): Promise<readonly string[]> {
  if (allowedTargets === undefined || allowedTargets.includes(everyTarget)) return [];
  const wanted = [...new Set(allowedTargets)].sort();
  const found = await transaction.query<{ handle: string }>(
    sql`SELECT handle FROM gateways WHERE organization_id = ${organizationId} AND handle = ANY(${wanted})`,
  );
  const missing = wanted.find((handle) => !found.some((gateway) => gateway.handle === handle));
  if (missing !== undefined) {
    throw apiError(
      'GATEWAY_REF_NOT_FOUND',
      `There is no gateway '${missing}' to refer to: name gateways by their id, or '${everyTarget}'.`,
      [{ field: 'allowedTargets', message: 'refers to no gateway' }],
    );
  }
  return wanted;
}
