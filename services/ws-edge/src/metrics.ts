import { eventFrames, nowMs } from '@gatecast/contracts';
import { brokerMetrics, type Metrics } from '@gatecast/service-kit';
import type { ConnectedGateways } from './gateways.js';
import type { WrittenBatch } from './receipts.js';
import type { CatchUpSource } from './subscription.js';
import type { EventWindow, HeldEvent } from './window.js';

/** What is read when somebody asks. */
export interface Readings {
  readonly gateways: () => ConnectedGateways;
  readonly window: () => Pick<EventWindow, 'bytes' | 'events' | 'organizations'>;
  readonly isWarm: () => boolean;
}

/** Codes that a close may have here; a gateway may say any number. */
const closeCodes: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012]);

/** Creates the metrics of ws-edge. */
export function createMetrics(metrics: Metrics, { gateways, window, isWarm }: Readings) {
  const onBroker = brokerMetrics(metrics);

  metrics.gauge('gatecast_edge_connections', 'Gateways that are connected here.', () => gateways().size);
  const upgrades = metrics.counts('gatecast_edge_upgrades_total', 'Dials by the status they were answered with.', ['status']);
  const closes = metrics.counts('gatecast_edge_connections_closed_total', 'Connections that ended, by close code.', ['code']);

  metrics.gauge('gatecast_edge_is_warm', '1 while recent events are heard, so that gateways may come.', () => Number(isWarm()));
  metrics.gauge('gatecast_edge_window_bytes', 'What the recent events in memory take.', () => window().bytes);
  metrics.gauge('gatecast_edge_window_events', 'Recent events in memory.', () => window().events);
  metrics.gauge('gatecast_edge_window_organizations', 'Organizations that are followed.', () => window().organizations);
  const windowMisses = metrics.count(
    'gatecast_edge_window_misses_total',
    'Readings that the window could not serve and the event log had to.',
  );
  const holeReads = metrics.count('gatecast_edge_hole_reads_total', 'Readings of the event log for what the stream left out.');
  const catchUps = metrics.counts('gatecast_edge_catch_ups_total', 'Gateways that caught up after they connected.', ['source']);
  const resyncs = metrics.count('gatecast_edge_resyncs_total', 'Full resyncs that were asked for.');

  const byType = {
    heard: metrics.counts('gatecast_edge_events_heard_total', 'Events that became known here, once each.', ['type']),
    written: metrics.counts('gatecast_edge_events_written_total', 'Events written to gateways.', ['type']),
    confirmed: metrics.counts('gatecast_edge_events_confirmed_total', 'Events with a receipt.', ['type']),
  };
  const commitToHeard = metrics.distribution(
    'gatecast_edge_commit_to_heard_seconds',
    'From the commit (clock of the database) until an edge heard of it.',
  );
  const heardToWritten = metrics.distribution(
    'gatecast_edge_heard_to_written_seconds',
    'From hearing an event to writing it, for gateways that were connected when it was heard.',
  );
  const writtenToConfirmed = metrics.distribution(
    'gatecast_edge_written_to_confirmed_seconds',
    'From writing an event to its receipt: the network, and what the gateway needs to handle it.',
  );
  const commitToConfirmed = metrics.distribution(
    'gatecast_edge_commit_to_confirmed_seconds',
    'From the commit (clock of the database) to the receipt, for gateways that were connected when it was heard.',
  );

  metrics.gauge('gatecast_edge_unconfirmed_events', 'Events that are written and await their receipts.', () =>
    sum(gateways(), ({ unconfirmed }) => unconfirmed),
  );
  metrics.gauge('gatecast_edge_oldest_unconfirmed_seconds', 'Since when the longest waiting event is written.', () => {
    const now = nowMs();
    let oldest = now;
    for (const { oldestWrittenAtMs } of gateways().all()) oldest = Math.min(oldest, oldestWrittenAtMs ?? now);
    return (now - oldest) / 1_000;
  });
  metrics.gauge('gatecast_edge_lagging_connections', 'Gateways that are not written to as far as was heard.', () =>
    sum(gateways(), ({ subscription }) => Number(!subscription.isCaughtUp)),
  );
  const acks = metrics.counts('gatecast_edge_acks_total', 'Acks of gateways, by what they say.', ['status']);
  let acksWaiting = 0;
  metrics.gauge('gatecast_edge_acks_waiting', 'Acks that are not in the work queue yet.', () => acksWaiting);

  return {
    onBroker,
    windowMisses,
    holeReads,
    resyncs,
    onUpgrade: (status: number) => upgrades.of(String(status)).inc(),
    onClosed: (code: number) => closes.of(closeCodes.has(code) ? String(code) : 'other').inc(),
    onCaughtUp: (source: CatchUpSource) => catchUps.of(source).inc(),
    /** An event that came live: what is heard again after a start says nothing of how long events take. */
    onHeard({ type, committedAtMs, heardAtMs }: HeldEvent): void {
      byType.heard.of(knownType(type)).inc();
      commitToHeard.observe((heardAtMs - committedAtMs) / 1_000);
    },
    /** A batch that goes to a gateway which is connected since `connectedAtMs`. */
    onWritten({ events, writtenAtMs }: WrittenBatch, connectedAtMs: number): void {
      for (const { type, heardAtMs } of events) {
        byType.written.of(knownType(type)).inc();
        if (heardAtMs >= connectedAtMs) heardToWritten.observe((writtenAtMs - heardAtMs) / 1_000);
      }
    },
    onReceipts(batches: readonly WrittenBatch[], receiptAtMs: number, connectedAtMs: number): void {
      for (const { events, writtenAtMs } of batches) {
        writtenToConfirmed.observe((receiptAtMs - writtenAtMs) / 1_000, events.length);
        for (const { type, heardAtMs, committedAtMs } of events) {
          byType.confirmed.of(knownType(type)).inc();
          if (heardAtMs >= connectedAtMs) commitToConfirmed.observe((receiptAtMs - committedAtMs) / 1_000);
        }
      }
    },
    /** Counts an ack, and that it waits until `stored` is done. Returns `stored`. */
    onAck(status: string, stored: Promise<void>): Promise<void> {
      acks.of(status).inc();
      acksWaiting += 1;
      const done = () => {
        acksWaiting -= 1;
      };
      stored.then(done, done);
      return stored;
    },
  };
}

const types: ReadonlySet<string> = new Set(eventFrames.map(({ type }) => type));

/** A relay of another release may know more of them. */
function knownType(type: string): string {
  return types.has(type) ? type : 'other';
}

function sum<C>(connections: { all(): Iterable<C> }, value: (connection: C) => number): number {
  let total = 0;
  for (const connection of connections.all()) total += value(connection);
  return total;
}
