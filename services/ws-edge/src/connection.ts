import type { Duplex } from 'node:stream';
import { connectionAckFrame, nowMs, type ResyncReply, type Revision } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { RawData, WebSocket } from 'ws';
import { type Acks, readAck } from './acks.js';
import type { Authenticated } from './artifacts-service.js';
import type { Cursors } from './cursors.js';
import { Receipts, type WrittenBatch } from './receipts.js';
import { type CatchUpSource, type MissedEvents, type Outlet, Subscription } from './subscription.js';
import type { EventWindow, HeldEvent } from './window.js';

export interface ConnectionLimits {
  readonly pingIntervalMs: number;
  readonly idleLimitMs: number;
  readonly busyLimitMs: number;
  readonly unconfirmedEventsMax: number;
  readonly bufferedBytesMax: number;
}

export interface ConnectionOptions {
  readonly connectionId: string;
  readonly socket: WebSocket;
  /** The TCP side of the socket. */
  readonly stream: Duplex;
  readonly gateway: Authenticated;
  readonly tokenHash: string;
  readonly window: EventWindow;
  readonly missed: MissedEvents;
  /** Has the full state issued again; resolves with the cursor from which the event log has it. */
  readonly resync: (gatewayId: string) => Promise<ResyncReply>;
  readonly acks: Pick<Acks, 'store'>;
  readonly cursors: Pick<Cursors, 'note'>;
  readonly onCaughtUp: (source: CatchUpSource) => void;
  readonly onWritten: (batch: WrittenBatch) => void;
  readonly onReceipts: (gatewayId: string, batches: readonly WrittenBatch[], receiptAtMs: number) => void;
  readonly onClosed: (connection: GatewayConnection, code: number) => void;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
}

/** It only ever moves to the right. */
export type ConnectionState = 'OPEN' | 'CLOSING' | 'CLOSED';

/** How long a gateway may take to answer a close before its socket is cut. */
const closeMs = 2_000;
/** Acks of one connection that may be on their way to the queue; past that it is not read until there are fewer. */
const acksInFlightMax = 256;
/**
 * The queue is one for all gateways and applies some thousands of acks a second. So many a connection may say at once, and one more for each
 * so many milliseconds; past that it is not read, and what it floods the edge with waits in its own TCP connection.
 */
const acksAtOnceMax = 1_000;
const msPerAck = 5;
const retryMs = 250;
const resyncRetryMs = 2_000;
const keepAlive = 'alive';
/**
 * A gateway reads a ping only when it has handled what came before it, and closes 35 s after the last one that it read (gateway
 * protocol 1.8). After so many events at once it is pinged, so that it may take 4 s for each of them.
 */
const eventsPerPing = 8;

/**
 * One gateway's WebSocket: acknowledged first, then fed by its subscription; its pongs become receipts, its acks go to the work
 * queue. Created after the upgrade; nothing is written before `open`.
 */
