import { eventFrames, type StreamEvent } from '@gatecast/contracts';
import { brokerMetrics, databaseMetrics, type Metrics } from '@gatecast/service-kit';
import type { AnnounceSettled } from './deployments/announce-settled.js';
import type { Relay } from './relay/relay.js';
import type { Waiting } from './waiting/waiting.js';

/** What is read when somebody asks. */
export interface Readings {
  readonly pools: Parameters<typeof databaseMetrics>[1];
  readonly relay: () => Pick<Relay, 'isActive'>;
  readonly waiting: () => Pick<Waiting, 'count'>;
}

/** Creates the metrics of api-service. */
export function createMetrics(metrics: Metrics, { pools, relay, waiting }: Readings) {
  databaseMetrics(metrics, pools);
  const onBroker = brokerMetrics(metrics);

  metrics.gauge('gatecast_relay_is_active', '1 on the replica whose relay publishes.', () => Number(relay().isActive));
  const published = metrics.counts('gatecast_relay_events_published_total', 'Events that the broker has acknowledged.', ['type']);
  const commitToPublished = metrics.distribution(
    'gatecast_relay_commit_to_published_seconds',
    'From the commit (clock of the database) until the broker has acknowledged the event.',
  );
  let backlog = { events: Number.NaN, oldestAgeMs: Number.NaN };
  metrics.gauge(
    'gatecast_relay_unpublished_events',
    'Committed events that are not known to be published; NaN while the database does not answer.',
    () => backlog.events,
  );
  metrics.gauge(
    'gatecast_relay_oldest_unpublished_seconds',
    'Age of the oldest of them, 0 without any; NaN while the database does not answer.',
    () => backlog.oldestAgeMs / 1_000,
  );

  metrics.gauge('gatecast_requests_waiting', 'Requests that wait for what gateways make of a decision.', () => waiting().count());
  let acksWaiting = Number.NaN;
  metrics.gauge(
    'gatecast_acks_waiting',
    'Acks in the work queue that are not applied; NaN while the broker does not answer.',
    () => acksWaiting,
  );
  const settled = metrics.counts(
    'gatecast_decisions_settled_total',
    'Decisions whose outcome became known, by status and reason.',
    ['status', 'reason'],
  );
  const issuedAgain = metrics.count('gatecast_decisions_issued_again_total', 'Decisions that were issued again by the settling.');
  const resyncs = metrics.counts('gatecast_resyncs_total', 'Full resyncs of gateways.', ['outcome']);

  return {
    onBroker,
    /** Counts events that became published at `atMs` (milliseconds since 1970). */
    onPublished(events: readonly StreamEvent[], atMs: number): void {
      for (const { type, committedAtMs } of events) {
        published.of(types.has(type) ? type : 'other').inc();
        commitToPublished.observe((atMs - committedAtMs) / 1_000);
      }
    },
    /** Notes how much is unpublished; undefined: can't be told now. */
    onBacklog(now: { readonly events: number; readonly oldestAgeMs: number } | undefined): void {
      backlog = now ?? { events: Number.NaN, oldestAgeMs: Number.NaN };
    },
    /** Notes how many acks wait; undefined: can't be told now. */
    onAcksWaiting(now: number | undefined): void {
      acksWaiting = now ?? Number.NaN;
    },
    /** Returns `announce` with a count of what passes. */
    countSettled:
      (announce: AnnounceSettled): AnnounceSettled =>
      (decisions) => {
        for (const { status, statusReason } of decisions) settled.of(status, statusReason ?? 'none').inc();
        announce(decisions);
      },
    onIssuedAgain: (decisions: number) => issuedAgain.inc(decisions),
    /** Counts a resync when it is over, whatever its outcome. Returns `done`. */
    onResync<Reply>(done: Promise<Reply>): Promise<Reply> {
      done.then(
        () => resyncs.of('done').inc(),
        () => resyncs.of('failed').inc(),
      );
      return done;
    },
  };
}

const types: ReadonlySet<string> = new Set(eventFrames.map(({ type }) => type));
