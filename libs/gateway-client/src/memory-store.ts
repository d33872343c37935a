import { type GatewayStore, handledEventsKept, type StoredArtifact } from './store.js';

/** A store that lives as long as its process: for tests, and for benchmarks that run thousands of gateways. */
export function memoryStore(): GatewayStore {
  const artifacts = new Map<string, StoredArtifact>();
  const handled = new Set<string>();

  return {
    artifacts: () => [...artifacts.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    transaction(work) {
      const undo: (() => void)[] = [];
      const restore = (id: string) => {
        const before = artifacts.get(id);
        undo.push(() => (before ? artifacts.set(id, before) : artifacts.delete(id)));
      };
      try {
        return work({
          artifact: (id) => artifacts.get(id),
          rivalOf: ({ id, kind, handle, displayName, version }) =>
            [...artifacts.values()].find(
              (other) =>
                other.id !== id &&
                other.kind === kind &&
                (other.handle === handle || (other.displayName === displayName && other.version === version)),
            ),
          put(artifact) {
            restore(artifact.id);
            artifacts.set(artifact.id, artifact);
          },
          remove(id) {
            restore(id);
            artifacts.delete(id);
          },
          isHandled: (correlationId) => handled.has(correlationId),
          markHandled(correlationId) {
            handled.add(correlationId);
            undo.push(() => handled.delete(correlationId));
            const [oldest] = handled;
            if (handled.size > handledEventsKept && oldest !== undefined) handled.delete(oldest);
          },
        });
      } catch (error) {
        for (const step of undo.reverse()) step();
        throw error;
      }
    },
  };
}
