import { Type } from '@gatecast/contracts';
import type { Outcome } from '../outcome.js';
import { Instant, maybe, orNull, reader, Text } from '../reading.js';
import { apiKeyId, type StoredApiKey, type StoreTransaction } from '../store.js';
import type { ChangeReaders } from './changes.js';

/** How many keys a user may have per artifact by way of events, as with a WSO2 gateway-controller (gateway protocol 1.6). */
const keysPerUserMax = 10;
const namePattern = /^[a-z0-9]+([_-][a-z0-9]+)*$/;

const readCreated = reader(
  'apikey.created',
  Type.Object({
    apiId: Text,
    uuid: maybe(Type.String()),
    name: maybe(Type.String()),
    apiKeyHashes: Text,
    maskedApiKey: maybe(Type.String()),
    externalRefId: maybe(Type.String()),
    issuer: maybe(Type.String()),
    expiresAt: maybe(Instant),
    expiresIn: maybe(Type.Object({ duration: Type.Number(), unit: Text })),
    updatedAt: Instant,
  }),
);
const readUpdated = reader(
  'apikey.updated',
  Type.Object({
    apiId: Text,
    keyName: Text,
    apiKeyHashes: Text,
    maskedApiKey: maybe(Type.String()),
    externalRefId: maybe(Type.String()),
    issuer: maybe(Type.String()),
    expiresAt: maybe(Instant),
    updatedAt: Instant,
  }),
);
const readRevoked = reader('apikey.revoked', Type.Object({ apiId: Text, keyName: Text }));
const readHashes = reader('apiKeyHashes', Type.Object({ sha256: Text }));

/** Events about API keys (gateway protocol 1.5, 1.6). */
export const apiKeyEvents: ChangeReaders = {
  'apikey.created': (payload, createdBy) => {
    const said = readCreated(payload);
    const uuid = orNull(said.uuid);
    const name = orNull(said.name) ?? uuid ?? '';
    const key: StoredApiKey = {
      id: apiKeyId(said.apiId, name),
      artifactId: said.apiId,
      name,
      uuid,
      sha256: sha256In(said.apiKeyHashes),
      maskedApiKey: said.maskedApiKey ?? '',
      externalRefId: orNull(said.externalRefId),
      issuer: orNull(said.issuer),
      expiresAt: said.expiresAt ?? (said.expiresIn ? endOf(said.expiresIn) : null),
      createdBy,
      updatedAt: said.updatedAt,
    };
    return {
      artifactId: key.artifactId,
      entityId: key.id,
      apply(transaction) {
        requireRoom(transaction, key);
        return putKey(transaction, key);
      },
    };
  },

  'apikey.updated': (payload, createdBy) => {
    const said = readUpdated(payload);
    const id = apiKeyId(said.apiId, said.keyName);
    const sha256 = sha256In(said.apiKeyHashes);
    return {
      artifactId: said.apiId,
      entityId: id,
      apply(transaction) {
        const held = transaction.apiKeys.get(id);
        const key: StoredApiKey = {
          id,
          artifactId: said.apiId,
          name: said.keyName,
          uuid: held?.uuid ?? null,
          sha256,
          maskedApiKey: said.maskedApiKey ?? '',
          externalRefId: orNull(said.externalRefId),
          issuer: orNull(said.issuer),
          expiresAt: said.expiresAt ?? null,
          createdBy: held?.createdBy ?? createdBy,
          updatedAt: said.updatedAt,
        };
        // What it has become is over; what it was is not valid any more either.
        if (held && isExpired(key) && !isNewer(held, key)) {
          transaction.apiKeys.remove(id);
          return 'applied';
        }
        return putKey(transaction, key);
      },
    };
  },

  'apikey.revoked': (payload) => {
    const { apiId, keyName } = readRevoked(payload);
    const id = apiKeyId(apiId, keyName);
    return {
      artifactId: apiId,
      entityId: id,
      apply(transaction) {
        if (!transaction.apiKeys.get(id)) return 'unknown';
        transaction.apiKeys.remove(id);
        return 'applied';
      },
    };
  },
};

function putKey(transaction: StoreTransaction, key: StoredApiKey): Outcome {
  if (!namePattern.test(key.name) || key.name.length < 3 || key.name.length > 63)
    throw new Error(`the key's name ${JSON.stringify(key.name)} is not one`);
  if (isExpired(key)) throw new Error('the key has expired');
  if (!transaction.artifact(key.artifactId)) throw new Error('the artifact of the key is not held');
  const held = transaction.apiKeys.get(key.id);
  if (held && isNewer(held, key)) return 'stale';
  transaction.apiKeys.put(key);
  return 'applied';
}

function requireRoom(transaction: StoreTransaction, { id, artifactId, createdBy }: StoredApiKey): void {
  const others = transaction.apiKeys
    .of(artifactId)
    .filter((other) => other.id !== id && other.createdBy === createdBy && !isExpired(other));
  if (others.length >= keysPerUserMax) throw new Error(`the user has ${keysPerUserMax} keys of this artifact already`);
}

/** Events have whole seconds, so of two changes in one second the later event is the newer one. */
const isNewer = (held: StoredApiKey, key: StoredApiKey) => secondOf(held) > secondOf(key);
const secondOf = ({ updatedAt }: StoredApiKey) => Math.floor(Date.parse(updatedAt) / 1_000);
const isExpired = ({ expiresAt }: StoredApiKey) => expiresAt !== null && Date.parse(expiresAt) <= Date.now();

/** Events have the hashes as JSON in a string, `GET /{kind}/api-keys` has them as an object (gateway protocol 1.5, 2.6). */
function sha256In(hashes: string): string {
  return readHashes(JSON.parse(hashes)).sha256;
}

const unitMs: Readonly<Record<string, number>> = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
  months: 2_592_000_000,
};

function endOf({ duration, unit }: { readonly duration: number; readonly unit: string }): string {
  const ms = unitMs[unit];
  if (ms === undefined) throw new Error(`apikey.created is malformed: ${unit} is no unit of time`);
  return new Date(Date.now() + duration * ms).toISOString();
}

const readRows = reader(
  'the list of API keys',
  Type.Array(
    Type.Object({
      uuid: maybe(Type.String()),
      name: Text,
      artifactUuid: Text,
      apiKeyHashes: Type.Object({ sha256: maybe(Type.String()) }),
      maskedApiKey: maybe(Type.String()),
      externalRefId: maybe(Type.String()),
      issuer: maybe(Type.String()),
      expiresAt: maybe(Instant),
      createdBy: maybe(Type.String()),
      status: Text,
      updatedAt: Instant,
    }),
  ),
);

/** Returns the active keys of an answer of `GET /{kind}/api-keys` (gateway protocol 2.6). @throws Error when it is malformed. */
export function readApiKeys(answer: unknown): StoredApiKey[] {
  return readRows(answer)
    .filter(({ status }) => status.toLowerCase() === 'active')
    .map((row) => {
      const sha256 = orNull(row.apiKeyHashes.sha256);
      if (sha256 === null) throw new Error(`the list of API keys is malformed: ${row.name} has no SHA-256`);
      return {
        id: apiKeyId(row.artifactUuid, row.name),
        artifactId: row.artifactUuid,
        name: row.name,
        uuid: orNull(row.uuid),
        sha256,
        maskedApiKey: row.maskedApiKey ?? '',
        externalRefId: orNull(row.externalRefId),
        issuer: orNull(row.issuer),
        expiresAt: row.expiresAt ?? null,
        createdBy: row.createdBy ?? '',
        updatedAt: row.updatedAt,
      };
    });
}
