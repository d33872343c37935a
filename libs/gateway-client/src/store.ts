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

/** An API key of an artifact: what is needed to recognize it, never the key itself. */
export interface StoredApiKey {
  /** By artifact and name, see `apiKeyId`: events that change or revoke a key name no UUID. */
  readonly id: string;
  readonly artifactId: string;
  readonly name: string;
  /** By which applications refer to it; null when only an update was ever seen. */
  readonly uuid: string | null;
  /** SHA-256 of the key, hex. */
  readonly sha256: string;
  readonly maskedApiKey: string;
  readonly externalRefId: string | null;
  readonly issuer: string | null;
  /** RFC 3339. */
  readonly expiresAt: string | null;
  /** Whose it is, as far as told; the number of keys per user is limited. */
  readonly createdBy: string;
  /** RFC 3339. */
  readonly updatedAt: string;
}

/** A subscription to an artifact. */
export interface StoredSubscription {
  readonly id: string;
  readonly artifactId: string;
  readonly applicationId: string | null;
  /** SHA-256 of the subscription token, hex. */
  readonly tokenSha256: string;
  readonly planId: string | null;
  readonly status: string;
}

/** What a subscription allows. */
export interface StoredPlan {
  readonly id: string;
  readonly name: string;
  readonly stopOnQuotaReach: boolean;
  readonly throttleLimitCount: number | null;
  readonly throttleLimitUnit: string | null;
  /** RFC 3339. */
  readonly expiryTime: string | null;
  readonly status: string;
}

/** An application and the API keys that are its. */
export interface StoredApplication {
  /** Its UUID. */
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly type: string;
  readonly apiKeyUuids: readonly string[];
}

/** A secret that artifacts refer to. */
export interface StoredSecret {
  /** Its handle. */
  readonly id: string;
  /** By which a newer value is told; empty when it came without. */
  readonly hash: string;
  readonly value: string;
}

/** Rows of one sort, by id. */
export interface Rows<T> {
  get(id: string): T | undefined;
  all(): T[];
  /** Writes a row, in place of what was held under its id. */
  put(row: T): void;
  remove(id: string): void;
}

/** Rows that belong to artifacts, which need not be held. */
export interface OwnedRows<T> extends Rows<T> {
  /** Those of one artifact. */
  of(artifactId: string): T[];
}

/** What can be done inside a transaction. */
export interface StoreTransaction {
  artifact(id: string): StoredArtifact | undefined;
  /** Another artifact with the same (kind, handle) or (kind, displayName, version), if there is one. */
  rivalOf(artifact: Pick<StoredArtifact, 'id' | 'kind' | 'handle' | 'displayName' | 'version'>): StoredArtifact | undefined;
  /** Writes an artifact, in place of what was held under its id. */
  put(artifact: StoredArtifact): void;
  /** Removes an artifact without a trace; what belongs to it stays, see `removeArtifact`. */
  remove(id: string): void;
  readonly apiKeys: OwnedRows<StoredApiKey>;
  readonly subscriptions: OwnedRows<StoredSubscription>;
  readonly plans: Rows<StoredPlan>;
  readonly applications: Rows<StoredApplication>;
  readonly secrets: Rows<StoredSecret>;
  isHandled(correlationId: string): boolean;
  /** Remembers an event whose effect is in this transaction; the oldest of very many may be forgotten. */
  markHandled(correlationId: string): void;
}

/** Where a gateway keeps what it must not forget. */
export interface GatewayStore {
  /** Runs `work`; all it wrote is durable when this returns, and nothing of it is there when `work` or this throws. */
  transaction<T>(work: (transaction: StoreTransaction) => T): T;
  /** All artifacts, by id. */
  artifacts(): StoredArtifact[];
}

/** How many handled events a store remembers at least. */
export const handledEventsKept = 10_000;

/** Removes an artifact, its API keys and its subscriptions, held or not. Returns how many of each went. */
export function removeArtifact(
  transaction: StoreTransaction,
  artifactId: string,
): { readonly artifacts: number; readonly apiKeys: number; readonly subscriptions: number } {
  const apiKeys = transaction.apiKeys.of(artifactId);
  const subscriptions = transaction.subscriptions.of(artifactId);
  const artifacts = transaction.artifact(artifactId) ? 1 : 0;
  for (const { id } of apiKeys) transaction.apiKeys.remove(id);
  for (const { id } of subscriptions) transaction.subscriptions.remove(id);
  transaction.remove(artifactId);
  return { artifacts, apiKeys: apiKeys.length, subscriptions: subscriptions.length };
}

/** The id under which a key is held: its name is unique per artifact. */
export function apiKeyId(artifactId: string, name: string): string {
  return `${artifactId}/${name}`;
}
