import { isDeepStrictEqual } from 'node:util';
import { UnexpectedStatus } from '../control-plane.js';
import { putSubscription } from '../credentials/index.js';
import type { StoredSubscription, StoreTransaction } from '../store.js';
import { batchSize, inBatches, type ListedArtifacts, type StepCounts, type SyncContext } from './context.js';

/** An API's subscriptions as listed. */
interface Answer {
  readonly apiId: string;
  readonly subscriptions: readonly StoredSubscription[];
}

/**
 * Brings the subscriptions of each held REST API to what `GET /apis/{id}/subscriptions` lists. APIs that are held without being
 * listed keep theirs, unasked.
 * @throws Error when a whole batch of questions fails: then the rest is not asked.
 */
export async function syncSubscriptions(context: SyncContext, listed: ListedArtifacts): Promise<StepCounts> {
  const { store, api, log, signal } = context;
  const apiIds = store.artifacts().filter(({ id, kind }) => kind === 'RestApi' && (!listed || listed.has(id)));
  const counts = { listed: 0, written: 0, deleted: 0, failed: 0 };
  for (const batch of inBatches(apiIds, batchSize)) {
    signal.throwIfAborted();
    const asked = await Promise.allSettled(
      batch.map(async ({ id }): Promise<Answer> => ({ apiId: id, subscriptions: await api.subscriptions(id) })),
    );
    const answers = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failures = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    const [first] = failures;
    if (first && failures.length === batch.length && !failures.every(isAboutTheApi)) throw first;
    for (const error of failures) log.warn({ reason: error.message }, 'subscriptions of an API not told: they stay as they are');
    counts.failed += failures.length;
    store.transaction((transaction) => {
      for (const answer of answers) take(transaction, answer);
    });
  }
  return counts;

  function take(transaction: StoreTransaction, { apiId, subscriptions }: Answer): void {
    // Deleted by an event after it was asked about: its subscriptions went too.
    if (!transaction.artifact(apiId)) return;
    const ids = new Set(subscriptions.map(({ id }) => id));
    for (const { id } of transaction.subscriptions.of(apiId)) {
      if (!listed || ids.has(id) || context.races.isTouched(id)) continue;
      transaction.subscriptions.remove(id);
      counts.deleted += 1;
    }
    for (const subscription of subscriptions) {
      counts.listed += 1;
      const { id } = subscription;
      if (context.races.isTouched(id) || isDeepStrictEqual(transaction.subscriptions.get(id), subscription)) continue;
      try {
        putSubscription(transaction, subscription);
        counts.written += 1;
      } catch (error) {
        counts.failed += 1;
        log.error({ reason: (error as Error).message, subscriptionId: id }, 'subscription not usable: it stays as it is');
      }
    }
  }
}

/** The control plane says of this one API that it has none or is not this gateway's (gateway protocol 2.7). */
function isAboutTheApi(error: Error): boolean {
  return error instanceof UnexpectedStatus && (error.status === 404 || error.status === 403);
}
