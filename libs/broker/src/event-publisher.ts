import type { StreamEvent } from '@gatecast/contracts';
import { type JetStreamClient, NatsError } from 'nats';
import type { BrokerConnection } from './connection.js';
import { eventMessage } from './event-message.js';

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

/**
 * Puts an event into the stream without asking whether it got there, for those who measure or test: the relay must know. Whether the
 * stream has it is told by whoever hears it.
 */
export function putEvent(connection: BrokerConnection, event: StreamEvent): void {
  const { subject, headers: meta } = eventMessage(event);
  meta.set('Nats-Msg-Id', event.correlationId);
  connection.live().publish(subject, event.frame, { headers: meta });
}
