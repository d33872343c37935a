import {
  type BrokerConnection,
  type EventPublisher,
  eventStreamIdentity,
  hear,
  lastEvent,
  notify,
  type PublishedEvent,
  type StreamIdentity,
  WrongLastSequenceError,
} from '@gatecast/broker';
import {
  type EventPosition,
  type HeardEvents,
  nowMs,
  type RelayHeads,
  type Revision,
  type StreamEvent,
  subjects,
} from '@gatecast/contracts';
import type { Database } from '@gatecast/database';
import { eventAttributes, type Logger, type Traces } from '@gatecast/service-kit';
import { heardEntities } from './heard-entities.js';
import { createLease } from './lease.js';
import { type LogIdentity, lostEvents, readLogIdentity, settleLogEpoch } from './log-epoch.js';
import {
  headsBefore,
  organizationsWithUnpublished,
  publishedHeads,
  readUnpublished,
  storePublishedHeads,
  takeBackPublishedHeads,
} from './unpublished.js';

export interface RelayOptions {
  readonly database: Database;
  readonly connection: BrokerConnection;
  readonly publisher: EventPublisher;
  readonly logger: Logger;
  /** Makes the stream if it is not there; returns which one it is, and its last sequence. */
  readonly ensureStream: () => Promise<StreamIdentity & { readonly lastSequence: number }>;
  /** Told of events that the broker has acknowledged, with the time (milliseconds since 1970). */
  readonly onPublished: (events: readonly StreamEvent[], atMs: number) => void;
  readonly traces?: Traces | undefined;
}

export interface Relay {
  /** This replica's is the one that publishes. */
  readonly isActive: boolean;
  /** An organization has committed events. Costs nothing when another replica is the active one. */
  wake(organizationId: string): void;
  stop(): Promise<void>;
}

const leaseMs = 4_000;
const sweepMs = 1_000;
const retryMs = 250;
/** How often a relay that is not active asks for the lease: with the lease's length, the most that a takeover takes. */
const standbyMs = 500;
const limits = { events: 500, bytes: 4 * 1024 * 1024 };
/** How long an organization counts as recently active, so that its head is announced. */
const activeMs = 60_000;
/** A message of these is far below the broker's limit. */
const headsInOne = 5_000;
/** How much of the past a new stream begins with. */
const recentMs = 5 * 60_000;
/** What is published in this time is published again, and recognized, when another relay takes over from one that died. */
const headsStoredEveryMs = 100;

/**
 * Publishes committed events to the stream, in each organization's order. One relay of all replicas is active, by a lease; what
 * it publishes carries the stream's expected last sequence, so that one that wakes up late can publish nothing any more. It is
 * woken after each commit and sweeps for what a crash left. The first failure stops the pipeline, which then starts again at the
 * first unpublished revision: an event that was published but not known to be is recognized by its id, or skipped by its
 * revision at every edge. While the broker is away nothing is held but who has unpublished events.
 */
