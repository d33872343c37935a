import { type AckCommand, ackConsumer, ackStream, subjects } from '@gatecast/contracts';
import type { ConsumerMessages, JsMsg } from 'nats';
import type { BrokerConnection } from './connection.js';
import { bodyOf } from './requests.js';

/** Puts an ack into the work queue. Resolves when it is stored. @throws when that can't be told: put it again. */
export async function storeAck(connection: BrokerConnection, command: AckCommand): Promise<void> {
  await connection.live().jetstream({ timeout: 5_000 }).publish(subjects.gatewayAck(command.gatewayId), JSON.stringify(command));
}

/** Returns how many acks are stored and not yet applied. @throws when the broker can't tell. */
export async function acksWaiting(connection: BrokerConnection): Promise<number> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  const { num_pending, num_ack_pending } = await jsm.consumers.info(ackStream, ackConsumer);
  return num_pending + num_ack_pending;
}

export interface AckQueueOptions {
  /** Makes queue and consumer when they are not there (first start, a wiped broker). */
  readonly ensure: () => Promise<void>;
  /** Applies one ack; a rejection puts it back. */
  readonly apply: (command: AckCommand) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const askedForMax = 100;
const askedEveryMs = 2_000;
const retryMs = 500;
/** Between one failure and the next ack. All that were asked for must have had their turn before the broker misses their answers. */
const pauseMs = 50;

/** Takes acks from the work queue, one after the other, and removes each when it is applied. Goes on through every outage. */
export function takeAcks(connection: BrokerConnection, options: AckQueueOptions): { close(): Promise<void> } {
  let isClosed = false;
  let messages: ConsumerMessages | undefined;

  async function run(): Promise<void> {
    while (!isClosed) {
      try {
        await options.ensure();
        await takeUntilLost();
      } catch (error) {
        if (!isClosed && connection.isConnected) options.onError(error);
      }
      if (!isClosed) await wait(retryMs);
    }
  }

  /** Until the queue or the connection is gone. The client asks again after a loss too, but may stop to watch whether it is answered. */
  async function takeUntilLost(): Promise<void> {
    const consumer = await connection.live().jetstream().consumers.get(ackStream, ackConsumer);
    // One inbox for all that is asked for. With one for each batch, what the broker sends while it changes is missed.
    messages = await consumer.consume({ max_messages: askedForMax, expires: askedEveryMs, abort_on_missing_resource: true });
    if (isClosed) messages.stop();
    const taking = takeAll(messages);
    try {
      await connection.untilLost(taking);
    } finally {
      messages.stop();
      await Promise.allSettled([taking]);
    }
  }

  async function takeAll(messages: ConsumerMessages): Promise<void> {
    for await (const message of messages) await take(message);
  }

  async function take(message: JsMsg): Promise<void> {
    let command: AckCommand;
    try {
      command = bodyOf<AckCommand>(message);
    } catch (error) {
      // No edge writes what is not JSON; it would come back for ever.
      message.term();
      options.onError(error);
      return;
    }
    try {
      await options.apply(command);
      message.ack();
    } catch (error) {
      // It alone: those after it would wait until the broker misses their answers.
      message.nak(1_000);
      options.onError(error);
      await wait(pauseMs);
    }
  }

  const running = run();
  return {
    async close() {
      isClosed = true;
      messages?.stop();
      await running;
    },
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
