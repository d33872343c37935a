import type { HeardEvent } from '@gatecast/broker';
import type { Revision } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { DatabaseClock } from '../events/database-clock.js';
import { type EventBody, eventBody } from '../events/event-body.js';
import type { Events } from '../events/events.js';
import { heardBodies, type LightEvent, withoutFrame } from './heard-events.js';
import type { Names } from './names.js';

export interface TailOptions {
  readonly organizationId: string;
  readonly log: Pick<Events, 'after' | 'bounds'>;
  readonly names: Names;
  readonly clock: Pick<DatabaseClock, 'nowMs'>;
  readonly logger: Logger;
  /** Told of all events, in the order of their revisions and without a gap. */
  readonly onEvents: (events: readonly EventBody[]) => void;
  /** Positions mean nothing any more: the log is another one, or was trimmed beyond what was heard. It goes on from `contiguous`. */
  readonly onReset: () => void;
}

const pageEvents = 100;
/** Heard events that wait for those before them; more are read from the log when it is their turn. */
const waitingMax = 1_000;
const patienceMs = 500;
const retryMs = 250;

/**
 * One organization's events as they are published, without a gap. What is heard in its turn goes on as it is; a hole, that is whatever lies
 * between the contiguous revision and something later that was heard or announced, is read from the event log once. The log holds all
 * that can be heard, so nothing has to be kept while a hole is filled.
 */
export class Tail {
  #logEpoch: string;
  #contiguous: Revision;
  /** Up to here something was heard or announced. */
  #target: Revision;
  /** Heard, one after the other. */
  #waiting: LightEvent[] = [];
  #isAdvancing = false;
  #isAsking = false;
  #isClosed = false;

  /** Begins at a head of the event log. */
  constructor(
    private readonly options: TailOptions,
    { logEpoch, head }: { readonly logEpoch: string; readonly head: Revision },
  ) {
    this.#logEpoch = logEpoch;
    this.#contiguous = head;
    this.#target = head;
  }

  get logEpoch(): string {
    return this.#logEpoch;
  }

  /** Through here all events were passed on. */
  get contiguous(): Revision {
    return this.#contiguous;
  }

  /** Takes an event that was heard, in any order, any number of times. */
  hear(event: HeardEvent): void {
    if (!this.#isOfThisLog(event.logEpoch) || event.revision <= this.#contiguous) return;
    const next = (this.#waiting.at(-1)?.revision ?? this.#contiguous) + 1;
    if (event.revision === next && this.#waiting.length < waitingMax) this.#waiting.push(withoutFrame(event));
    this.#advanceTo(event.revision);
  }

  /** Learns up to where events are published. What is not heard soon is read from the log. */
  expect(logEpoch: string, head: Revision): void {
    if (!this.#isOfThisLog(logEpoch) || head <= this.#contiguous) return;
    setTimeout(() => {
      if (logEpoch === this.#logEpoch) this.#advanceTo(head);
    }, patienceMs).unref();
  }

  /** Asks the database for epoch and head, after a break in which anything may have been missed. */
  ask(): void {
    if (this.#isAsking || this.#isClosed) return;
    this.#isAsking = true;
    const { log, organizationId, logger } = this.options;
    log
      .bounds(organizationId)
      .then((bounds) => {
        if (this.#isClosed) return;
        if (bounds.logEpoch === this.#logEpoch) this.#advanceTo(bounds.head);
        else this.#startOver(bounds);
      })
      .catch((error) => logger.warn({ err: error, organizationId }, 'log epoch not known yet'))
      // Whoever speaks late may go on to do so: not for each word of it the database is asked.
      .finally(() => setTimeout(() => (this.#isAsking = false), patienceMs).unref());
  }

  close(): void {
    this.#isClosed = true;
  }

  #advanceTo(revision: Revision): void {
    this.#target = Math.max(this.#target, revision);
    if (this.#isAdvancing || this.#isClosed) return;
    this.#isAdvancing = true;
    void this.#advance();
  }

  async #advance(): Promise<void> {
    const { logger, organizationId } = this.options;
    while (!this.#isClosed && this.#contiguous < this.#target) {
      try {
        await this.#step();
      } catch (error) {
        logger.warn({ err: error, organizationId, revision: this.#contiguous }, 'events not passed on yet');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#isAdvancing = false;
  }

  async #step(): Promise<void> {
    const { organizationId, log, names, clock } = this.options;
    const logEpoch = this.#logEpoch;
    const heard = this.#waiting[0]?.revision === this.#contiguous + 1 ? this.#waiting.slice(0, pageEvents) : [];
    if (heard.length > 0) {
      const events = await heardBodies(names, organizationId, heard, clock.nowMs());
      if (logEpoch === this.#logEpoch) this.#pass(events, (heard.at(-1) as LightEvent).revision);
      return;
    }
    const stretch = await log.after(organizationId, this.#contiguous, {}, pageEvents);
    if (logEpoch !== this.#logEpoch) return;
    if (stretch.logEpoch !== logEpoch || stretch.trimmedThrough > this.#contiguous) this.#startOver(stretch);
    else if (stretch.through > this.#contiguous) this.#pass(stretch.events.map(eventBody), stretch.through);
    else throw new Error('The event log does not reach as far as was announced.');
  }

  #pass(events: readonly EventBody[], through: Revision): void {
    this.#contiguous = through;
    this.#waiting = this.#waiting.filter(({ revision }) => revision > through);
    this.options.onEvents(events);
  }

  /** When something speaks of another epoch the database is asked, which alone knows it: what speaks may do so late. */
  #isOfThisLog(logEpoch: string): boolean {
    if (logEpoch === this.#logEpoch) return true;
    this.ask();
    return false;
  }

  #startOver({ logEpoch, head }: { readonly logEpoch: string; readonly head: Revision }): void {
    this.#logEpoch = logEpoch;
    this.#contiguous = head;
    this.#target = head;
    this.#waiting = [];
    this.options.onReset();
  }
}
