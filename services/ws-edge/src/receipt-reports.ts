import { type BrokerConnection, notify } from '@gatecast/broker';
import { nowMs, type Receipt, type ReceiptsMessage, subjects } from '@gatecast/contracts';
import { partsOf } from './parts.js';
import type { WrittenBatch } from './receipts.js';

const gatherMs = 50;
const reportMax = 1_000;

/** Publishes receipts for whoever watches deliveries; nothing depends on their arrival. */
export function startReceiptReports(connection: BrokerConnection, edgeId: string) {
  let receipts: Receipt[] = [];
  let gathering: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const batch = receipts;
    receipts = [];
    const sentAtMs = nowMs();
    // One pong may be the receipt for thousands of events.
    for (const part of partsOf(batch)) {
      notify(connection, subjects.receipts, { edgeId, sentAtMs, receipts: part } satisfies ReceiptsMessage);
    }
  }

  return {
    /** Notes that a gateway handled these batches at `receiptAtMs` (milliseconds since 1970). */
    note(gatewayId: string, batches: readonly WrittenBatch[], receiptAtMs: number): void {
      for (const { events, writtenAtMs } of batches) {
        for (const { organizationId, revision, correlationId, type, committedAtMs, publishedAtMs, heardAtMs } of events) {
          receipts.push({
            gatewayId,
            organizationId,
            revision,
            correlationId,
            type,
            committedAtMs,
            publishedAtMs,
            heardAtMs,
            writtenAtMs,
            receiptAtMs,
          });
        }
      }
      if (receipts.length >= reportMax) flush();
      else gathering ??= setTimeout(flush, gatherMs);
    },
    flush,
  };
}
