import { answerInParts, type BrokerConnection, notify } from '@gatecast/broker';
import { type HeardEntities, type HeardEvents, subjects } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import { partsOf } from './parts.js';
import type { EventWindow } from './window.js';

export interface WitnessOptions {
  readonly connection: BrokerConnection;
  readonly window: Pick<EventWindow, 'lastHeard' | 'heardEntities'>;
  /** The epoch of what is heard. */
  readonly logEpoch: () => string | undefined;
  readonly intervalMs: number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What is heard again comes in bursts. */
const soonMs = 1_000;

/**
 * Tells the relay now and then, and `soon` when there is a reason, what was heard last of each organization, and when it is asked what
 * all of that was about. An edge outlives both a database that is set back and a broker that is wiped: then nobody else knows that
 * there was more.
 */
export function startWitness({ connection, window, logEpoch, intervalMs, logger }: WitnessOptions) {
  let coming: NodeJS.Timeout | undefined;

  function tell(): void {
    coming = undefined;
    const epoch = logEpoch();
    if (epoch === undefined) return;
    const events = [...window.lastHeard()].map((heard) => ({ ...heard, logEpoch: epoch }));
    for (const part of partsOf(events)) notify(connection, subjects.heardEvents, { events: part } satisfies HeardEvents);
  }

  const answers = () => partsOf(window.heardEntities()).map((entities): HeardEntities => ({ entities }));
  void answerInParts(connection, subjects.heardEntities, answers, (error) =>
    logger.warn({ err: error }, 'what was heard could not be told'),
  );

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
