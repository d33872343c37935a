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
  for (const kind of keyedKinds) {
    signal.throwIfAborted();
    try {
      const keys = await api.apiKeys(kind);
      const { written, deleted } = store.transaction((transaction) => {
        const held = new Set(store.artifacts().flatMap((artifact) => (artifact.kind === kind ? [artifact.id] : [])));
        return take(context, transaction, held, keys, listed);
      });
      counts.listed += keys.length;
      counts.written += written;
      counts.deleted += deleted;
    } catch (error) {
      counts.failed += 1;
      log.warn({ reason: (error as Error).message, kind }, 'API keys not synced: they stay as they are');
    }
  }
  try {
    counts.orphans = store.transaction((transaction) =>
      removeOrphans(transaction, new Set(store.artifacts().map(({ id }) => id))),
    );
    if (counts.orphans > 0) log.info({ apiKeys: counts.orphans }, 'orphaned API keys removed');
  } catch (error) {
    counts.failed += 1;
    log.error({ reason: (error as Error).message }, 'the store can not be read: no orphaned API keys are removed');
  }
  return counts;
}

function take(
  { races }: SyncContext,
  transaction: StoreTransaction,
  held: ReadonlySet<string>,
  keys: readonly StoredApiKey[],
  listed: ListedArtifacts,
) {
  const ids = new Set(keys.map(({ id }) => id));
  const other = keys.filter(
    (key) => !races.isTouched(key.id) && held.has(key.artifactId) && !isDeepStrictEqual(transaction.apiKeys.get(key.id), key),
  );
  const gone = transaction.apiKeys
    .all()
    .filter(({ id, artifactId }) => held.has(artifactId) && listed?.has(artifactId) && !ids.has(id) && !races.isTouched(id));
  for (const key of other) transaction.apiKeys.put(key);
  for (const { id } of gone) transaction.apiKeys.remove(id);
  return { written: other.length, deleted: gone.length };
}

/** Removes the keys of artifacts that are not held. Returns how many. */
function removeOrphans(transaction: StoreTransaction, held: ReadonlySet<string>): number {
  const orphans = transaction.apiKeys.all().filter(({ artifactId }) => !held.has(artifactId));
  for (const { id } of orphans) transaction.apiKeys.remove(id);
  return orphans.length;
}