export class GatewayConnection implements Outlet {
  readonly subscription: Subscription;
  readonly #options: ConnectionOptions;
  readonly #receipts = new Receipts();
  readonly #acksInFlight = new Set<Promise<void>>();
  /** When all acks so far would have come at one for each `msPerAck`, in milliseconds since 1970. */
  #acksPaidUntilMs = 0;
  #readingAgain: NodeJS.Timeout | undefined;
  #state: ConnectionState = 'OPEN';
  #framesIgnored = 0;
  #lastPongAtMs = nowMs();
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    const { socket, gateway, window, missed } = options;
    this.#options = options;
    this.subscription = new Subscription({
      organizationId: gateway.organizationId,
      gatewayId: gateway.gatewayId,
      window,
      missed,
      outlet: this,
      onError: (error) => this.#say('warn', { err: error, revision: this.subscription.position }, 'event log not read yet'),
      retryMs,
    });
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('pong', (payload) => this.#onPong(payload.toString()));
    socket.on('error', (error) => this.#say('info', { err: error }, 'connection broke a rule of the protocol'));
    socket.on('close', (code) => this.#onClosed(code));
  }

  get connectionId(): string {
    return this.#options.connectionId;
  }
  get gateway(): Authenticated {
    return this.#options.gateway;
  }
  get tokenHash(): string {
    return this.#options.tokenHash;
  }

  /** How many events it has written without a receipt, and since when the oldest of them (milliseconds since 1970), if there is any. */
  get unconfirmed(): number {
    return this.#receipts.outstanding;
  }
  get oldestWrittenAtMs(): number | undefined {
    return this.#receipts.oldestWrittenAtMs;
  }

  /** Sends `connection.ack` (gateway protocol 1.3) and only then lets events through. */
  open(): void {
    const { socket, gateway, connectionId, limits } = this.#options;
    socket.send(connectionAckFrame(gateway.gatewayId, connectionId, new Date()));
    this.#keepAlive = setInterval(() => this.#checkAlive(), limits.pingIntervalMs);
    this.#say(
      'info',
      { organizationId: gateway.organizationId, cursor: gateway.cursor, head: gateway.head },
      'gateway connected',
    );
    if (gateway.cursor === null) this.needsResync();
    else this.#startFrom(gateway.cursor);
  }

  room() {
    const { socket, limits } = this.#options;
    if (this.#state !== 'OPEN') return { events: 0, bytes: 0 };
    return {
      events: limits.unconfirmedEventsMax - this.#receipts.outstanding,
      bytes: limits.bufferedBytesMax - socket.bufferedAmount,
    };
  }

  write(events: readonly HeldEvent[], through: Revision): void {
    const { socket, stream, gateway, cursors, onWritten } = this.#options;
    const batch = { through, events, writtenAtMs: nowMs() };
    // Frames and pings leave in one piece.
    stream.cork();
    for (const [index, { frame }] of events.entries()) {
      if (index > 0 && index % eventsPerPing === 0) socket.ping(keepAlive);
      socket.send(frame, { binary: false });
    }
    socket.ping(this.#receipts.expect(batch), false, () => this.subscription.pull());
    stream.uncork();
    cursors.note(gateway.gatewayId, gateway.logEpoch, this.#receipts.confirmed, through);
    onWritten(batch);
    this.#log(events, 'event written');
  }

  caughtUp(source: CatchUpSource): void {
    this.#options.onCaughtUp(source);
  }

  needsResync(): void {
    this.#say('warn', {}, 'full resync: the event log cannot tell what the gateway missed');
    void this.#resync();
  }

  async #resync(): Promise<void> {
    const { gateway, resync } = this.#options;
    while (this.#state === 'OPEN') {
      try {
        const { cursor, logEpoch } = await resync(gateway.gatewayId);
        if (logEpoch !== gateway.logEpoch) return this.close(1012, 'log epoch changed');
        return this.#startFrom(cursor);
      } catch (error) {
        this.#say('warn', { err: error }, 'full resync not done yet');
        await new Promise((resolve) => setTimeout(resolve, resyncRetryMs));
      }
    }
  }

  #startFrom(cursor: Revision): void {
    this.#receipts.confirm(cursor);
    this.subscription.start(cursor);
  }

  /** Closes in order; a gateway that does not answer is cut off. */
  close(code: number, reason: string): void {
    if (this.#state !== 'OPEN') return;
    this.#state = 'CLOSING';
    this.#say('info', { code, reason }, 'closing connection');
    this.#options.socket.close(code, reason);
    setTimeout(() => this.#options.socket.terminate(), closeMs).unref();
  }

  /** A gateway to which nothing is owed moves along with what its organization has heard. */
  noteCursor(): void {
    if (this.#receipts.outstanding > 0 || this.#acksInFlight.size > 0) return;
    const { position } = this.subscription;
    if (position <= this.#receipts.confirmed) return;
    this.#options.cursors.note(this.gateway.gatewayId, this.gateway.logEpoch, position, position);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    const ack = isBinary ? 'binary' : readAck(data.toString());
    if (typeof ack === 'string') return this.#ignore(ack);
    const { gateway, acks, socket } = this.#options;
    const stored = acks.store({ gatewayId: gateway.gatewayId, organizationId: gateway.organizationId, ack });
    this.#acksInFlight.add(stored);
    this.#acksPaidUntilMs = Math.max(this.#acksPaidUntilMs, nowMs()) + msPerAck;
    if (this.#acksInFlight.size >= acksInFlightMax || this.#acksAreEarlyByMs > 0) socket.pause();
    stored
      .then(() => {
        // Only then it may count as read: see #onPong.
        this.#acksInFlight.delete(stored);
        this.#readAgain();
      })
      .catch((error) => {
        // It stays in the set: no receipt after it counts, and what it answers will be delivered again.
        this.#say('error', { err: error, artifactId: ack.artifactId }, 'ack not stored');
        this.close(1011, 'ack not stored');
      });
  }

  /** For how long no more acks are taken; negative: there is room for some. */
  get #acksAreEarlyByMs(): number {
    return this.#acksPaidUntilMs - nowMs() - acksAtOnceMax * msPerAck;
  }

  /** Reads a paused socket again when its acks have gone and others are due: now, or then. */
  #readAgain(): void {
    const { socket } = this.#options;
    if (this.#state === 'CLOSED' || !socket.isPaused || this.#acksInFlight.size >= acksInFlightMax / 2) return;
    const earlyByMs = this.#acksAreEarlyByMs;
    if (earlyByMs <= 0) return socket.resume();
    this.#readingAgain ??= setTimeout(() => {
      this.#readingAgain = undefined;
      this.#readAgain();
    }, earlyByMs);
  }

  /** Only the first is worth a line: one gateway's flood would fill the log and keep the edge from everyone else. */
  #ignore(reason: string): void {
    this.#framesIgnored += 1;
    if (this.#framesIgnored === 1) this.#say('warn', { reason }, 'frame ignored, and so are all further ones like it');
  }

  #onPong(payload: string): void {
    this.#lastPongAtMs = nowMs();
    if (payload === keepAlive) return;
    const batches = this.#receipts.proven(payload);
    const last = batches.at(-1);
    if (!last) return this.#say('debug', { payload: payload.slice(0, 32) }, 'pong without a ping');
    const receiptAtMs = nowMs();
    this.subscription.pull();
    // A receipt counts only when the acks that were read before it are stored: nobody would ask the gateway for them again.
    if (this.#acksInFlight.size === 0) return this.#confirm(batches, last.through, receiptAtMs);
    Promise.all(this.#acksInFlight).then(
      () => this.#confirm(batches, last.through, receiptAtMs),
      () => undefined,
    );
  }

  #confirm(batches: readonly WrittenBatch[], through: Revision, receiptAtMs: number): void {
    const { gateway, cursors, onReceipts } = this.#options;
    this.#receipts.confirm(through);
    cursors.note(gateway.gatewayId, gateway.logEpoch, through, through);
    for (const { events } of batches) this.#log(events, 'event confirmed');
    onReceipts(gateway.gatewayId, batches, receiptAtMs);
  }

  /** Not a logger of its own for each connection: making one costs more than most of them ever say. */
  #say(level: 'debug' | 'info' | 'warn' | 'error', fields: object, message: string): void {
    const { logger, gateway, connectionId } = this.#options;
    logger[level]({ gatewayId: gateway.gatewayId, connectionId, ...fields }, message);
  }

  #log(events: readonly HeldEvent[], message: string): void {
    if (!this.#options.logger.isLevelEnabled('info')) return;
    for (const { correlationId, revision, type } of events) this.#say('info', { correlationId, revision, type }, message);
  }

  /** Every pong says that a gateway gets on, also one in the middle of what it was given at once. */
  #checkAlive(): void {
    const { socket, limits } = this.#options;
    const oldest = this.#receipts.oldestWrittenAtMs;
    const silentSinceMs = Math.max(this.#lastPongAtMs, oldest ?? 0);
    if (nowMs() - silentSinceMs > (oldest === undefined ? limits.idleLimitMs : limits.busyLimitMs)) {
      this.#say('warn', { unconfirmed: this.#receipts.outstanding }, 'gateway does not answer');
      return socket.terminate();
    }
    // Who answers the last ping alone, which RFC 6455 allows, is asked for its receipt again.
    socket.ping(this.#receipts.asked ?? keepAlive);
  }

  #onClosed(code: number): void {
    if (this.#state === 'CLOSED') return;
    this.#state = 'CLOSED';
    clearInterval(this.#keepAlive);
    clearTimeout(this.#readingAgain);
    this.noteCursor();
    this.subscription.close();
    this.#say(
      'info',
      {
        code,
        revision: this.#receipts.confirmed,
        unconfirmed: this.#receipts.outstanding,
        ...(this.#framesIgnored > 0 && { framesIgnored: this.#framesIgnored }),
      },
      'gateway disconnected',
    );
    this.#options.onClosed(this, code);
  }
}
