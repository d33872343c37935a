import type { ArtifactVerb, DesiredState } from '@gatecast/contracts';
import { type AckError, deploymentAck } from './acks.js';
import { secretsIn } from './credentials/index.js';
import { type Definition, readDefinition } from './definition.js';
import type { ArtifactEvent, CredentialEvent, GatewayEvent } from './events.js';
import type { DecisionTrace, InternalApi } from './internal-api.js';
import type { Outcome } from './outcome.js';
import { type GatewayStore, removeArtifact, type StoreTransaction } from './store.js';

export interface Handled {
  readonly outcome: Outcome;
  /** The `deployment.ack` frame to send; absent where the contract has none. */
  readonly ack?: string;
  /** Why it failed. */
  readonly error?: Error;
  /** Credentials that a delete removed although their artifact was not held: how many of each. */
  readonly orphans?: { readonly apiKeys: number; readonly subscriptions: number };
  /** Where the trace of the decision goes on, if the control plane told of one with the content. */
  readonly traceparent?: string;
}

export interface Handling {
  readonly store: GatewayStore;
  readonly api: Pick<InternalApi, 'fetchContent' | 'secretValue'>;
  /**
   * True: a decision that is held exactly as the event says is acked, also when it came another way or before. A WSO2 gateway-controller is
   * silent about those (gateway protocol 1.6), so its control plane must decide again.
   */
  readonly acksWhatIsHeld?: boolean;
}

/** Handles one event as a WSO2 gateway-controller does (gateway protocol 1.6). Never rejects: what goes wrong is the outcome `failed`. */
export async function handleEvent(event: GatewayEvent, handling: Handling): Promise<Handled> {
  if ('apply' in event) return handleCredential(event, handling.store);
  // An event without an instant counts as performed now (gateway protocol 1.6).
  const performedAt = event.performedAt || new Date().toISOString();
  let traceparent: string | undefined;
  // What is decided meanwhile has a content and a trace of its own.
  const onTrace = (trace: DecisionTrace) => {
    if (trace.correlationId === event.correlationId) ({ traceparent } = trace);
  };
  let done: Done;
  let answer: 'success' | AckError | undefined;
  try {
    done = await apply(event, performedAt, handling, onTrace);
    const isHeld = handling.acksWhatIsHeld && holds(handling.store, event, Date.parse(performedAt));
    answer = isHeld ? 'success' : answers[done.outcome];
  } catch (error) {
    done = { outcome: 'failed', error: error as Error };
    answer = 'GATEWAY_PROCESSING_ERROR';
  }
  return {
    ...done,
    ...(traceparent !== undefined && { traceparent }),
    ...(answer &&
      event.verb !== 'deleted' && { ack: deploymentAck(event, performedAt, answer === 'success' ? undefined : answer) }),
  };
}

type Done = Pick<Handled, 'outcome' | 'error' | 'orphans'>;

/** How each outcome of a deploy or undeploy is acked (gateway protocol 1.6, 1.7). */
const answers: Readonly<Record<Outcome, 'success' | AckError | undefined>> = {
  applied: 'success',
  unknown: 'success',
  stale: undefined,
  duplicate: undefined,
  mismatch: 'DEPLOYMENT_ID_MISMATCH',
  failed: 'GATEWAY_PROCESSING_ERROR',
};

/** What a verb leaves a gateway with. */
const stateAfter: Readonly<Record<ArtifactVerb, DesiredState | undefined>> = {
  deployed: 'DEPLOYED',
  undeployed: 'UNDEPLOYED',
  deleted: undefined,
};

async function apply(
  event: ArtifactEvent,
  performedAt: string,
  { store, api }: Handling,
  onTrace: (trace: DecisionTrace) => void,
): Promise<Done> {
  const isDuplicate =
    event.correlationId !== '' && store.transaction((transaction) => transaction.isHandled(event.correlationId));
  if (isDuplicate) return { outcome: 'duplicate' };
  const performedAtMs = Date.parse(performedAt);

  switch (event.verb) {
    case 'deployed': {
      if (event.deploymentId === '') throw new Error('the event names no deployment');
      const content = await api.fetchContent(event.kind, event.artifactId, onTrace);
      const definition = readDefinition(event.kind, content);
      const secrets = await readSecrets(content, { store, api });
      return {
        outcome: store.transaction((transaction) => deploy(transaction, event, performedAtMs, definition, content, secrets)),
      };
    }
    case 'undeployed':
      return { outcome: store.transaction((transaction) => undeploy(transaction, event, performedAtMs)) };
    case 'deleted':
      return store.transaction((transaction) => remove(transaction, event));
  }
}

/**
 * Returns the values of the secrets that a definition refers to, by handle. Also of those that are held, which may be older than
 * the deployment; one that can't be had now is used as held.
 * @throws Error when one can't be had and is not held.
 */
async function readSecrets(content: string, { store, api }: Handling): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const handle of secretsIn(content)) {
    try {
      values.set(handle, await api.secretValue(handle));
    } catch (error) {
      if (store.transaction(({ secrets }) => secrets.get(handle))) continue;
      throw new Error(`the secret ${handle} can't be had: ${(error as Error).message}`);
    }
  }
  return values;
}

function deploy(
  transaction: StoreTransaction,
  event: ArtifactEvent,
  performedAtMs: number,
  definition: Definition,
  content: string,
  secrets: ReadonlyMap<string, string>,
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
  for (const [handle, value] of secrets) {
    if (transaction.secrets.get(handle)?.value !== value) transaction.secrets.put({ id: handle, hash: '', value });
  }
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

function remove(transaction: StoreTransaction, event: ArtifactEvent): Done {
  const { artifacts, apiKeys, subscriptions } = removeArtifact(transaction, event.artifactId);
  if (artifacts + apiKeys + subscriptions === 0) return { outcome: 'unknown' };
  applied(transaction, event);
  return { outcome: 'applied', ...(artifacts === 0 && { orphans: { apiKeys, subscriptions } }) };
}

/** Only something strictly newer is written, in whole milliseconds (gateway protocol 0, point 9). */
function isStale(transaction: StoreTransaction, artifactId: string, performedAtMs: number): boolean {
  const held = transaction.artifact(artifactId);
  return held !== undefined && held.deployedAtMs >= performedAtMs;
}

function holds(store: GatewayStore, { artifactId, deploymentId, verb }: ArtifactEvent, performedAtMs: number): boolean {
  const held = store.transaction((transaction) => transaction.artifact(artifactId));
  return (
    held?.deployedAtMs === performedAtMs &&
    held.desiredState === stateAfter[verb] &&
    (deploymentId === '' || deploymentId === held.deploymentId)
  );
}

/** Credentials have no ack (gateway protocol 1.6). Done before this yields, so that no sync comes between. */
function handleCredential(event: CredentialEvent, store: GatewayStore): Handled {
  try {
    return {
      outcome: store.transaction((transaction) => {
        if (event.correlationId !== '' && transaction.isHandled(event.correlationId)) return 'duplicate';
        const outcome = event.apply(transaction);
        return outcome === 'applied' ? applied(transaction, event) : outcome;
      }),
    };
  } catch (error) {
    return { outcome: 'failed', error: error as Error };
  }
}

function applied(transaction: StoreTransaction, { correlationId }: Pick<GatewayEvent, 'correlationId'>): Outcome {
  if (correlationId !== '') transaction.markHandled(correlationId);
  return 'applied';
}
