import { type BrokerConnection, notify } from '@gatecast/broker';
import { type Settled, type SettledMessage, subjects } from '@gatecast/contracts';

/** Tells whoever waits or watches that the outcome of decisions is known, after the commit. It may be lost: that costs time, no truth. */
export type AnnounceSettled = (settled: readonly Settled[]) => void;

/** A message of these is far below the broker's limit. */
const settledInOne = 1_000;

/** Returns the function that announces outcomes to all replicas and services. */
export function createSettledAnnouncement(broker: BrokerConnection): AnnounceSettled {
  return (settled) => {
    for (let start = 0; start < settled.length; start += settledInOne) {
      notify(broker, subjects.settled, { settled: settled.slice(start, start + settledInOne) } satisfies SettledMessage);
    }
  };
}
