import type { Revision } from './words.js';

/** Proof that a gateway handled an event, with the way in steps (milliseconds since 1970, each by the clock of who did it). */
export interface Receipt {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly revision: Revision;
  readonly correlationId: string;
  readonly type: string;
  readonly committedAtMs: number;
  readonly publishedAtMs: number | null;
  readonly heardAtMs: number;
  readonly writtenAtMs: number;
  readonly receiptAtMs: number;
}
export interface ReceiptsMessage {
  readonly edgeId: string;
  /** When it was sent, by the edge's clock: how long ago the rest was, whatever that clock says. */
  readonly sentAtMs: number;
  readonly receipts: readonly Receipt[];
}
