import { type BrokerConnection, notify } from '@gatecast/broker';
import { type HeardEvents, subjects } from '@gatecast/contracts';
import type { EventWindow } from './window.js';

export interface WitnessOptions {
  readonly connection: BrokerConnection;
  readonly window: Pick<EventWindow, 'lastHeard'>;
  /** The epoch of what is heard. */
  readonly logEpoch: () => string | undefined;
  readonly intervalMs: number;
}

/** What is heard again comes in bursts. */
const soonMs = 1_000;
/** A message of these is far below the broker's limit. */
const eventsInOne = 2_000;

/**
 * Tells the relay now and then, and `soon` when there is a reason, what was heard last of each organization. An edge outlives both a
 * database that is set back and a broker that is wiped: then nobody else knows that there was more.
 */
export function startWitness({ connection, window, logEpoch, intervalMs }: WitnessOptions) {
  let coming: NodeJS.Timeout | undefined;

  function tell(): void {
    coming = undefined;
    const epoch = logEpoch();
    if (epoch === undefined) return;
    const events = [...window.lastHeard()].map((heard) => ({ ...heard, logEpoch: epoch }));
    for (let from = 0; from < events.length; from += eventsInOne) {
      notify(connection, subjects.heardEvents, { events: events.slice(from, from + eventsInOne) } satisfies HeardEvents);
    }
  }

  const timer = setInterval(tell, intervalMs);
  return {
    soon(): void {
      coming ??= setTimeout(tell, soonMs);
    },
    stop(): void {
      clearInterval(timer);
      clearTimeout(coming);
    },
  };
}
