import type { Receipt } from '@gatecast/contracts';

/** When an event was published, written and confirmed, in milliseconds since 1970 by the database's clock. */
export interface ReceiptTimes {
  readonly publishedAtMs: number | null;
  readonly writtenAtMs: number;
  readonly confirmedAtMs: number;
}

/**
 * Returns the times of a receipt by the database's clock, `nowMs`: of the edge's clock only the time that has passed counts, until the report
 * was sent at `sentAtMs`; of the relay's, what lies between commit and write.
 */
export function receiptTimes(receipt: Receipt, sentAtMs: number, nowMs: number): ReceiptTimes {
  const { committedAtMs, publishedAtMs, writtenAtMs, receiptAtMs } = receipt;
  const here = (atMs: number) => Math.max(committedAtMs, nowMs - (sentAtMs - atMs));
  const written = here(writtenAtMs);
  return {
    publishedAtMs: publishedAtMs === null ? null : between(committedAtMs, publishedAtMs, written),
    writtenAtMs: written,
    confirmedAtMs: here(receiptAtMs),
  };
}

/** Returns when an event was published, which the relay says by its own clock: neither before its commit nor later than `nowMs`. */
export function between(committedAtMs: number, publishedAtMs: number, nowMs: number): number {
  return Math.max(committedAtMs, Math.min(publishedAtMs, nowMs));
}
