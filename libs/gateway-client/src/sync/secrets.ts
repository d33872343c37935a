import { isDeepStrictEqual } from 'node:util';
import { secretsIn } from '../credentials/index.js';
import type { StoredSecret } from '../store.js';
import type { StepCounts, SyncContext } from './context.js';

/**
 * Brings the secrets to what `GET /secrets` lists: asks for the values that are new, and removes what is neither listed nor referred
 * to by an artifact.
 * @throws Error when there is no list.
 */
export async function syncSecrets(context: SyncContext): Promise<StepCounts> {
  const { store, api, log, signal } = context;
  const before = new Map(store.transaction(({ secrets }) => secrets.all()).map((secret) => [secret.id, secret]));
  const list = await api.secrets(before.size === 0);

  const found: StoredSecret[] = [];
  let failed = 0;
  for (const { handle, hash, isActive, value } of list) {
    signal.throwIfAborted();
    if (!isActive || before.get(handle)?.hash === hash) continue;
    try {
      found.push({ id: handle, hash, value: value ?? (await api.secretValue(handle)) });
    } catch (error) {
      failed += 1;
      log.warn({ reason: (error as Error).message, secret: handle }, 'secret not told: it stays as it is');
    }
  }
  const listed = new Set(list.map(({ handle }) => handle));
  return store.transaction((transaction) => {
    // A deploy that was handled meanwhile brought a value that is not older.
    const written = found.filter(({ id }) => isDeepStrictEqual(transaction.secrets.get(id), before.get(id)));
    for (const secret of written) transaction.secrets.put(secret);
    const unlisted = [...before.keys()].filter((handle) => !listed.has(handle));
    const inUse = new Set(unlisted.length === 0 ? [] : store.artifacts().flatMap(({ content }) => secretsIn(content)));
    const gone = unlisted.filter((handle) => !inUse.has(handle));
    for (const handle of gone) transaction.secrets.remove(handle);
    return { listed: list.length, written: written.length, deleted: gone.length, failed };
  });
}
