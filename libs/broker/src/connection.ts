import { connect, Events, type NatsConnection } from 'nats';

/** The broker can't be reached now, or did not answer in time. What was asked may or may not have happened. */
export class BrokerUnavailableError extends Error {
  override readonly name = 'BrokerUnavailableError';
}

export interface BrokerOptions {
  /** `nats://host:port`, several separated by commas. */
  readonly url: string;
  /** How the connection is called in the broker's own lists. */
  readonly name: string;
  readonly onStatus: (status: 'connected' | 'disconnected' | 'reconnected') => void;
}

/** The one connection of a process. It reconnects for ever; callers learn at once when it is away. */
export interface BrokerConnection {
  readonly isConnected: boolean;
  /** Resolves at the first connection; then the client reconnects by itself. */
  readonly opened: Promise<NatsConnection>;
  /** The live connection. @throws BrokerUnavailableError while it is away. */
  live(): NatsConnection;
  /**
   * Returns what `answer` brings. @throws BrokerUnavailableError as soon as the connection is lost: the client itself would wait for
   * the time-out of an answer that can't come any more.
   */
  untilLost<T>(answer: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts to connect and returns at once: services work on without a broker, and are told when it is there. */
export function openConnection(options: BrokerOptions): BrokerConnection {
  let nc: NatsConnection | undefined;
  let isConnected = false;
  let isClosed = false;
  const awaited = new Set<(error: Error) => void>();

  const opened = connect({
    servers: options.url.split(','),
    name: options.name,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    // The client's own default of 2 s would be most of an outage's length.
    reconnectTimeWait: 150,
    reconnectJitter: 100,
    timeout: 5_000,
    // A link that swallows everything is noticed within 10 s.
    pingInterval: 5_000,
    maxPingOut: 2,
    noAsyncTraces: true,
  }).then((connection) => {
    nc = connection;
    if (isClosed) return connection.close().then(() => connection);
    isConnected = true;
    options.onStatus('connected');
    void follow(connection);
    return connection;
  });
  opened.catch(() => undefined);

  async function follow(connection: NatsConnection) {
    for await (const { type } of connection.status()) {
      if (type === Events.Disconnect && isConnected) {
        lose();
        options.onStatus('disconnected');
      } else if (type === Events.Reconnect) {
        isConnected = true;
        options.onStatus('reconnected');
      }
    }
    lose();
  }

  function lose(): void {
    isConnected = false;
    for (const fail of awaited) fail(new BrokerUnavailableError('The connection was lost before the broker answered.'));
  }

  return {
    get isConnected() {
      return isConnected;
    },
    opened,
    live() {
      if (!nc || !isConnected) throw new BrokerUnavailableError('The broker is not connected.');
      return nc;
    },
    untilLost: (answer) =>
      new Promise((resolve, reject) => {
        awaited.add(reject);
        answer.then(resolve, reject).finally(() => awaited.delete(reject));
      }),
    async close() {
      isClosed = true;
      lose();
      await nc?.close();
    },
  };
}
