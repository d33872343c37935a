import { type Revision, replayOrder } from '@gatecast/contracts';
import type { EventWindow, HeldEvent, Stretch } from './window.js';

/** Reads what a gateway missed from the event log. */
export interface MissedEvents {
  /**
   * Returns what the gateway has to hear after `after`, through `through` or less, about `bytesMax` bytes of it; `trimmed` when the
   * log can't tell any more. Rejects when nobody could be asked.
   */
  read(
    organizationId: string,
    gatewayId: string,
    after: Revision,
    through: Revision,
    bytesMax: number,
  ): Promise<Stretch | 'trimmed'>;
}

/** From where a gateway got what it had missed; `nothing`: it had missed nothing. The event log counts even when it told only a part. */
export type CatchUpSource = 'nothing' | 'window' | 'event_log';

/** Where a subscription writes to. */
export interface Outlet {
  /** How many more events, and how many bytes of them, may be on their way to the gateway now. */
  room(): { readonly events: number; readonly bytes: number };
  /** Writes events; with the gateway's receipt for them everything through `through` is confirmed. */
  write(events: readonly HeldEvent[], through: Revision): void;
  /** Everything that the gateway had missed when it started is written, or there was nothing. */
  caughtUp(source: CatchUpSource): void;
  /** What the gateway missed can't be told from the log: it needs the full state, and a `start` from there. */
  needsResync(): void;
}

export interface SubscriptionOptions {
  readonly organizationId: string;
  readonly gatewayId: string;
  readonly window: Pick<EventWindow, 'contiguous' | 'read'>;
  readonly missed: MissedEvents;
  readonly outlet: Outlet;
  readonly onError: (error: unknown) => void;
  readonly retryMs: number;
}

/**
 * One connected gateway's way through its organization's events: a position, and one code path that pulls what follows it, from
 * the window or else from the event log, until it has reached the contiguous revision. Live events come by the same path: they
 * only say that there is something to pull. Nothing is buffered here.
 */
export class Subscription {
  #position: Revision = 0;
  /** Has reached the contiguous revision: everything later will be announced by `fallBehind`. */
  #isCaughtUp = false;
  #isPulling = false;
  #isClosed = false;
  #isStarted = false;
  /** Where it reads what was missed; undefined: that is done. */
  #source: CatchUpSource | undefined;

  constructor(private readonly options: SubscriptionOptions) {}

  /** Everything for the gateway up to here was written, or nothing was for it. */
  get position(): Revision {
    if (!this.#isCaughtUp) return this.#position;
    return Math.max(this.#position, this.options.window.contiguous(this.options.organizationId) ?? 0);
  }

  /** Nothing that was heard remains to be written. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Begins to deliver what follows the gateway's cursor: not before the connection was acknowledged. */
  start(cursor: Revision): void {
    this.#position = cursor;
    this.#isCaughtUp = false;
    this.#isStarted = true;
    this.#source = 'nothing';
    this.pull();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** An event for this gateway has become part of the contiguous past: it is to be pulled. Called for each in order, before the next. */
  fallBehind(revision: Revision): void {
    // Whatever became contiguous since it had caught up and was for this gateway would have come by here.
    if (this.#isCaughtUp) this.#position = Math.max(this.#position, revision - 1);
    this.#isCaughtUp = false;
  }

  /** Part of the organization's past was given up unheard: if it lies ahead of the gateway, it has to be found elsewhere. */
  onSkipped(): void {
    this.#isCaughtUp = false;
    this.pull();
  }

  /** Delivers as far as it can now; called again whenever there may be more room. Nothing is to be looked for once it has caught up. */
  pull(): void {
    if (this.#isPulling || !this.#isStarted || this.#isCaughtUp) return;
    this.#isPulling = true;
    void this.#deliver();
  }

  /**
   * Runs without a pause as long as the window has what is needed. `#isPulling` ends with the last step and not in a later
   * microtask: an event that is heard in between would find nobody to deliver it.
   */
  async #deliver(): Promise<void> {
    const { organizationId, gatewayId, window, missed, outlet, onError, retryMs } = this.options;
    try {
      while (!this.#isClosed) {
        const contiguous = window.contiguous(organizationId) ?? 0;
        if (this.#position >= contiguous) {
          this.#isCaughtUp = true;
          if (this.#source !== undefined) outlet.caughtUp(this.#source);
          this.#source = undefined;
          return;
        }
        this.#isCaughtUp = false;
        const room = outlet.room();
        if (room.events <= 0 || room.bytes <= 0) return;

        let stretch: Stretch | 'trimmed' | undefined = window.read(
          organizationId,
          gatewayId,
          this.#position,
          room.events,
          room.bytes,
        );
        if (stretch) {
          if (this.#source === 'nothing') this.#source = 'window';
        } else {
          if (this.#source !== undefined) this.#source = 'event_log';
          try {
            stretch = await missed.read(organizationId, gatewayId, this.#position, contiguous, room.bytes);
          } catch (error) {
            onError(error);
            await new Promise((resolve) => setTimeout(resolve, retryMs));
            continue;
          }
          if (this.#isClosed) return;
        }
        if (stretch === 'trimmed') {
          this.#isStarted = false;
          return outlet.needsResync();
        }
        const events = replayOrder(stretch.events);
        this.#position = stretch.through;
        if (events.length > 0) outlet.write(events, stretch.through);
      }
    } finally {
      this.#isPulling = false;
    }
  }
}
