import { type AckError, deploymentAck } from './acks.js';
import { type Definition, readDefinition } from './definition.js';
import type { ArtifactEvent } from './events.js';
import type { InternalApi } from './internal-api.js';
import type { GatewayStore, StoreTransaction } from './store.js';

/**
 * What became of an artifact event:
 * - `applied`: the store holds what it says
 * - `stale`: the store holds something at least as new; no ack, since whoever wrote that has acked it
 * - `duplicate`: this very event was applied before; no effect, no ack
 * - `unknown`: it takes away what is not held
 * - `mismatch`: an undeploy of another deployment than the one held
 * - `failed`: nothing changed, for the reason given
 */
export type Outcome = 'applied' | 'stale' | 'duplicate' | 'unknown' | 'mismatch' | 'failed';

export interface Handled {
  readonly outcome: Outcome;
  /** The `deployment.ack` frame to send; absent where the contract has none. */
  readonly ack?: string;
  /** Why it failed. */
  readonly error?: Error;
}

export interface Handling {
  readonly store: GatewayStore;
  readonly api: Pick<InternalApi, 'fetchContent'>;
}

/** Handles one artifact event as the incumbent does (gateway protocol 1.6). Never rejects: what goes wrong is the outcome `failed`. */
export async function handleEvent(event: ArtifactEvent, handling: Handling): Promise<Handled> {
  // An event without an instant counts as performed now (gateway protocol 1.6).
  const performedAt = event.performedAt || new Date().toISOString();
  let outcome: Outcome;
  let error: Error | undefined;
  try {
    outcome = await apply(event, performedAt, handling);
  } catch (thrown) {
    outcome = 'failed';
    error = thrown as Error;
  }
  const answer = answers[outcome];
  return {
    outcome,
    ...(error && { error }),
    ...(answer &&
      event.verb !== 'deleted' && { ack: deploymentAck(event, performedAt, answer === 'success' ? undefined : answer) }),
  };
}

/** How each outcome of a deploy or undeploy is acked (gateway protocol 1.6, 1.7). */
const answers: Readonly<Record<Outcome, 'success' | AckError | undefined>> = {
  applied: 'success',
  unknown: 'success',
  stale: undefined,
  duplicate: undefined,
  mismatch: 'DEPLOYMENT_ID_MISMATCH',
  failed: 'GATEWAY_PROCESSING_ERROR',
};

async function apply(event: ArtifactEvent, performedAt: string, { store, api }: Handling): Promise<Outcome> {
  const isDuplicate =
    event.correlationId !== '' && store.transaction((transaction) => transaction.isHandled(event.correlationId));
  if (isDuplicate) return 'duplicate';
  const performedAtMs = Date.parse(performedAt);

  switch (event.verb) {
    case 'deployed': {
      if (event.deploymentId === '') throw new Error('the event names no deployment');
      const content = await api.fetchContent(event.kind, event.artifactId);
      const definition = readDefinition(event.kind, content);
      return store.transaction((transaction) => deploy(transaction, event, performedAtMs, definition, content));
    }
    case 'undeployed':
      return store.transaction((transaction) => undeploy(transaction, event, performedAtMs));
    case 'deleted':
      return store.transaction((transaction) => remove(transaction, event));
  }
}

function deploy(
  transaction: StoreTransaction,
  event: ArtifactEvent,
  performedAtMs: number,
  definition: Definition,
  content: string,
): Outcome {
  const { artifactId: id, kind, deploymentId, correlationId } = event;
  const rival = transaction.rivalOf({ id, kind, ...definition });
  if (rival) throw new Error(`artifact ${rival.id} is held under the same handle, or the same display name and version`);
  if (isStale(transaction, id, performedAtMs)) return 'stale';
  transaction.put({
    id,
    kind,
    ...definition,
    deploymentId,
    desiredState: 'DEPLOYED',
    deployedAtMs: performedAtMs,
    content,
    correlationId,
  });
  return applied(transaction, event);
}

function undeploy(transaction: StoreTransaction, event: ArtifactEvent, performedAtMs: number): Outcome {
  const held = transaction.artifact(event.artifactId);
  if (!held) return 'unknown';
  const isOther = event.deploymentId !== '' && held.deploymentId !== '' && event.deploymentId !== held.deploymentId;
  if (isOther) return 'mismatch';
  if (isStale(transaction, held.id, performedAtMs)) return 'stale';
  transaction.put({ ...held, desiredState: 'UNDEPLOYED', deployedAtMs: performedAtMs, correlationId: event.correlationId });
  return applied(transaction, event);
}

function remove(transaction: StoreTransaction, event: ArtifactEvent): Outcome {
  if (!transaction.artifact(event.artifactId)) return 'unknown';
  transaction.remove(event.artifactId);
  return applied(transaction, event);
}

/** Only something strictly newer is written, in whole milliseconds (gateway protocol 0, point 9). */
function isStale(transaction: StoreTransaction, artifactId: string, performedAtMs: number): boolean {
  const held = transaction.artifact(artifactId);
  return held !== undefined && held.deployedAtMs >= performedAtMs;
}

function applied(transaction: StoreTransaction, event: ArtifactEvent): Outcome {
  if (event.correlationId !== '') transaction.markHandled(event.correlationId);
  return 'applied';
}
