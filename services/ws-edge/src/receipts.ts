import type { Revision } from '@gatecast/contracts';
import type { HeldEvent } from './window.js';

/** Events that were written together, and the ping that was written after them. */
export interface WrittenBatch {
  /** With the receipt for this batch everything through here is confirmed. */
  readonly through: Revision;
  readonly events: readonly HeldEvent[];
  readonly writtenAtMs: number;
}

/**
 * Which events a connection has written and not yet got a receipt for. A gateway echoes a ping's payload only when it has handled
 * everything that it read before the ping, so a pong with a batch's payload is the receipt for that batch and all before it. A
 * pong that belongs to no outstanding batch (invented, old, of the future) proves nothing.
 */
export class Receipts {
  readonly #outstanding: WrittenBatch[] = [];
  #events = 0;

  #confirmed = 0;

  /** Everything up to here is confirmed. */
  get confirmed(): Revision {
    return this.#confirmed;
  }

  /** How many events await their receipt. */
  get outstanding(): number {
    return this.#events;
  }

  /** When the oldest batch without a receipt was written; undefined if there is none. */
  get oldestWrittenAtMs(): number | undefined {
    return this.#outstanding[0]?.writtenAtMs;
  }

  /** The payload for which all that is outstanding has its receipt; undefined if there is nothing. */
  get asked(): string | undefined {
    return this.#outstanding.at(-1)?.through.toString();
  }

  /** Notes a batch that is being written; returns the payload for the ping after it. */
  expect(batch: WrittenBatch): string {
    this.#outstanding.push(batch);
    this.#events += batch.events.length;
    return String(batch.through);
  }

  /** Returns the batches that a pong proves to be handled, the oldest first. They are not confirmed yet: see `confirm`. */
  proven(payload: string): WrittenBatch[] {
    const index = this.#outstanding.findIndex((batch) => String(batch.through) === payload);
    const batches = this.#outstanding.splice(0, index + 1);
    for (const batch of batches) this.#events -= batch.events.length;
    return batches;
  }

  /** Counts proven batches, once the acks that were read before their pong are stored; or the cursor from which all begins. */
  confirm(through: Revision): void {
    this.#confirmed = Math.max(this.#confirmed, through);
  }
}
