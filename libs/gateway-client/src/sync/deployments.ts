import type { Kind } from '@gatecast/contracts';
import { secretsIn } from '../credentials/index.js';
import { type Definition, readDefinition } from '../definition.js';
import type { ListedDeployment } from '../deployment-list.js';
import { removeArtifact, type StoredArtifact, type StoreTransaction } from '../store.js';
import { batchSize, inBatches, type ListedArtifacts, type StepCounts, type SyncContext } from './context.js';

/** Kinds in the order in which they may need each other: a proxy names its provider. */
const dependencyOrder: readonly Kind[] = ['LlmProvider', 'LlmProxy', 'RestApi', 'Mcp'];
/** How many ids the existence check is asked about at a time. */
const existenceBatchSize = 1_000;

/**
 * Brings the artifacts to what `GET /deployments` says (gateway protocol 3.2): deletes what is gone, takes over other states, fetches
 * what is not held. Returns what it did, and which artifacts were listed.
 * @throws Error when there is no list; then nothing is changed.
 */
export async function syncDeployments(context: SyncContext): Promise<{ counts: StepCounts; listed: ListedArtifacts }> {
  const { store, api } = context;
  // Read before the list is asked for: what then is neither in the list nor as it was came by an event.
  const before = new Map(store.artifacts().map((artifact) => [artifact.id, artifact]));
  const list = await api.deployments();

  const unlisted = [...before.values()].filter(({ id }) => !list.artifactIds.has(id));
  const orphans = await clearOrphans(context, unlisted);
  const todo = list.deployments.map((row) => ({ row, step: stepTo(row, before.get(row.artifactId)) }));
  const rowsTo = (step: Step) => inDependencyOrder(todo.filter((one) => one.step === step).map(({ row }) => row));
  const updated = applyStates(context, rowsTo('state'));
  const fetched = await fetchAll(context, rowsTo('fetch'));
  return {
    counts: {
      listed: list.artifactIds.size,
      deleted: orphans.deleted,
      retained: orphans.retained,
      updated,
      fetched: fetched.applied,
      failed: orphans.failed + fetched.failed,
    },
    listed: list.artifactIds,
  };
}

/** How what is held becomes what is listed. */
type Step = 'none' | 'state' | 'fetch';

/**
 * What is newer wins. At the same instant the list wins, about the state alone: an UNDEPLOYED row may name the instant of the deploy
 * that it takes back. It never leads to a fetch, since what is fetched serves.
 */
function stepTo(row: ListedDeployment, held: StoredArtifact | undefined): Step {
  if (held && held.deployedAtMs > row.deployedAtMs) return 'none';
  if (row.state === 'UNDEPLOYED') return held?.desiredState === 'DEPLOYED' ? 'state' : 'none';
  if (!held) return 'fetch';
  const isNewer = row.deployedAtMs > held.deployedAtMs;
  if (held.deploymentId !== row.deploymentId) return isNewer ? 'fetch' : 'none';
  if (held.desiredState === 'UNDEPLOYED') return 'state';
  return isNewer ? 'fetch' : 'none';
}

function inDependencyOrder<T extends { readonly kind: Kind }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => dependencyOrder.indexOf(a.kind) - dependencyOrder.indexOf(b.kind));
}

/** Deletes what has no deployment and does not exist; what exists serves no more and is kept with all that belongs to it. */
async function clearOrphans(context: SyncContext, unlisted: readonly StoredArtifact[]) {
  const { api, store, log, onPremises, signal } = context;
  const ids = unlisted.map(({ id }) => id);
  const gone = new Set<string>(onPremises ? ids : []);
  if (!onPremises) {
    try {
      // All are asked about before any is deleted.
      for (const batch of inBatches(ids, existenceBatchSize)) {
        signal.throwIfAborted();
        for (const id of await api.goneArtifacts(batch)) gone.add(id);
      }
    } catch (error) {
      log.warn({ reason: (error as Error).message, artifacts: ids.length }, 'existence not told: nothing is deleted');
      return { deleted: 0, retained: 0, failed: ids.length };
    }
  }

  let [deleted, retained] = [0, 0];
  for (const batch of inBatches(inDependencyOrder(unlisted).reverse(), batchSize)) {
    const lines = store.transaction((transaction) =>
      batch.filter((artifact) => isUntouched(transaction, artifact)).map((artifact) => clear(transaction, artifact, gone)),
    );
    for (const { isDeleted, ...fields } of lines) {
      if (isDeleted) deleted += 1;
      else retained += 1;
      log.info(fields, isDeleted ? 'artifact deleted: it is gone' : 'artifact retained: it exists without a deployment');
    }
  }
  return { deleted, retained, failed: 0 };
}

function isUntouched(transaction: StoreTransaction, artifact: StoredArtifact): boolean {
  const now = transaction.artifact(artifact.id);
  return now?.deployedAtMs === artifact.deployedAtMs && now.desiredState === artifact.desiredState;
}

function clear(transaction: StoreTransaction, artifact: StoredArtifact, gone: ReadonlySet<string>) {
  const { id: artifactId, kind, handle } = artifact;
  const isDeleted = gone.has(artifactId);
  if (isDeleted) removeArtifact(transaction, artifactId);
  else if (artifact.desiredState === 'DEPLOYED') transaction.put({ ...artifact, desiredState: 'UNDEPLOYED' });
  return { artifactId, kind, handle, isDeleted };
}

