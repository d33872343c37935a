import { type BrokerConnection, type EventPublisher, ensureEventStream, eventPublisher, openConnection } from '@gatecast/broker';
import { openDatabase } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { type Relay, startRelay } from '../../../services/api-service/dist/relay/relay.js';

/** What an api-service process has of the relay: its own database pool and broker connection, and a claim on the lease. */
export interface Replica {
  readonly relay: Relay;
  /** How many events it has tried to publish. */
  readonly attempts: () => number;
  /** Takes database and broker away from it, as a crash does: the lease is not given back. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export interface ReplicaOptions {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** Default: makes the stream as api-service does. */
  readonly ensureStream?: () => ReturnType<typeof ensureEventStream>;
  /** Awaited before each attempt to publish; when it rejects, the attempt fails. */
  readonly gate?: () => Promise<void> | undefined;
}

export const ensureStream = (connection: BrokerConnection) =>
  ensureEventStream(connection, { maxAgeMs: 3_600_000, maxBytes: 256 * 1024 * 1024, replicas: 1 });

export async function startReplica(options: ReplicaOptions): Promise<Replica> {
  const database = openDatabase({ url: options.databaseUrl, connectionsMax: 3, onError: () => undefined });
  const connection = openConnection({ url: options.natsUrl, name: 'replica', onStatus: () => undefined });
  await connection.opened;
  let attempts = 0;
  const { publish } = eventPublisher(connection);
  const publisher: EventPublisher = {
    async publish(event, expectedLastSequence) {
      attempts += 1;
      await options.gate?.();
      return publish(event, expectedLastSequence);
    },
  };
  const relay = startRelay({
    database,
    connection,
    publisher,
    logger: createLogger('test', 'silent'),
    ensureStream: options.ensureStream ?? (() => ensureStream(connection)),
    onPublished: () => undefined,
  });
  let ended: Promise<void> | undefined;
  return {
    relay,
    attempts: () => attempts,
    crash: () =>
      (ended ??= (async () => {
        await Promise.all([connection.close(), database.close()]);
        await relay.stop();
      })()),
    stop: () =>
      (ended ??= (async () => {
        await relay.stop();
        await Promise.all([connection.close(), database.close()]);
      })()),
  };
}
