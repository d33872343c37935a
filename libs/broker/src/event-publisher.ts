import { eventHeaders, type StreamEvent, subjects } from '@gatecast/contracts';
import { headers, type JetStreamClient } from 'nats';
import type { BrokerConnection } from './connection.js';

export interface PublishedEvent {
  /** Where the event stands in the stream. */
  readonly sequence: number;
  /** The stream had it already: nothing was added. */
  readonly isDuplicate: boolean;
}

/** Publishes events to the stream. */
export interface EventPublisher {
  /**
   * Publishes one event, only if the stream's last sequence still is `expectedLastSequence`: whoever published in between has
   * taken over. @throws NatsError or BrokerUnavailableError; then it is unknown whether the event is in the stream.
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
      const subject =
        event.gatewayId === null ? subjects.organizationEvent(event.organizationId) : subjects.gatewayEvent(event.gatewayId);
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
      const ack = await js.publish(subject, event.frame, {
        msgID: event.correlationId,
        headers: meta,
        expect: { lastSequence: expectedLastSequence },
      });
      return { sequence: ack.seq, isDuplicate: ack.duplicate };
    },
  };
}
