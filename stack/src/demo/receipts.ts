import { EventEmitter, once } from 'node:events';
import { hear, openConnection } from '@gatecast/broker';
import { type Receipt, type ReceiptsMessage, type Revision, subjects } from '@gatecast/contracts';

/** The gateways' receipts, as the edges publish them for observers. */
export interface Receipts {
  /** Returns the next receipt of a gateway (its UUID) for an event of that type, or undefined when `signal` comes first. */
  next(gatewayId: string, type: string, signal: AbortSignal): Promise<Receipt | undefined>;
  close(): Promise<void>;
}

/** Starts to listen; resolves when receipts from now on are heard. */
export async function hearReceipts(natsUrl: string): Promise<Receipts> {
  const connection = openConnection({ url: natsUrl, name: 'gatecast-demo', onStatus: () => undefined });
  const arrivals = new EventEmitter();
  const heard: Receipt[] = [];
  // The last one that was returned, by gateway: the demo takes one step after the other, so what is asked for next is later.
  const returned = new Map<string, Revision>();
  await hear<ReceiptsMessage>(
    connection,
    subjects.receipts,
    ({ receipts }) => {
      heard.push(...receipts);
      arrivals.emit('arrival');
    },
    () => undefined,
  );
  return {
    async next(gatewayId, type, signal) {
      for (;;) {
        const receipt = heard.find(
          (one) => one.gatewayId === gatewayId && one.type === type && one.revision > (returned.get(gatewayId) ?? 0),
        );
        if (receipt) {
          returned.set(gatewayId, receipt.revision);
          return receipt;
        }
        if (signal.aborted) return undefined;
        await once(arrivals, 'arrival', { signal }).catch(() => undefined);
      }
    },
    close: () => connection.close(),
  };
}