/** Writes what needs no content. Returns how many. */
function applyStates({ store, races, onApplied }: SyncContext, rows: readonly ListedDeployment[]): number {
  let count = 0;
  for (const batch of inBatches(rows, batchSize)) {
    const written = store.transaction((transaction) =>
      batch.filter((row) => {
        const held = transaction.artifact(row.artifactId);
        if (!held || stepTo(row, held) !== 'state' || races.isTakenAway(row.artifactId, row.deployedAtMs)) return false;
        transaction.put({ ...held, desiredState: row.state, deployedAtMs: row.deployedAtMs, correlationId: row.etag });
        markApplied(transaction, row);
        return true;
      }),
    );
    for (const row of written) if (row.state === 'DEPLOYED') onApplied(row);
    count += written.length;
  }
  return count;
}

/**
 * A deploy has taken effect, so its event has none any more. An undeploy's event still may: the row need not name its instant, and
 * then the event has something to say yet.
 */
function markApplied(transaction: StoreTransaction, { state, etag }: ListedDeployment): void {
  if (state === 'DEPLOYED' && etag !== '') transaction.markHandled(etag);
}

interface Fetched {
  readonly row: ListedDeployment;
  readonly content: string;
  readonly definition: Definition;
  /** Values of those secrets that are not held yet, by handle. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Fetches and writes in batches. A batch, or a deployment in it, that fails costs no other. */
async function fetchAll(context: SyncContext, rows: readonly ListedDeployment[]) {
  const { log } = context;
  const blocked: Fetched[] = [];
  let [applied, failed] = [0, 0];
  for await (const { batch, contents, reason } of archives(context, inBatches(rows, batchSize))) {
    if (!contents) {
      failed += batch.length;
      log.warn({ reason, deployments: batch.length }, 'deployments not fetched: they stay as they are');
      continue;
    }
    const fetched: Fetched[] = [];
    for (const row of batch) {
      const one = await readFetched(context, row, contents.get(row.deploymentId));
      if (one) fetched.push(one);
      else failed += 1;
    }
    const written = applyFetched(context, fetched);
    applied += written.applied;
    blocked.push(...written.blocked);
  }
  // What had the handle may have got another one by now.
  const second = applyFetched(context, blocked);
  for (const { row } of second.blocked)
    log.error(
      { artifactId: row.artifactId, deploymentId: row.deploymentId },
      'another artifact has the handle, or name and version',
    );
  return { applied: applied + second.applied, failed: failed + second.blocked.length };
}

interface Archive {
  readonly batch: readonly ListedDeployment[];
  /** By deployment; undefined: it can't be had, for that `reason`. */
  readonly contents?: ReadonlyMap<string, string>;
  readonly reason?: string;
}

/** Yields the archive of each batch in turn; the next one is on its way while one is written. */
async function* archives({ api, signal }: SyncContext, batches: readonly ListedDeployment[][]): AsyncGenerator<Archive> {
  const ask = (batch: readonly ListedDeployment[]): Promise<Archive> =>
    api.fetchDeployments(batch.map(({ deploymentId }) => deploymentId)).then(
      (contents) => ({ batch, contents }),
      (error: Error) => ({ batch, reason: error.message }),
    );
  const [first, ...others] = batches;
  if (!first) return;
  let next = ask(first);
  for (const batch of others) {
    const archive = await next;
    signal.throwIfAborted();
    next = ask(batch);
    yield archive;
  }
  yield await next;
}

async function readFetched(
  { store, api, log }: SyncContext,
  row: ListedDeployment,
  content: string | undefined,
): Promise<Fetched | undefined> {
  const { artifactId, deploymentId } = row;
  try {
    if (content === undefined) throw new Error('it is not in the archive');
    const definition = readDefinition(row.kind, content);
    const secrets = new Map<string, string>();
    for (const handle of secretsIn(content)) {
      const held = store.transaction((transaction) => transaction.secrets.get(handle));
      if (!held) secrets.set(handle, await api.secretValue(handle));
    }
    return { row, content, definition, secrets };
  } catch (error) {
    log.error({ reason: (error as Error).message, artifactId, deploymentId }, 'deployment not usable: it stays as it is');
    return undefined;
  }
}

/** Writes in one transaction what no event has overtaken. Returns how many, and those whose handle or name is another's. */
function applyFetched({ store, races, onApplied }: SyncContext, fetched: readonly Fetched[]) {
  const blocked: Fetched[] = [];
  const written = store.transaction((transaction) =>
    fetched.filter((one) => {
      const { row, content, definition, secrets } = one;
      const { artifactId: id, kind, deploymentId, deployedAtMs, etag: correlationId } = row;
      if (stepTo(row, transaction.artifact(id)) === 'none' || races.isTakenAway(id, deployedAtMs)) return false;
      if (transaction.rivalOf({ id, kind, ...definition })) {
        blocked.push(one);
        return false;
      }
      transaction.put({ id, kind, ...definition, deploymentId, desiredState: 'DEPLOYED', deployedAtMs, content, correlationId });
      // A deploy that was handled meanwhile brought a value that is not older.
      for (const [handle, value] of secrets)
        if (!transaction.secrets.get(handle)) transaction.secrets.put({ id: handle, hash: '', value });
      markApplied(transaction, row);
      return true;
    }),
  );
  for (const { row } of written) onApplied(row);
  return { applied: written.length, blocked };
}
