import { eventAttributes, type Traces } from '@gatecast/service-kit';
import type { WrittenBatch } from './receipts.js';
import type { HeldEvent } from './window.js';

/** An organization may have 10,000 gateways: of an event that is for all of them, each edge tells of so many deliveries. */
const deliveriesToldMax = 20;

/**
 * Returns what makes the spans of confirmed deliveries, of those events that are in a trace: from hearing the event, or from the
 * connection of a gateway that was away then, to the receipt. All of it is known by then, so nothing is kept until then.
 */
export function createDeliveryTraces(traces: Traces) {
  const told = new WeakMap<HeldEvent, number>();

  function isToBeTold(event: HeldEvent): boolean {
    if (event.gatewayId !== null) return true;
    const before = told.get(event) ?? 0;
    told.set(event, before + 1);
    return before < deliveriesToldMax;
  }

  /** Tells of batches that a gateway, connected since `connectedAtMs`, confirmed at `receiptAtMs` (milliseconds since 1970). */
  return (gatewayId: string, batches: readonly WrittenBatch[], receiptAtMs: number, connectedAtMs: number): void => {
    for (const { events, writtenAtMs } of batches) {
      for (const event of events) {
        if (!event.traceparent || !isToBeTold(event)) continue;
        traces
          .begin(`deliver ${event.type}`, {
            parent: event.traceparent,
            kind: 'consumer',
            beganAtMs: Math.max(event.heardAtMs, connectedAtMs),
            attributes: { 'messaging.system': 'nats', ...eventAttributes({ ...event, gatewayId }) },
          })
          .end({ endedAtMs: receiptAtMs, moments: { written: writtenAtMs } });
      }
    }
  };
}
