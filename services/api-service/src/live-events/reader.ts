import type { ServerResponse } from 'node:http';
import type { Revision } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import { eventBody } from '../events/event-body.js';
import type { EventFilter, Events } from '../events/events.js';
import { type EventMessage, liveMessage, type SideMessage } from './messages.js';
import type { Tail } from './tail.js';

/** What a reader wants to hear of. */
export interface ReaderFilter extends EventFilter {
  /** The gateway's handle, together with its UUID. */
  readonly gatewayId?: string;
}

export interface ReaderLimits {
  /** How many bytes may wait for a reader; then it gets nothing live any more, until it has read them. */
  readonly bytesMax: number;
  /** How long it may take for that. */
  readonly stallMs: number;
}

export interface ReaderOptions {
  readonly organizationId: string;
  readonly response: ServerResponse;
  readonly filter: ReaderFilter;
  /** Where it begins. */
  readonly after: Revision;
  /** It asked for a position that can't be resumed, and is told so. */
  readonly isReset: boolean;
  readonly tail: Pick<Tail, 'logEpoch' | 'contiguous'>;
  readonly log: Pick<Events, 'after'>;
  readonly limits: ReaderLimits;
  readonly logger: Logger;
}

const pageEvents = 100;
const heartbeatMs = 15_000;
const retryMs = 1_000;
/** How long a reader may take for what it was sent when its stream ends. */
const farewellMs = 1_000;

/**
 * One Server-Sent Events answer: a position in the organization's events, from which it reads on in the event log until it has come to what
 * is live. Who reads slowly falls back to the log and holds no more than a page; who doesn't read at all is closed.
 */
export class Reader {
  #position: Revision;
  #logEpoch: string;
  #isLive = false;
  #isClosed = false;
  /** Bytes that wait for the reader. */
  #untaken = 0;
  #onTaken: () => void = () => undefined;
  readonly #heartbeat: NodeJS.Timeout;

  /** The head of the answer is written here. */
  constructor(private readonly options: ReaderOptions) {
    const { response, after, isReset, tail } = options;
    this.#logEpoch = tail.logEpoch;
    this.#position = after;
    response.once('close', () => this.close());
    // A write that came too late for the client; `close` follows.
    response.on('error', () => this.close());
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // A proxy that gathers what it passes on would make everything late.
      'x-accel-buffering': 'no',
      connection: 'close',
    });
    // Who never hears an event must be able to come back to here too.
    this.#write(isReset ? this.#resetMessage() : `: events\n${this.#id()}\n`);
    this.#heartbeat = setInterval(() => {
      if (this.#isLive) this.#write(`: still here\n${this.#id()}\n`);
    }, heartbeatMs);
    void this.#catchUp();
  }

  /** Passes on what became part of the contiguous past. */
  onEvents(events: readonly EventMessage[]): void {
    if (!this.#isLive) return;
    this.#send(events);
    this.#position = Math.max(this.#position, this.options.tail.contiguous);
    if (this.#isFull()) void this.#catchUp();
  }

  /** Passes on what is no event; never late, rather not at all. */
  onSide(messages: readonly SideMessage[]): void {
    if (!this.#isLive) return;
    this.#writeAll(messages);
    if (this.#isFull()) void this.#catchUp();
  }

  /** Tells that positions mean nothing any more, and goes on with what comes next. */
  reset(): void {
    const { tail } = this.options;
    this.#logEpoch = tail.logEpoch;
    this.#position = tail.contiguous;
    this.#write(this.#resetMessage());
  }

  /** Ends the answer; the client comes back to where it was. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    const { response } = this.options;
    response.end();
    setTimeout(() => response.destroy(), farewellMs).unref();
  }

  async #catchUp(): Promise<void> {
    const { response, tail, log, organizationId, filter, logger } = this.options;
    this.#isLive = false;
    while (!this.#isClosed) {
      const isTaken = await this.#taken();
      if (this.#isClosed) return;
      if (!isTaken) {
        logger.info({ organizationId, bytes: this.#untaken }, 'event reader closed: it does not read');
        this.close();
        return void response.destroy();
      }
      if (this.#position >= tail.contiguous) {
        this.#isLive = true;
        return;
      }
      try {
        const stretch = await log.after(organizationId, this.#position, filter, pageEvents);
        if (this.#isClosed) return;
        if (stretch.logEpoch !== this.#logEpoch || stretch.trimmedThrough > this.#position || stretch.head < this.#position) {
          // Another epoch is told by the tail, as soon as it knows.
          if (stretch.logEpoch === tail.logEpoch) this.reset();
          else await pause(retryMs);
          continue;
        }
        this.#send(stretch.events.map((event) => liveMessage(this.#logEpoch, eventBody(event))));
        this.#position = Math.max(this.#position, stretch.through);
      } catch (error) {
        logger.warn({ err: error, organizationId, revision: this.#position }, 'event reader not caught up yet');
        await pause(retryMs);
      }
    }
  }

  /** Resolves with whether all that was written was taken in time. */
  async #taken(): Promise<boolean> {
    if (this.#untaken === 0) return true;
    let overdue: NodeJS.Timeout | undefined;
    const isTaken = await Promise.race([
      new Promise<true>((resolve) => {
        this.#onTaken = () => resolve(true);
      }),
      new Promise<false>((resolve) => {
        overdue = setTimeout(() => resolve(false), this.options.limits.stallMs);
      }),
    ]);
    clearTimeout(overdue);
    return isTaken;
  }

  #send(events: readonly EventMessage[]): void {
    this.#writeAll(events.filter(({ revision }) => revision > this.#position));
  }

  /** Writes, as one, what the reader wants to hear of; what names no gateway or type concerns all. */
  #writeAll(messages: readonly (EventMessage | SideMessage)[]): void {
    const { filter } = this.options;
    const wanted = messages.filter(
      ({ gatewayId, type }) =>
        (filter.gatewayId === undefined || gatewayId === undefined || gatewayId === filter.gatewayId) &&
        (filter.type === undefined || type === undefined || type === filter.type),
    );
    if (wanted.length > 0) this.#write(wanted.map(({ text }) => text).join(''));
  }

  #id(): string {
    return `id: ${this.#logEpoch}:${this.#position}\n`;
  }

  #isFull(): boolean {
    return this.#untaken > this.options.limits.bytesMax;
  }

  #resetMessage(): string {
    return `event: reset\n${this.#id()}data: {}\n\n`;
  }

  #write(text: string): void {
    if (this.#isClosed) return;
    const bytes = Buffer.byteLength(text);
    this.#untaken += bytes;
    this.options.response.write(text, () => {
      this.#untaken -= bytes;
      if (this.#untaken === 0) this.#onTaken();
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
