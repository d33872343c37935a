import { ackConsumer, ackStream, ackStreamSubjects, eventStream, eventStreamSubjects } from '@gatecast/contracts';
import {
  AckPolicy,
  DiscardPolicy,
  type JetStreamManager,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from 'nats';
import type { BrokerConnection } from './connection.js';

export interface StreamOptions {
  /** How long the stream keeps events; older ones come from the event log. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly replicas: number;
}

/** Makes the event stream as it must be, or brings an existing one to these settings. Returns its last sequence. */
export async function ensureEventStream(connection: BrokerConnection, options: StreamOptions): Promise<number> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  const { state } = await ensureStream(jsm, {
    name: eventStream,
    subjects: eventStreamSubjects,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    num_replicas: options.replicas,
    max_age: nanos(options.maxAgeMs),
    max_bytes: options.maxBytes,
    duplicate_window: nanos(Math.min(120_000, options.maxAgeMs)),
  });
  return state.last_seq;
}

/** Makes the acks' work queue and its one consumer as they must be. */
export async function ensureAckQueue(connection: BrokerConnection, options: Pick<StreamOptions, 'replicas'>): Promise<void> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  await ensureStream(jsm, {
    name: ackStream,
    subjects: ackStreamSubjects,
    retention: RetentionPolicy.Workqueue,
    // A full queue refuses: then the receipt waits, and nothing is forgotten.
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    num_replicas: options.replicas,
    max_bytes: 256 * 1024 * 1024,
  });
  await jsm.consumers.add(ackStream, {
    durable_name: ackConsumer,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    max_ack_pending: 2_000,
  });
}

async function ensureStream(jsm: JetStreamManager, config: Partial<StreamConfig> & { name: string }) {
  try {
    await jsm.streams.info(config.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return jsm.streams.add(config);
  }
  return jsm.streams.update(config.name, config);
}

/** Whether the broker says that a stream or consumer does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && error.code === '404';
}
