import type { Receipt, Settled } from '@gatecast/contracts';
import type { ReceiptTimes } from '../events/receipt-times.js';
import { type SideMessage, sideMessage } from './messages.js';

/** What became of an event on a gateway. */
export interface SideNews {
  readonly organizationId: string;
  readonly gatewayUuid: string;
  /** Returns the message for readers, when the gateway's handle is known. */
  readonly messageOf: (gatewayId: string) => SideMessage;
}

/** Returns the news that a receipt brings: the gateway has handled the event. */
export function receiptNews(receipt: Receipt, { writtenAtMs, confirmedAtMs }: ReceiptTimes): SideNews {
  const { organizationId, gatewayId: gatewayUuid, correlationId, revision, type } = receipt;
  const times = { at: instant(confirmedAtMs), writtenAt: instant(writtenAtMs) };
  return {
    organizationId,
    gatewayUuid,
    messageOf: (gatewayId) => sideMessage('life', { correlationId, revision, gatewayId, state: 'confirmed', ...times }, type),
  };
}

/** Returns the news that an outcome brings. */
export function settledNews({ organizationId, gatewayId: gatewayUuid, correlationId, revision, ...settled }: Settled): SideNews {
  const { status, statusReason, settledAtMs } = settled;
  const outcome = { outcome: status, ...(statusReason !== null && { reason: statusReason }) };
  return {
    organizationId,
    gatewayUuid,
    messageOf: (gatewayId) =>
      sideMessage('life', { correlationId, revision, gatewayId, state: 'settled', at: instant(settledAtMs), ...outcome }),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
