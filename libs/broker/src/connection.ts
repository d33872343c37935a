import { setTimeout as wait } from 'node:timers/promises';
import { connect, createInbox, Events, type NatsConnection, NatsError } from 'nats';

/** The broker can't be reached now, or did not answer in time. What was asked may or may not have happened. */
export class BrokerUnavailableError extends Error {
  override readonly name = 'BrokerUnavailableError';
}

export interface BrokerOptions {
  /** `nats://host:port` or `nats://user:password@host:port`; several servers separated by commas, all with the first one's user. */
  readonly url: string;
  /** How the connection is called in the broker's own lists, and the part of its inboxes' subjects that its permissions go by. */
  readonly name: string;
  /**
   * Told of each change, with what is wrong and what to do: `waiting` for the first connection, `refused` when the broker does not
   * let this process in again, `forbidden` when it does not permit one of its subjects.
   */
  readonly onStatus: (status: BrokerStatus, trouble?: string) => void;
}

export type BrokerStatus = 'waiting' | 'connected' | 'disconnected' | 'refused' | 'reconnected' | 'forbidden';

/** The one connection of a process. It reconnects for ever; callers learn at once when it is away. */
export interface BrokerConnection {
  readonly isConnected: boolean;
  /** Why it is not connected, and what to do; undefined while it is. */
  readonly trouble: string | undefined;
  /** Resolves at the first connection; then the client reconnects by itself. */
  readonly opened: Promise<NatsConnection>;
  /** The live connection. @throws BrokerUnavailableError while it is away. */
  live(): NatsConnection;
  /**
   * Returns what `answer` brings. @throws BrokerUnavailableError as soon as the connection is lost: the client itself would wait for
   * the time-out of an answer that can't come any more.
   */
  untilLost<T>(answer: Promise<T>): Promise<T>;
  /** Returns a new subject under `_INBOX.<name>`, where this connection alone may listen. */
  newInbox(): string;
  close(): Promise<void>;
}

const reconnectMs = 150;
const lost = 'The connection to the broker is lost: start the broker, or mend the way to it.';

/** Starts to connect and returns at once: services work on without a broker, and are told when it is there. */
export function openConnection(options: BrokerOptions): BrokerConnection {
  let nc: NatsConnection | undefined;
  let isConnected = false;
  let isClosed = false;
  let trouble: string | undefined = 'The broker is not connected yet.';
  const awaited = new Set<(error: Error) => void>();
  const inboxPrefix = `_INBOX.${options.name}`;

  const opened = connectAtLast().then((connection) => {
    nc = connection;
    if (isClosed) return connection.close().then(() => connection);
    isConnected = true;
    trouble = undefined;
    options.onStatus('connected');
    void follow(connection);
    return connection;
  });
  opened.catch(() => undefined);

  /** The client could wait for the first connection by itself, but tells nobody why there is none. */
  async function connectAtLast(): Promise<NatsConnection> {
    for (;;) {
      try {
        return await connect({
          ...serversAndUser(options.url),
          name: options.name,
          inboxPrefix,
          maxReconnectAttempts: -1,
          // The client's own default of 2 s would be most of an outage's length.
          reconnectTimeWait: reconnectMs,
          reconnectJitter: 100,
          timeout: 5_000,
          // A link that swallows everything is noticed within 10 s.
          pingInterval: 5_000,
          maxPingOut: 2,
          noAsyncTraces: true,
          // Credentials may be put right, or be changed on one server after the other, while this process runs: refused twice, the client
          // would never ask again.
          ignoreAuthErrorAbort: true,
        });
      } catch (error) {
        // Whoever waits for a connection that is closed is going away with it.
        if (isClosed) return new Promise<never>(() => undefined);
        tell('waiting', troubleOf(error));
      }
      await wait(reconnectMs);
    }
  }

  async function follow(connection: NatsConnection) {
    for await (const { type, data, permissionContext } of connection.status()) {
      if (type === Events.Disconnect && isConnected) {
        lose();
        options.onStatus('disconnected', lost);
      } else if (type === Events.Reconnect) {
        isConnected = true;
        trouble = undefined;
        options.onStatus('reconnected');
      } else if (type === Events.Error && !isConnected && isRefusal(data)) {
        tell('refused', refused(data));
      } else if (permissionContext) {
        const { operation, subject } = permissionContext;
        options.onStatus('forbidden', `The broker does not permit ${operation} on ${subject}: give it to this service's user.`);
      }
    }
    lose();
  }

  /** The same trouble is told once. */
  function tell(status: BrokerStatus, what: string): void {
    if (what !== trouble) options.onStatus(status, what);
    trouble = what;
  }

  function lose(): void {
    isConnected = false;
    trouble ??= lost;
    for (const fail of awaited) fail(new BrokerUnavailableError('The connection was lost before the broker answered.'));
  }

  return {
    get isConnected() {
      return isConnected;
    },
    get trouble() {
      return trouble;
    },
    opened,
    live() {
      if (!nc || !isConnected) throw new BrokerUnavailableError(trouble ?? lost);
      return nc;
    },
    untilLost: (answer) =>
      new Promise((resolve, reject) => {
        awaited.add(reject);
        answer.then(resolve, reject).finally(() => awaited.delete(reject));
      }),
    newInbox: () => createInbox(inboxPrefix),
    async close() {
      isClosed = true;
      lose();
      await nc?.close();
    },
  };
}

function troubleOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (isRefusal(code)) return refused(code);
  return `The broker cannot be reached: start it, or correct NATS_URL (${message || code}).`;
}

function isRefusal(code: unknown): code is string {
  return typeof code === 'string' && new NatsError('', code).isAuthError();
}

function refused(code: string): string {
  return `The broker refuses the credentials: correct them here or in the broker's configuration (${code}).`;
}

/** The client takes no user from a URL. */
function serversAndUser(url: string): { servers: string[]; user?: string; pass?: string } {
  const servers = url.split(',').map((server) => server.trim());
  const [, user, password = ''] = /^(?:\w+:\/\/)?([^:@]+)(?::([^@]*))?@/.exec(servers[0] ?? '') ?? [];
  return {
    servers: servers.map((server) => server.replace(/^(\w+:\/\/)?[^@]*@/, '$1')),
    ...(user !== undefined && { user: decodeURIComponent(user), pass: decodeURIComponent(password) }),
  };
}
