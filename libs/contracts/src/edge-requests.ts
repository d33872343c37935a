/** What an edge asks over the broker. Bodies are JSON; an answer `{ error }` means: could not be told, ask again. */

import type { Action, Revision } from './words.js';

/** An edge that was not heard for this long, in milliseconds, is gone, and its connections with it. */
export const edgeTimeoutMs = 15_000;

/** Tokens are asked for by their SHA-256 (hex), so that no plain token travels the broker. */
export interface AuthenticateRequest {
  readonly tokenHashes: readonly string[];
}
/** One answer per hash, in the order asked; null: unknown or revoked. Cursor, head and epoch are of one snapshot. */
export interface AuthenticateReply {
  readonly gateways: readonly (AuthenticatedGateway | null)[];
  readonly logEpoch: string;
}
export interface AuthenticatedGateway {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly tokenId: string;
  /** Revision up to which everything for the gateway is confirmed; null: can't be told, a full resync is owed. */
  readonly cursor: Revision | null;
  readonly head: Revision;
}

/** Reads one page of an organization's event log: revisions after `after` through `through`. */
export interface EventLogRequest {
  readonly organizationId: string;
  /** Only what concerns any of these gateways; absent: everything of the organization. */
  readonly gatewayIds?: readonly string[];
  readonly after: Revision;
  readonly through: Revision;
}
export interface EventLogReply {
  readonly logEpoch: string;
  /** The page covers every asked event through this revision. Less than asked: read on from here. */
  readonly through: Revision;
  /** The log holds nothing up to and including this revision any more: to whom it is news, what is missing can't be told. */
  readonly trimmedThrough: Revision;
  readonly events: readonly LoggedEvent[];
}
export interface LoggedEvent {
  readonly correlationId: string;
  readonly gatewayId: string | null;
  readonly revision: Revision;
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
  readonly committedAtMs: number;
  readonly frame: string;
  readonly traceparent?: string;
}

/** How far gateways have come. Answered only when stored. */
export interface CursorsRequest {
  readonly logEpoch: string;
  readonly cursors: readonly CursorReport[];
}
export interface CursorReport {
  readonly gatewayId: string;
  /** Handled by the gateway up to here (receipt). */
  readonly confirmed: Revision;
  /** Written to its socket up to here. */
  readonly written: Revision;
}

/** An edge's heartbeat: itself and, when `connections` is there, everything that is connected to it now. */
export interface PresenceRequest {
  /** New for each process start. */
  readonly edgeId: string;
  readonly opened?: readonly ConnectionReport[];
  readonly closed?: readonly string[];
  /** The whole list, after a start or a broker reconnect: replaces what was known of this edge. */
  readonly connections?: readonly ConnectionReport[];
  /** The edge is going away. */
  readonly stopped?: boolean;
  /** Counts the reports of this edge: one that comes after a later one is out of date and changes nothing. */
  readonly number?: number;
  /** When it was sent, in milliseconds since 1970 by the edge's clock: how long ago the connections came, whatever that clock says. */
  readonly sentAtMs?: number;
}
export interface PresenceReply {
  /** Nothing was known of this edge (a first report, or one after a silence): its whole list is owed. */
  readonly isNew: boolean;
}
export interface ConnectionReport {
  readonly connectionId: string;
  readonly gatewayId: string;
  readonly remoteAddress: string;
  /** RFC 3339, by the edge's clock. */
  readonly connectedAt: string;
}

/**
 * Asks api-service to issue again all that a gateway shall hold and shall not hold, since what it missed can't be told any more.
 * Answered when all of it is in the event log.
 */
export interface ResyncRequest {
  readonly gatewayId: string;
}
export interface ResyncReply {
  readonly logEpoch: string;
  /** From here on the event log has everything for the gateway. */
  readonly cursor: Revision;
}
