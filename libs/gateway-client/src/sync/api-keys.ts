import { isDeepStrictEqual } from 'node:util';
import type { Kind } from '@gatecast/contracts';
import type { StoredApiKey, StoreTransaction } from '../store.js';
import type { ListedArtifacts, StepCounts, SyncContext } from './context.js';

/** The kinds that have API keys (gateway protocol 2.1). */
const keyedKinds = ['RestApi', 'LlmProvider', 'LlmProxy'] as const satisfies readonly Kind[];

/**
 * Brings the API keys of each kind to what `GET /{kind}/api-keys` lists, and removes those whose artifact is not held. Artifacts that
 * are held without being listed keep theirs: the answer does not speak of them.
 */
export async function syncApiKeys(context: SyncContext, listed: ListedArtifacts): Promise<StepCounts> {
  const { store, api, log, signal } = context;
  const counts = { listed: 0, written: 0, deleted: 0, orphans: 0, failed: 0 };
  signal.throwIfAborted();
  const lists = keyedKinds.map((kind) => ({ kind, list: api.apiKeys(kind) }));
  await Promise.allSettled(lists.map(({ list }) => list));
  for (const { kind, list } of lists) {
    try {
      const keys = await list;
      const { written, deleted } = store.transaction((transaction) => take(context, transaction, kind, keys, listed));
      counts.listed += keys.length;
      counts.written += written;
      counts.deleted += deleted;
    } catch (error) {
      counts.failed += 1;
      log.warn({ reason: (error as Error).message, kind }, 'API keys not synced: they stay as they are');
    }
  }
  try {
    counts.orphans = store.transaction(removeOrphans);
    if (counts.orphans > 0) log.info({ apiKeys: counts.orphans }, 'orphaned API keys removed');
  } catch (error) {
    counts.failed += 1;
    log.error({ reason: (error as Error).message }, 'the store cannot be read: no orphaned API keys are removed');
  }
  return counts;
}

function take(
  { races }: SyncContext,
  transaction: StoreTransaction,
  kind: Kind,
  keys: readonly StoredApiKey[],
  listed: ListedArtifacts,
) {
  const kindOf = kindsHeld(transaction);
  const ids = new Set(keys.map(({ id }) => id));
  const other = keys.filter(
    (key) =>
      !races.isTouched(key.id) && kindOf(key.artifactId) === kind && !isDeepStrictEqual(transaction.apiKeys.get(key.id), key),
  );
  const gone = transaction.apiKeys
    .all()
    .filter(
      ({ id, artifactId }) => listed?.has(artifactId) && !ids.has(id) && !races.isTouched(id) && kindOf(artifactId) === kind,
    );
  for (const key of other) transaction.apiKeys.put(key);
  for (const { id } of gone) transaction.apiKeys.remove(id);
  return { written: other.length, deleted: gone.length };
}

/** Removes the keys of artifacts that are not held. Returns how many. */
function removeOrphans(transaction: StoreTransaction): number {
  const kindOf = kindsHeld(transaction);
  const orphans = transaction.apiKeys.all().filter(({ artifactId }) => kindOf(artifactId) === undefined);
  for (const { id } of orphans) transaction.apiKeys.remove(id);
  return orphans.length;
}

/** Returns a function that tells an artifact's kind, undefined when it is not held, and reads each artifact once. */
function kindsHeld(transaction: StoreTransaction): (artifactId: string) => Kind | undefined {
  const kinds = new Map<string, Kind | undefined>();
  return (artifactId) => {
    if (!kinds.has(artifactId)) kinds.set(artifactId, transaction.artifact(artifactId)?.kind);
    return kinds.get(artifactId);
  };
}
