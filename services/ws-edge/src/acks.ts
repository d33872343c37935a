import { type BrokerConnection, storeAck } from '@gatecast/broker';
import { type AckCommand, DeploymentAckFrame } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import { Compile } from 'typebox/compile';

const ackFrame = Compile(DeploymentAckFrame);

/** Reads a frame that a gateway sent: its ack, or a sentence that says why it is none (gateway protocol 1.7). */
export function readAck(text: string): DeploymentAckFrame['payload'] | string {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (typeof frame !== 'object' || frame === null) return 'not an object';
  if ((frame as { type?: unknown }).type !== 'deployment.ack') return 'of a type that gateways do not send';
  if (!ackFrame.Check(frame)) {
    const [first] = ackFrame.Errors(frame);
    return `malformed: ${first?.instancePath ?? ''} ${first?.message ?? ''}`;
  }
  if (Number.isNaN(Date.parse(frame.payload.performedAt))) return 'malformed: performedAt is no instant';
  return frame.payload;
}

export interface Acks {
  /** Stores an ack in the work queue, again and again until it is stored. Resolves then; rejects only when too many wait. */
  store(command: AckCommand): Promise<void>;
  stop(): void;
}

const waitingMax = 20_000;
const retryMs = 250;

/** Takes gateways' acks to the work queue. They outlive their connection: a gateway says each only once. */
export function startAcks(connection: BrokerConnection, logger: Logger): Acks {
  let waiting = 0;
  let isStopped = false;
  return {
    async store(command) {
      if (waiting >= waitingMax) throw new Error('Too many acks wait for the broker.');
      waiting += 1;
      try {
        for (;;) {
          try {
            return await storeAck(connection, command);
          } catch (error) {
            if (isStopped) throw error;
            logger.debug({ err: error, gatewayId: command.gatewayId }, 'ack not stored yet');
            await new Promise((resolve) => setTimeout(resolve, retryMs));
          }
        }
      } finally {
        waiting -= 1;
      }
    },
    stop() {
      isStopped = true;
    },
  };
}