export function startRelay(options: RelayOptions): Relay {
  const { database, connection, publisher, logger, ensureStream, onPublished, traces } = options;
  const lease = createLease(database, 'relay', leaseMs);
  let isClosed = false;
  /** Organizations that may have unpublished events. */
  const dirty = new Set<string>();
  let wakeUp: () => void = () => undefined;
  /** The last event of each organization that was published here, whatever the database says of it later. */
  const remembered = new Map<string, EventPosition>();
  /** What edges have heard, by its id, and nobody has looked for in the event log yet. */
  const heard = new Map<string, EventPosition>();

  async function run(): Promise<void> {
    while (!isClosed) {
      try {
        if (!connection.isConnected || !(await lease.take())) {
          await pause(connection.isConnected ? standbyMs : retryMs);
          continue;
        }
        await beActive();
      } catch (error) {
        if (isClosed) return;
        logger.warn({ err: error }, 'relay interrupted');
        // Perhaps another replica reaches what this one does not: it gets the time to ask for the lease.
        await lease.release().catch(() => undefined);
        await pause(connection.isConnected ? 2 * standbyMs : retryMs);
      }
    }
  }

  /** Publishes until the lease or the broker is lost; then returns or throws. */
  async function beActive(): Promise<void> {
    let { created, lastSequence } = await ensureStream();
    const { serverStartedAt } = await readLogIdentity(database);
    const last = await lastEvent(connection);
    const known = [...(last ? [last] : []), ...remembered.values(), ...heard.values()];
    const logEpoch = await settleLogEpoch(database, { events: known, entities: () => heardEntities(connection) }, logger);
    await takeBackPublishedHeads(database);
    const published = await publishedHeads(database);
    if (lastSequence === 0) {
      // A new stream, perhaps in the place of one that is gone: edges that start find the recent events in it again.
      for (const [organizationId, revision] of await headsBefore(database, recentMs)) {
        published.set(organizationId, Math.min(revision, published.get(organizationId) ?? 0));
        dirty.add(organizationId);
      }
    }
    /** Heads of these are announced; at first of all, so that the epoch and what was missed is known everywhere. */
    const active = new Map<string, number>([...published.keys()].map((organizationId) => [organizationId, performance.now()]));
    const heads = persistedHeads(database, { logEpoch, serverStartedAt }, logger);
    // Another epoch was begun by a person or by another relay. A server that has started anew may have been set back while nothing was
    // asked of it: then what is remembered here as published may be nowhere any more.
    const isSameLog = (identity: LogIdentity) => identity.logEpoch === logEpoch && identity.serverStartedAt === serverStartedAt;
    const startOver = () =>
      logger.info('relay starts over: the log epoch is another one, or the database server has started anew');
    const hasLostWhatWasHeard = async () => {
      const said = [...heard.values()];
      if (said.length === 0) return false;
      const lost = await lostEvents(database, said);
      if (lost.length === 0) for (const { correlationId } of said) heard.delete(correlationId);
      return lost.length > 0;
    };
    let sweptAt = 0;
    let renewedAt = performance.now();
    logger.info({ lastSequence }, 'relay active');

    while (!isClosed && connection.isConnected) {
      if (!lease.isHeld() || performance.now() - renewedAt > leaseMs / 3) {
        renewedAt = performance.now();
        if (!(await lease.take())) return logger.info('relay passed on');
      }
      if (performance.now() - sweptAt > sweepMs) {
        sweptAt = performance.now();
        if (!isSameLog(await readLogIdentity(database))) return startOver();
        if (await hasLostWhatWasHeard()) return logger.warn('relay starts over: an edge has heard what is not in the event log');
        // Removed, and perhaps made again, by a person: the edges that start find nothing in it.
        if ((await eventStreamIdentity(connection))?.created !== created)
          return logger.warn('relay starts over: the stream is gone or another one');
        for (const organizationId of await organizationsWithUnpublished(database)) dirty.add(organizationId);
        announce(active, published, logEpoch);
      }
      if (dirty.size === 0) {
        await Promise.race([
          pause(sweepMs / 2),
          new Promise<void>((resolve) => {
            wakeUp = resolve;
          }),
        ]);
        continue;
      }

      const asked = [...dirty].slice(0, limits.events);
      for (const organizationId of asked) dirty.delete(organizationId);
      const { events, unfinished, identity } = await readUnpublished(
        database,
        new Map(asked.map((id) => [id, published.get(id) ?? 0])),
        limits,
      );
      for (const organizationId of unfinished) dirty.add(organizationId);
      if (!identity) continue;
      // Before anything of it is published: else the stream's last event would be known to a database that was set back.
      if (!isSameLog(identity)) return startOver();
      const outcome = await publishAll(events, lastSequence);
      lastSequence += outcome.added;
      onPublished(outcome.published, nowMs());
      for (const { organizationId, revision, correlationId } of outcome.published) {
        published.set(organizationId, revision);
        remembered.set(organizationId, { organizationId, revision, correlationId, logEpoch });
        active.set(organizationId, performance.now());
        logger.info({ correlationId, organizationId, revision }, 'event published');
      }
      heads.store(new Map(outcome.published.map(({ organizationId, revision }) => [organizationId, revision])));
      if (outcome.failure) throw outcome.failure;
      for (const organizationId of outcome.unpublished) dirty.add(organizationId);
    }
  }

  /**
   * Publishes events at once, in their order. An event that the stream has already counts as published; those that follow it then
   * expect a last sequence that is too high and are refused, which is no failure: they are for the next time. After any other
   * refusal nothing is added any more, as each event expects the one before it.
   */
  async function publishAll(events: readonly StreamEvent[], lastSequence: number): Promise<Outcome> {
    const answers = await Promise.allSettled(events.map((event, index) => publish(event, lastSequence + index)));
    const published: StreamEvent[] = [];
    const unpublished = new Set<string>();
    let added = 0;
    let hasDuplicates = false;
    let failure: unknown;
    for (const [index, answer] of answers.entries()) {
      const event = events[index] as StreamEvent;
      if (answer.status === 'rejected') {
        unpublished.add(event.organizationId);
        if (!(hasDuplicates && answer.reason instanceof WrongLastSequenceError)) failure ??= answer.reason;
      } else if (!unpublished.has(event.organizationId)) {
        published.push(event);
        if (answer.value.isDuplicate) hasDuplicates = true;
        else added += 1;
      }
    }
    return { published, unpublished, added, failure };
  }

  /** Publishes an event; if it is in a trace, as a part of that: the span began when the event was committed. */
  async function publish(event: StreamEvent, expectedLastSequence: number): Promise<PublishedEvent> {
    const span =
      event.traceparent &&
      traces?.begin(`publish ${event.type}`, {
        parent: event.traceparent,
        kind: 'producer',
        beganAtMs: Math.min(event.committedAtMs, nowMs()),
        attributes: { 'messaging.system': 'nats', ...eventAttributes(event) },
      });
    if (!span) return publisher.publish(event, expectedLastSequence);
    try {
      const traceparent = span.traceparent ?? event.traceparent ?? null;
      const published = await publisher.publish({ ...event, traceparent }, expectedLastSequence);
      span.end({ attributes: { 'gatecast.is_duplicate': published.isDuplicate } });
      return published;
    } catch (error) {
      span.end({ error: (error as Error).message });
      throw error;
    }
  }

  /** Tells the edges how far the stream should have brought them. */
  function announce(active: Map<string, number>, published: ReadonlyMap<string, Revision>, logEpoch: string): void {
    const oldest = performance.now() - activeMs;
    for (const [organizationId, at] of active) if (at < oldest) active.delete(organizationId);
    const ids = [...active.keys()];
    for (let from = 0; from < ids.length; from += headsInOne) {
      const heads = Object.fromEntries(ids.slice(from, from + headsInOne).map((id) => [id, published.get(id) ?? 0]));
      notify(connection, subjects.relayHeads, { logEpoch, heads } satisfies RelayHeads);
    }
  }

  const running = run();
  const hearOf = ({ organizationId }: { organizationId: string }) => {
    if (!lease.isHeld()) return;
    dirty.add(organizationId);
    wakeUp();
  };
  void hear(connection, subjects.relayWake, hearOf, (error) => logger.warn({ err: error }, 'wake-up not understood'));
  void hear<HeardEvents>(
    connection,
    subjects.heardEvents,
    ({ events }) => {
      if (lease.isHeld()) for (const event of events) heard.set(event.correlationId, event);
    },
    (error) => logger.warn({ err: error }, 'what edges heard was not understood'),
  );
  return {
    get isActive() {
      return !isClosed && lease.isHeld();
    },
    wake(organizationId) {
      if (lease.isHeld()) hearOf({ organizationId });
      else notify(connection, subjects.relayWake, { organizationId });
    },
    async stop() {
      isClosed = true;
      wakeUp();
      await Promise.race([running, pause(2_000)]);
      await lease.release().catch(() => undefined);
    },
  };
}

interface Outcome {
  /** Of each organization the first ones. */
  readonly published: readonly StreamEvent[];
  /** The organizations of the others. */
  readonly unpublished: ReadonlySet<string>;
  /** How many the stream did not have. */
  readonly added: number;
  /** Why it is unknown what the stream has; undefined: it is known. */
  readonly failure: unknown;
}

/** Stores published heads beside the publishing: one statement at a time and a few in a second, later heads coalesced into the next. */
function persistedHeads(database: Database, log: LogIdentity, logger: Logger) {
  const waiting = new Map<string, Revision>();
  let isStoring = false;

  async function flush(): Promise<void> {
    isStoring = true;
    while (waiting.size > 0) {
      const heads = new Map(waiting);
      waiting.clear();
      try {
        await storePublishedHeads(database, log, heads);
      } catch (error) {
        // Then they are published again after a crash, and recognized.
        logger.warn({ err: error }, 'published heads not stored');
      }
      await pause(headsStoredEveryMs);
    }
    isStoring = false;
  }

  return {
    store(heads: ReadonlyMap<string, Revision>): void {
      for (const [organizationId, revision] of heads) waiting.set(organizationId, revision);
      if (!isStoring) void flush();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
