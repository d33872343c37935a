import { eventStream } from '@gatecast/contracts';
import { AckPolicy, DeliverPolicy, type JetStreamManager, type Msg, nanos, ReplayPolicy, type Subscription } from 'nats';
import type { BrokerConnection } from './connection.js';
import { eventOf, type HeardEvent } from './event-message.js';
import { explained } from './streams.js';

export interface EventFeedOptions {
  /** How far back in time the feed starts when it can't go on from where it was. */
  readonly backMs: number;
  /** Events are told with where their traces go on. */
  readonly isTraced?: boolean;
  readonly onEvent: (event: HeardEvent) => void;
  /** The feed has heard everything that was in the stream when it (re)started. */
  readonly onWarm: () => void;
  /** The feed could not go on where it was: what comes next may leave holes and may have been heard before. */
  readonly onRestart: (reason: string) => void;
  readonly onError: (error: unknown) => void;
}

const heartbeatMs = 2_000;
const retryMs = 250;

/**
 * Hears the whole event stream through one ordered push consumer. A gap in the consumer's own numbering, a missed heartbeat or a
 * reconnect starts a new consumer: at the next sequence when it is surely the same stream, else some way back in time. (A start
 * sequence outside the stream would be silently moved by the server, so `created` and `last_seq` are compared first.)
 */
export function openEventFeed(connection: BrokerConnection, options: EventFeedOptions): { close(): void } {
  let isClosed = false;
  let attempt = 0;
  let subscription: Subscription | undefined;
  let consumerName: string | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  /** The stream's identity and the last sequence heard from it. */
  let streamCreated: string | undefined;
  let lastSequence = 0;
  /** The stream's last sequence when the feed (re)started. */
  let lastAtStart = 0;
  /** The consumer's own count of deliveries. */
  let delivered = 0;
  let isWarm = false;

  async function start(reason: string): Promise<void> {
    const mine = ++attempt;
    dismiss();
    try {
      const nc = await connection.opened;
      const jsm = await connection.live().jetstreamManager({ checkAPI: false });
      const { created, state } = await jsm.streams.info(eventStream);
      if (isClosed || mine !== attempt) return;

      const goesOn =
        created === streamCreated && lastSequence > 0 && state.last_seq >= lastSequence && state.first_seq <= lastSequence + 1;
      if (!goesOn) {
        if (streamCreated !== undefined) options.onRestart(reason);
        lastSequence = 0;
      }
      streamCreated = created;
      lastAtStart = state.last_seq;
      delivered = 0;
      isWarm = false;

      const inbox = connection.newInbox();
      subscription = nc.subscribe(inbox, {
        callback: (error, message) => {
          if (mine !== attempt) return;
          if (error) return options.onError(error);
          onMessage(message);
        },
      });
      const consumer = await jsm.consumers.add(eventStream, {
        deliver_subject: inbox,
        ack_policy: AckPolicy.None,
        max_deliver: 1,
        flow_control: true,
        idle_heartbeat: nanos(heartbeatMs),
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: nanos(10_000),
        replay_policy: ReplayPolicy.Instant,
        ...(goesOn
          ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: lastSequence + 1 }
          : { deliver_policy: DeliverPolicy.StartTime, opt_start_time: new Date(Date.now() - options.backMs).toISOString() }),
      });
      if (isClosed || mine !== attempt) return void discard(jsm, consumer.name);
      consumerName = consumer.name;
      expectHeartbeat();
      if (consumer.num_pending + consumer.delivered.consumer_seq === 0) warm();
    } catch (error) {
      if (isClosed || mine !== attempt) return;
      options.onError(explained(error, { name: eventStream }));
      setTimeout(() => !isClosed && mine === attempt && void start(reason), retryMs);
    }
  }

  function onMessage(message: Msg): void {
    expectHeartbeat();
    if (message.headers?.code === 100) {
      // A heartbeat or a flow-control request; both say how many deliveries the consumer has made.
      if (message.reply) message.respond();
      const stalled = message.headers.get('Nats-Consumer-Stalled');
      if (stalled) connection.live().publish(stalled);
      const last = message.headers.get('Nats-Last-Consumer');
      if (last && Number(last) !== delivered) void start('deliveries missed');
      return;
    }
    const { streamSequence, deliverySequence, pending } = deliveryOf(message);
    if (deliverySequence !== delivered + 1) return void start('delivery out of order');
    delivered = deliverySequence;
    lastSequence = streamSequence;
    try {
      options.onEvent(eventOf(message, options.isTraced));
    } catch (error) {
      options.onError(error);
    }
    // Not only when nothing is left: where more comes than is heard, something always is.
    if (streamSequence >= lastAtStart || pending === 0) warm();
  }

  function warm(): void {
    if (isWarm) return;
    isWarm = true;
    options.onWarm();
  }

  function expectHeartbeat(): void {
    if (heartbeat) heartbeat.refresh();
    else heartbeat = setTimeout(() => void start('heartbeat missed'), heartbeatMs * 2.5);
  }

  function dismiss(): void {
    clearTimeout(heartbeat);
    heartbeat = undefined;
    subscription?.unsubscribe();
    subscription = undefined;
    const name = consumerName;
    consumerName = undefined;
    if (name && connection.isConnected) {
      void connection
        .live()
        .jetstreamManager({ checkAPI: false })
        .then((jsm) => discard(jsm, name))
        .catch(() => undefined);
    }
  }

  void start('start');
  return {
    close: () => {
      isClosed = true;
      attempt += 1;
      dismiss();
    },
  };
}

/** The server removes a forgotten consumer by itself after a while; this is sooner. */
async function discard(jsm: JetStreamManager, name: string): Promise<void> {
  await jsm.consumers.delete(eventStream, name).catch(() => undefined);
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<tries>.<stream sequence>.<consumer sequence>.<time>.<pending>`, which newer servers extend
 * by domain and account before the stream's name.
 */
function deliveryOf(message: Msg): { streamSequence: number; deliverySequence: number; pending: number } {
  const tokens = (message.reply ?? '').split('.');
  const first = tokens.length > 9 ? 7 : 5;
  return {
    streamSequence: Number(tokens[first]),
    deliverySequence: Number(tokens[first + 1]),
    pending: Number(tokens[first + 3]),
  };
}
