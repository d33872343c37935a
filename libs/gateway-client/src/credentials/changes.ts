import type { Outcome } from '../outcome.js';
import type { StoreTransaction } from '../store.js';

/** What an event about credentials says. */
export interface CredentialChange {
  /** Whose credential it is; empty for a plan and an application. */
  readonly artifactId: string;
  /** The id under which the store holds what it is about. */
  readonly entityId: string;
  /** Does it. @throws Error, for people, when the gateway refuses it. */
  apply(transaction: StoreTransaction): Outcome;
}

/** By event type, what reads its payload. They throw an Error when it is malformed. `userId` is empty when the event has none. */
export type ChangeReaders = Readonly<Record<string, (payload: unknown, userId: string) => CredentialChange>>;
