import { ackConsumer, ackStream, ackStreamSubjects, eventStream, eventStreamSubjects } from '@gatecast/contracts';
import {
  AckPolicy,
  DiscardPolicy,
  ErrorCode,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from 'nats';
import type { BrokerConnection } from './connection.js';

export interface StreamOptions {
  /** How long the stream keeps events; older ones come from the event log. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly replicas: number;
}

/** Which stream it is: one that was removed and made again is another one. */
export interface StreamIdentity {
  /** When it was made, as the server writes it. */
  readonly created: string;
}

/** There is no stream as it must be, and only a person can make it so: `message` says what to do. */
export class StreamUnusableError extends Error {
  override readonly name = 'StreamUnusableError';
}

/**
 * Makes the event stream as it must be, or brings an existing one to these settings. Returns which one it is, and its last sequence.
 * @throws StreamUnusableError when only a person can make it so; NatsError or BrokerUnavailableError when the broker can't tell.
 */
export async function ensureEventStream(
  connection: BrokerConnection,
  options: StreamOptions,
): Promise<StreamIdentity & { readonly lastSequence: number }> {
  const { created, state } = await ensureStream(connection, {
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
  return { created, lastSequence: state.last_seq };
}

/** Returns which event stream there is; undefined when there is none. @throws NatsError or BrokerUnavailableError when the broker can't tell. */
export async function eventStreamIdentity(connection: BrokerConnection): Promise<StreamIdentity | undefined> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  try {
    const { created } = await connection.untilLost(jsm.streams.info(eventStream));
    return { created };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Makes the acks' work queue and its one consumer as they must be. */
export async function ensureAckQueue(connection: BrokerConnection, options: Pick<StreamOptions, 'replicas'>): Promise<void> {
  await ensureStream(connection, {
    name: ackStream,
    subjects: ackStreamSubjects,
    retention: RetentionPolicy.Workqueue,
    // A full queue refuses: then the receipt waits, and nothing is forgotten.
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    num_replicas: options.replicas,
    max_bytes: 256 * 1024 * 1024,
  });
  const { consumers } = await connection.live().jetstreamManager({ checkAPI: false });
  // What a replica had in its hands when it died waits for so long.
  const limits = { ack_wait: nanos(10_000), max_ack_pending: 2_000 };
  try {
    const { config } = await connection.untilLost(consumers.info(ackStream, ackConsumer));
    // An earlier release's: made again with other limits it would be refused.
    if (config.ack_wait !== limits.ack_wait || config.max_ack_pending !== limits.max_ack_pending)
      await connection.untilLost(consumers.update(ackStream, ackConsumer, limits));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await connection.untilLost(
      consumers.add(ackStream, { durable_name: ackConsumer, ack_policy: AckPolicy.Explicit, ...limits }),
    );
  }
}

async function ensureStream(connection: BrokerConnection, config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo> {
  const jsm = await connection.live().jetstreamManager({ checkAPI: false });
  // The client keeps what an existing stream has and an update does not name.
  const complete = { max_msgs: -1, max_msgs_per_subject: -1, max_msg_size: -1, no_ack: false, ...config };
  try {
    try {
      await connection.untilLost(jsm.streams.info(config.name));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return await connection.untilLost(jsm.streams.add(complete));
    }
    return await connection.untilLost(jsm.streams.update(config.name, complete));
  } catch (error) {
    throw explained(error, config);
  }
}

/** Returns a StreamUnusableError for what only a person can change, any other error as it is. */
export function explained(error: unknown, config: Pick<StreamConfig, 'name'> & Partial<StreamConfig>): unknown {
  if (!(error instanceof NatsError)) return error;
  const advice = adviceOf(error, config);
  return advice ? new StreamUnusableError(`${advice} (${error.api_error?.description ?? error.code})`, { cause: error }) : error;
}

/** By the codes of nats-server's server/errors.json. */
function adviceOf({ code, api_error }: NatsError, { name, max_bytes, num_replicas }: Partial<StreamConfig>): string | undefined {
  // Nobody listens where JetStream is asked.
  if (code === ErrorCode.NoResponders) return noJetStream;
  switch (api_error?.err_code) {
    case 10039: // not enabled for the account
    case 10076: // not enabled
      return noJetStream;
    case 10059: // not found
      return `The stream ${name} does not exist: api-service makes it as soon as it reaches this broker.`;
    case 10052: // a change that the server does not make
    case 10069: // the same, while it is made
      return `The stream ${name} was made with other settings, which can't be changed: remove it with \`nats stream rm ${name}\`, and it is made anew.`;
    case 10065: // subjects overlap
      return `Another stream has subjects of the stream ${name}: remove that one, or give this one's services a broker account of their own.`;
    case 10023: // insufficient resources
    case 10002: // limits of the account
    case 10047: // insufficient storage
      return `The broker has no room for the stream ${name} with ${max_bytes} bytes: give it more storage, or lower STREAM_MAX_BYTES.`;
    case 10005: // no suitable peers
    case 10074: // replicas without a cluster
      return `The broker can't keep the stream ${name} on ${num_replicas} servers: add servers to its cluster, or lower STREAM_REPLICAS.`;
    default:
      return undefined;
  }
}

const noJetStream =
  'The broker has no JetStream: start it with JetStream (nats-server --jetstream) and give it to this account, or correct NATS_URL.';

/** Whether the broker says that a stream or consumer does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof NatsError && error.code === '404';
}
