import { eventHeaders, type StreamEvent, subjects } from '@gatecast/contracts';
import { headers, type JetStreamClient, type MsgHdrs, NatsError } from 'nats';
import type { BrokerConnection } from './connection.js';

export interface PublishedEvent {
  /** Where the event stands in the stream. */
  readonly sequence: number;
  /** The stream had it already: nothing was added. */
  readonly isDuplicate: boolean;
}

/** Nothing was added: the stream's last sequence is another one. */
export class WrongLastSequenceError extends Error {
  override readonly name = 'WrongLastSequenceError';
}

/** `JSStreamWrongLastSequenceErrF` in nats-server's server/errors.json. */
const wrongLastSequence = 10071;

/** Publishes events to the stream. */
export interface EventPublisher {
  /**
   * Publishes one event, only if the stream's last sequence still is `expectedLastSequence`: whoever published in between has
   * taken over. (An event that the stream has already is told so whatever the last sequence is.) @throws WrongLastSequenceError,
   * then the event is not in the stream; NatsError or BrokerUnavailableError, the latter at once when the connection is lost: then
   * that is unknown.
   */
  publish(event: StreamEvent, expectedLastSequence: number): Promise<PublishedEvent>;
}

/** Returns a publisher on the connection. */
export function eventPublisher(connection: BrokerConnection): EventPublisher {
  let js: JetStreamClient | undefined;
  return {
    async publish(event, expectedLastSequence) {
      js ??= connection.live().jetstream({ timeout: 3_000 });
      if (!connection.isConnected) connection.live();
      const message = eventMessage(event);
      const answer = js.publish(message.subject, event.frame, {
        msgID: event.correlationId,
        headers: message.headers,
        expect: { lastSequence: expectedLastSequence },
      });
      const ack = await connection.untilLost(answer).catch((error: unknown) => {
        if (error instanceof NatsError && error.api_error?.err_code === wrongLastSequence)
          throw new WrongLastSequenceError(error.message, { cause: error });
        throw error;
      });
      return { sequence: ack.seq, isDuplicate: ack.duplicate };
    },
  };
}

/** Returns an event's subject and headers on the stream, without its message id. */
function eventMessage(event: StreamEvent): { subject: string; headers: MsgHdrs } {
  const meta = headers();
  meta.set(eventHeaders.organization, event.organizationId);
  if (event.gatewayId !== null) meta.set(eventHeaders.gateway, event.gatewayId);
  meta.set(eventHeaders.revision, String(event.revision));
  meta.set(eventHeaders.logEpoch, event.logEpoch);
  meta.set(eventHeaders.entity, event.entity);
  meta.set(eventHeaders.type, event.type);
  meta.set(eventHeaders.action, event.action);
  meta.set(eventHeaders.committedAt, String(event.committedAtMs));
  meta.set(eventHeaders.publishedAt, String(performance.timeOrigin + performance.now()));
  const subject =
    event.gatewayId === null ? subjects.organizationEvent(event.organizationId) : subjects.gatewayEvent(event.gatewayId);
  return { subject, headers: meta };
}

/**
 * Puts an event into the stream without asking whether it got there, for those who measure or test: the relay must know. Whether the
 * stream has it is told by whoever hears it.
 */
export function putEvent(connection: BrokerConnection, event: StreamEvent): void {
  const { subject, headers: meta } = eventMessage(event);
  meta.set('Nats-Msg-Id', event.correlationId);
  connection.live().publish(subject, event.frame, { headers: meta });
}
