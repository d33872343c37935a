import type { DesiredState, Kind } from '@gatecast/contracts';

/** An artifact as a gateway holds it. */
export interface StoredArtifact {
  readonly id: string;
  readonly kind: Kind;
  readonly handle: string;
  readonly displayName: string;
  readonly version: string;
  readonly deploymentId: string;
  readonly desiredState: DesiredState;
  /** `performedAt` of the last change that was applied, in whole milliseconds since 1970. */
  readonly deployedAtMs: number;
  /** The YAML as fetched; an undeploy keeps it. */
  readonly content: string;
  /** The event that brought it to this. */
  readonly correlationId: string;
}

/** What can be done inside a transaction. */
export interface StoreTransaction {
  artifact(id: string): StoredArtifact | undefined;
  /** Another artifact with the same (kind, handle) or (kind, displayName, version), if there is one. */
  rivalOf(artifact: Pick<StoredArtifact, 'id' | 'kind' | 'handle' | 'displayName' | 'version'>): StoredArtifact | undefined;
  /** Writes an artifact, in place of what was held under its id. */
  put(artifact: StoredArtifact): void;
  /** Removes an artifact without a trace. */
  remove(id: string): void;
  isHandled(correlationId: string): boolean;
  /** Remembers an event whose effect is in this transaction; the oldest of very many may be forgotten. */
  markHandled(correlationId: string): void;
}

/** Where a gateway keeps its artifacts. */
export interface GatewayStore {
  /** Runs `work`; all it wrote is durable when this returns, and nothing of it is there when `work` or this throws. */
  transaction<T>(work: (transaction: StoreTransaction) => T): T;
  /** All artifacts, by id. */
  artifacts(): StoredArtifact[];
}

/** How many handled events a store remembers at least. */
export const handledEventsKept = 10_000;
