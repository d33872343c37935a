import {
  type GatewayStore,
  handledEventsKept,
  type OwnedRows,
  type StoredApiKey,
  type StoredApplication,
  type StoredArtifact,
  type StoredPlan,
  type StoredSecret,
  type StoredSubscription,
  type StoreTransaction,
} from './store.js';

/** A store that lives as long as its process: for tests, and for benchmarks that run thousands of gateways. */
export function memoryStore(): GatewayStore {
  let undo: (() => void)[] = [];
  const onChange = (step: () => void) => void undo.push(step);
  const artifacts = memoryRows<StoredArtifact>(onChange);
  const handled = new Set<string>();

  const transaction: StoreTransaction = {
    artifact: artifacts.get,
    rivalOf: ({ id, kind, handle, displayName, version }) =>
      artifacts
        .all()
        .find(
          (other) =>
            other.id !== id &&
            other.kind === kind &&
            (other.handle === handle || (other.displayName === displayName && other.version === version)),
        ),
    put: artifacts.put,
    remove: artifacts.remove,
    apiKeys: memoryRows<StoredApiKey>(onChange),
    subscriptions: memoryRows<StoredSubscription>(onChange),
    plans: memoryRows<StoredPlan>(onChange),
    applications: memoryRows<StoredApplication>(onChange),
    secrets: memoryRows<StoredSecret>(onChange),
    isHandled: (correlationId) => handled.has(correlationId),
    markHandled(correlationId) {
      if (handled.has(correlationId)) return;
      handled.add(correlationId);
      onChange(() => handled.delete(correlationId));
      const [oldest] = handled;
      if (handled.size > handledEventsKept && oldest !== undefined) handled.delete(oldest);
    },
  };

  return {
    artifacts: () => artifacts.all().sort((a, b) => (a.id < b.id ? -1 : 1)),
    transaction(work) {
      undo = [];
      try {
        return work(transaction);
      } catch (error) {
        for (const step of undo.reverse()) step();
        throw error;
      }
    },
  };
}

function memoryRows<T extends { readonly id: string; readonly artifactId?: string }>(
  onChange: (undo: () => void) => void,
): OwnedRows<T> {
  const rows = new Map<string, T>();
  const remember = (id: string) => {
    const before = rows.get(id);
    onChange(() => (before ? rows.set(id, before) : rows.delete(id)));
  };
  const all = () => [...rows.values()];
  return {
    get: (id) => rows.get(id),
    all,
    of: (artifactId) => all().filter((row) => row.artifactId === artifactId),
    put(row) {
      remember(row.id);
      rows.set(row.id, row);
    },
    remove(id) {
      remember(id);
      rows.delete(id);
    },
  };
}
