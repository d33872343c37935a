import { type EventMeta, eventHeader, nowMs, type StreamEvent, subjects, traceHeader } from '@gatecast/contracts';
import { headers, type MsgHdrs } from 'nats';

/** An event as it was heard. */
export interface HeardEvent extends StreamEvent {
  /** Milliseconds since 1970 by the relay's clock; null: the relay did not say. */
  readonly publishedAtMs: number | null;
  /** Milliseconds since 1970 by the clock of who heard it. */
  readonly heardAtMs: number;
}

/** Returns an event's subject and headers on the stream, without its message id. */
export function eventMessage(event: StreamEvent): { subject: string; headers: MsgHdrs } {
  const { organizationId, gatewayId, revision, logEpoch, entity, type, action, committedAtMs, traceparent } = event;
  const publishedAtMs = nowMs();
  const meta: EventMeta = {
    organizationId,
    gatewayId,
    revision,
    logEpoch,
    entity,
    type,
    action,
    committedAtMs,
    publishedAtMs,
  };
  const all = headers();
  all.set(eventHeader, JSON.stringify(meta));
  if (traceparent) all.set(traceHeader, traceparent);
  const subject = gatewayId === null ? subjects.organizationEvent(organizationId) : subjects.gatewayEvent(gatewayId);
  return { subject, headers: all };
}

/**
 * Reads the event that a message of the stream is, and where its trace goes on only if `isTraced`: looking for a header takes time for
 * every event. @throws Error when it is none.
 */
export function eventOf(
  message: {
    readonly subject: string;
    readonly headers?: MsgHdrs | undefined;
    readonly data: Uint8Array;
  },
  isTraced = false,
): HeardEvent {
  const correlationId = message.headers?.get('Nats-Msg-Id');
  const meta = eventMetaOf(message.headers);
  if (!meta || !correlationId) throw new Error(`A message on ${message.subject} is no event: its headers are missing or wrong.`);
  // Field by field: this is done for every event on every edge, and copying by spread costs several times as much.
  return {
    correlationId,
    organizationId: meta.organizationId,
    gatewayId: meta.gatewayId,
    revision: meta.revision,
    logEpoch: meta.logEpoch,
    entity: meta.entity,
    type: meta.type,
    action: meta.action,
    committedAtMs: meta.committedAtMs,
    publishedAtMs: meta.publishedAtMs,
    heardAtMs: nowMs(),
    frame: message.data,
    traceparent: (isTraced && message.headers?.get(traceHeader)) || null,
  };
}

/** Reads what travels beside an event's frame; undefined: these are not the headers of an event. */
export function eventMetaOf(all: MsgHdrs | undefined): EventMeta | undefined {
  const text = all?.get(eventHeader);
  if (!text) return undefined;
  try {
    const meta = JSON.parse(text) as EventMeta;
    return typeof meta.organizationId === 'string' && Number.isSafeInteger(meta.revision) && meta.revision > 0 ? meta : undefined;
  } catch {
    return undefined;
  }
}
