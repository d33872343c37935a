import type { ResyncReply } from '@gatecast/contracts';
import pLimit from 'p-limit';

/** How many at once: what remains of the connections is for the relay and for acks. */
const atOnceMax = 2;

/**
 * Returns `resync` for as many gateways as ask, which after a new log epoch are all of them: a few at a time, so that events and acks
 * go on meanwhile, and each gateway once, however often it asks until it is its turn and done.
 */
export function inTurn(resync: (gatewayId: string) => Promise<ResyncReply>): (gatewayId: string) => Promise<ResyncReply> {
  const limit = pLimit(atOnceMax);
  const asked = new Map<string, Promise<ResyncReply>>();
  return (gatewayId) => {
    const before = asked.get(gatewayId);
    if (before) return before;
    const answer = limit(resync, gatewayId).finally(() => asked.delete(gatewayId));
    asked.set(gatewayId, answer);
    return answer;
  };
}
