/** What an edge asks artifacts-service over the broker. Bodies are JSON; an answer `{ error }` means: could not be told, ask again. */

import type { DeploymentAck } from './frames.js';
import type { Kind } from './kinds.js';
import type { EventPosition } from './stream-event.js';
import type { Action, Revision } from './words.js';

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

/** Sent by artifacts-service after it stored that connections of these gateways opened or closed, for whoever watches. */
export interface PresenceChanged {
  readonly gatewayIds: readonly string[];
}

/** Sent by artifacts-service after it stored that these gateways have come further, for whoever waits for that. */
export interface CursorsMoved {
  readonly gatewayIds: readonly string[];
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

/** Sent by api-service to every edge, after the commit. `tokenId` absent: the whole gateway is gone. */
export interface Revocation {
  readonly gatewayId: string;
  readonly tokenId?: string;
}

/** Sent by api-service to every edge: these gateways are to connect anew, since that is when they read their secrets. */
export interface SecretsChanged {
  readonly gatewayIds: readonly string[];
}

/** An ack in the work queue. */
export interface AckCommand {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly ack: DeploymentAck;
  readonly correlationId?: string;
}

/** Heads that are published and acknowledged by the broker, of recently active organizations. */
export interface RelayHeads {
  readonly logEpoch: string;
  readonly heads: Readonly<Record<string, Revision>>;
}

/**
 * The last event of organizations up to which an edge has heard everything. What was heard was committed: the database has it there
 * (or has trimmed it), unless it was set back since.
 */
export interface HeardEvents {
  readonly events: readonly EventPosition[];
}

/** What events that were published are about. */
export interface HeardEntity {
  readonly organizationId: string;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  /** E.g. `artifact:<uuid>`. */
  readonly entity: string;
  /** Of the last event about it, e.g. `api.deployed`. */
  readonly type: string;
}

/** A part of an edge's answer to what it has heard of. */
export interface HeardEntities {
  readonly entities: readonly HeardEntity[];
}

/** Proof that a gateway handled an event, with the way in steps (milliseconds since 1970, each by the clock of who did it). */
export interface Receipt {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly revision: Revision;
  readonly correlationId: string;
  readonly type: string;
  readonly committedAtMs: number;
  readonly publishedAtMs: number | null;
  readonly heardAtMs: number;
  readonly writtenAtMs: number;
  readonly receiptAtMs: number;
}
export interface ReceiptsMessage {
  readonly edgeId: string;
  /** When it was sent, by the edge's clock: how long ago the rest was, whatever that clock says. */
  readonly sentAtMs: number;
  readonly receipts: readonly Receipt[];
}

/** What `GET /deployments` and content archives say of one artifact on one gateway. */
export interface DeploymentRow {
  readonly artifactId: string;
  readonly deploymentId: string;
  readonly kind: Kind;
  readonly state: 'DEPLOYED' | 'UNDEPLOYED';
  readonly deployedAt: string;
  readonly etag: string;
}
