import type { Action, Revision } from './words.js';

/**
 * One committed event as it travels the stream. The message's data is the frame exactly as the gateway will read it; all that
 * the way needs beside it travels in a header, so that no edge parses a frame.
 */
export interface StreamEvent {
  /** The event's id: `correlationId` on the wire, message id on the stream. */
  readonly correlationId: string;
  readonly organizationId: string;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  readonly revision: Revision;
  readonly logEpoch: string;
  /** What the event is about, e.g. `artifact:<uuid>`: a later event about the same entity supersedes this one in a replay. */
  readonly entity: string;
  /** The envelope's type, e.g. `api.deployed`. */
  readonly type: string;
  readonly action: Action;
  /** When it was committed, in milliseconds since 1970 with a fraction, by the database's clock. */
  readonly committedAtMs: number;
  /** The envelope as UTF-8 JSON. */
  readonly frame: Uint8Array;
  /** Where its trace goes on, as W3C writes it; null or absent: it is in none. */
  readonly traceparent?: string | null;
}

/** Which event has a revision of its organization, and in which log. */
export type EventPosition = Pick<StreamEvent, 'organizationId' | 'revision' | 'correlationId' | 'logEpoch'>;

/** The header that has an event's `traceparent`, under the name that W3C gives it; most events have none. */
export const traceHeader = 'traceparent';
/** Beside {@link traceHeader} in an answer to a gateway: the id of the event whose trace that is. */
export const correlationHeader = 'gatecast-correlation-id';

/** The header that has all of an event beside its frame, its id and its trace, as JSON: one, since each header costs every edge time for every event. */
export const eventHeader = 'Gatecast-Event';

/** What {@link eventHeader} has. */
export type EventMeta = Omit<StreamEvent, 'correlationId' | 'frame' | 'traceparent'> & {
  /** When the relay published it, in milliseconds since 1970 with a fraction, by the relay's clock. */
  readonly publishedAtMs: number | null;
};

/** Most bytes that an event's frame may have; beyond it the write is refused (the broker's default message limit is 1 MiB). */
export const frameBytesMax = 512 * 1024;
