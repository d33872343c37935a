/** What services tell each other over the broker without an answer: who misses it looks for itself after a while. */

import type { Revision } from './words.js';

/** Sent by api-service to every edge, after the commit. `tokenId` absent: the whole gateway is gone. */
export interface Revocation {
  readonly gatewayId: string;
  readonly tokenId?: string;
}

/** Sent by api-service to every edge: these gateways are to connect anew, since that is when they read their secrets. */
export interface SecretsChanged {
  readonly gatewayIds: readonly string[];
}

/** Sent by artifacts-service after it stored that connections of these gateways opened or closed, for whoever watches. */
export interface PresenceChanged {
  readonly gatewayIds: readonly string[];
}

/** Sent by artifacts-service after it stored that these gateways have come further, for whoever waits for that. */
export interface CursorsMoved {
  readonly gatewayIds: readonly string[];
}

/** Heads that are published and acknowledged by the broker, of recently active organizations. */
export interface RelayHeads {
  readonly logEpoch: string;
  readonly heads: Readonly<Record<string, Revision>>;
}
