import type { Database, Queryable } from '@gatecast/database';
import type { Logger, Traces } from '@gatecast/service-kit';
import { appendEvents, type NewEvent } from './append.js';

export interface ChangeOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** Tells the relay that an organization has new events; called after the commit. */
  readonly wakeRelay: (organizationId: string) => void;
  readonly traces?: Traces | undefined;
}

/** What a change has brought about: its result, and the events that tell of it in the order in which gateways shall hear them. */
export interface Outcome<T> {
  readonly result: T;
  readonly events: readonly NewEvent[];
}

/** So many events of one change are told of line by line; more would hold up everything else that the process does. */
const linesMax = 100;

/** Runs one change of an organization and returns its result. */
export type RunChange = <T>(organizationId: string, work: (transaction: Queryable) => Promise<Outcome<T>>) => Promise<T>;

/**
 * Returns the one way in which something changes that gateways hear of: one transaction, whose events are appended last (that
 * locks the organization's head), so that state, revision and event are committed together. Only then the relay is woken: if that
 * gets lost, its sweep finds the events.
 *
 * Whoever works inside locks in this order, so that no two changes wait for each other: artifacts (by id), places, applications
 * (by id), plans (by id), and last the head. A change of an artifact's keys or subscriptions locks the artifact against decisions
 * about it, so that no gateway gets the artifact without what belongs to it, or what is owed of that after it.
 *
 * Its span is the way into the event log, and what all that becomes of its events is a part of: it is committed with them.
 */
export function createChange({ database, logger, wakeRelay, traces }: ChangeOptions): RunChange {
  function tell(organizationId: string, events: readonly NewEvent[]): void {
    wakeRelay(organizationId);
    if (events.length > linesMax) return logger.info({ organizationId, events: events.length }, 'events committed');
    for (const { correlationId, type, entityType, entityId, gatewayId } of events) {
      logger.info({ correlationId, type, entityType, entityId, gatewayId, organizationId }, 'event committed');
    }
  }

  return async (organizationId, work) => {
    const span = traces?.begin('commit', { attributes: { 'gatecast.organization_id': organizationId } });
    const { result, events } = await database.transaction(async (transaction) => {
      const outcome = await work(transaction);
      await appendEvents(transaction, organizationId, outcome.events, span?.traceparent);
      return outcome;
    });
    if (events.length > 0) {
      database.afterCommit(() => {
        span?.end({ attributes: { 'gatecast.events': events.length } });
        tell(organizationId, events);
      });
    }
    return result;
  };
}
