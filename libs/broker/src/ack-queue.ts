import { type AckCommand, ackConsumer, ackStream, subjects } from '@gatecast/contracts';
import type { ConsumerMessages } from 'nats';
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

const batchMax = 100;
const fetchMs = 5_000;
const retryMs = 500;

/** Takes acks from the work queue, one after the other, and removes each when it is applied. Goes on through every outage. */
export function takeAcks(connection: BrokerConnection, options: AckQueueOptions): { close(): Promise<void> } {
  let isClosed = false;
  let messages: ConsumerMessages | undefined;

  async function run(): Promise<void> {
    while (!isClosed) {
      if (!connection.isConnected) {
        await wait(retryMs);
        continue;
      }
      try {
        await options.ensure();
        const consumer = await connection.live().jetstream().consumers.get(ackStream, ackConsumer);
        while (!isClosed) {
          const began = performance.now();
          messages = await consumer.fetch({ max_messages: batchMax, expires: fetchMs });
          const taken = await takeBatch(messages);
          // An empty answer before its time: the consumer or its queue is gone, and has to be made again.
          if (taken === 0 && performance.now() - began < fetchMs / 2 && !isClosed)
            throw new Error('The work queue does not answer.');
        }
      } catch (error) {
        if (isClosed) return;
        options.onError(error);
        await wait(retryMs);
      }
    }
  }

  async function takeBatch(batch: ConsumerMessages): Promise<number> {
    let taken = 0;
    let failure: unknown;
    for await (const message of batch) {
      taken += 1;
      let command: AckCommand;
      try {
        command = bodyOf<AckCommand>(message);
      } catch (error) {
        // No edge writes what is not JSON; it would come back for ever.
        message.term();
        options.onError(error);
        continue;
      }
      try {
        await options.apply(command);
        message.ack();
      } catch (error) {
        // It alone: those after it would wait until the broker misses their answers.
        message.nak(1_000);
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return taken;
  }

  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  const running = run();
  return {
    async close() {
      isClosed = true;
      // Not awaited: of a batch that was left in the middle, as after a failure, the client never tells that it is closed.
      messages?.stop();
      await running;
    },
  };
}
