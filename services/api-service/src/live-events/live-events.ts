import type { ServerResponse } from 'node:http';
import { type BrokerConnection, hear, openEventFeed } from '@gatecast/broker';
import { type PresenceChanged, type ReceiptsMessage, type RelayHeads, type SettledMessage, subjects } from '@gatecast/contracts';
import type { Database } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import { apiError } from '../errors.js';
import type { DatabaseClock } from '../events/database-clock.js';
import type { Events } from '../events/events.js';
import { receiptTimes } from '../events/receipt-times.js';
import { liveMessage, type SideMessage } from './messages.js';
import { createNames } from './names.js';
import { createPresenceReading } from './presence.js';
import { Reader, type ReaderFilter, type ReaderLimits } from './reader.js';
import { receiptNews, type SideNews, settledNews } from './side-news.js';
import { Tail } from './tail.js';

export interface LiveEventsOptions {
  readonly connection: BrokerConnection;
  readonly database: Pick<Database, 'query'>;
  readonly log: Events;
  readonly clock: Pick<DatabaseClock, 'nowMs'>;
  readonly logger: Logger;
  readonly readersMax: number;
  readonly limits: ReaderLimits;
}

/** What a reader asks for. */
export interface StreamRequest {
  readonly organizationId: string;
  readonly filter: ReaderFilter;
  /** `<log epoch>:<revision>`, as the reader remembers it; undefined: it begins with what comes next. */
  readonly lastEventId: string | undefined;
  /** When the reader may read no longer, in milliseconds since 1970. */
  readonly untilMs: number;
}

export interface LiveEvents {
  /**
   * Prepares a stream; the returned function begins to write it. @throws HttpError 503 when there are too many, 404 when the
   * organization is gone.
   */
  open(request: StreamRequest): Promise<(response: ServerResponse) => void>;
  /** Ends all streams. */
  close(): void;
}

/** How far back in time the feed starts: holes are noticed by the revisions, whatever it leaves out. */
const backMs = 1_000;
/** The longest that the first reader waits for the feed; without it, what is published meanwhile comes by the announced heads. */
const warmUpMs = 1_000;
/** No timer runs longer. */
const timerMsMax = 2 ** 31 - 1;

interface Followed {
  readonly tail: Tail;
  readonly readers: Set<Reader>;
}

/**
 * The live views of this replica: one subscription of the event stream and of what goes with it, as long as anybody reads, fanned out to the
 * readers of each organization. The database is asked for holes, for handles that are new, and for what a reader missed.
 */
export function createLiveEvents(options: LiveEventsOptions): LiveEvents {
  const { connection, database, log, clock, logger, readersMax, limits } = options;
  const names = createNames(database);
  const readPresence = createPresenceReading(database, logger);
  /** By organization. */
  const followed = new Map<string, Followed>();
  let readersCount = 0;
  let source: ReturnType<typeof openSource> | undefined;
  let isClosed = false;

  /** Hears all that readers may be told, until it is closed. */
  function openSource() {
    const onError = (error: unknown) => logger.warn({ err: error }, 'live events interrupted');
    let onWarm: () => void = () => undefined;
    const warm = new Promise<void>((resolve) => {
      onWarm = resolve;
      setTimeout(resolve, connection.isConnected ? warmUpMs : 0);
    });
    const feed = openEventFeed(connection, {
      backMs,
      onEvent: (event) => followed.get(event.organizationId)?.tail.hear(event),
      onWarm,
      onRestart: (reason) => {
        logger.info({ reason }, 'live events started again');
        for (const { tail } of followed.values()) tail.ask();
      },
      onError,
    });
    const hearings = [
      hear<RelayHeads>(
        connection,
        subjects.relayHeads,
        ({ logEpoch, heads }) => {
          for (const [organizationId, { tail }] of followed) {
            const head = heads[organizationId];
            if (head !== undefined) tail.expect(logEpoch, head);
          }
        },
        onError,
      ),
      hear<ReceiptsMessage>(
        connection,
        subjects.receipts,
        ({ receipts, sentAtMs }) => {
          const nowMs = clock.nowMs();
          void tell(receipts.map((receipt) => receiptNews(receipt, receiptTimes(receipt, sentAtMs, nowMs))));
        },
        onError,
      ),
      hear<SettledMessage>(connection, subjects.settled, ({ settled }) => void tell(settled.map(settledNews)), onError),
      hear<PresenceChanged>(
        connection,
        subjects.presenceChanged,
        ({ gatewayIds }) => readPresence(gatewayIds, [...followed.keys()], tellReaders),
        onError,
      ),
    ];
    return {
      warm,
      close() {
        feed.close();
        for (const hearing of hearings) void hearing.then((one) => one.close());
      },
    };
  }

  function tellReaders(organizationId: string, messages: readonly SideMessage[]): void {
    for (const reader of followed.get(organizationId)?.readers ?? []) reader.onSide(messages);
  }

  /** Tells readers what became of events, by the handles of the gateways. */
  async function tell(news: readonly SideNews[]): Promise<void> {
    const byOrganization = new Map<string, SideNews[]>();
    for (const one of news) {
      if (!followed.has(one.organizationId)) continue;
      const others = byOrganization.get(one.organizationId);
      if (others) others.push(one);
      else byOrganization.set(one.organizationId, [one]);
    }
    for (const [organizationId, own] of byOrganization) {
      try {
        const handles = await names.of(
          organizationId,
          own.map(({ gatewayUuid }) => gatewayUuid),
        );
        const messages = own.flatMap(({ gatewayUuid, messageOf }) => {
          const gatewayId = handles.get(gatewayUuid);
          return gatewayId === undefined ? [] : [messageOf(gatewayId)];
        });
        tellReaders(organizationId, messages);
      } catch (error) {
        logger.warn({ err: error, organizationId }, 'news of events not told');
      }
    }
  }

  /** Returns what follows an organization; it begins at `bounds`, its head now, if nobody reads it yet. */
  function follow(organizationId: string, bounds: { readonly logEpoch: string; readonly head: number }): Followed {
    const known = followed.get(organizationId);
    if (known) return known;
    const readers = new Set<Reader>();
    const tail = new Tail(
      {
        organizationId,
        log,
        names,
        clock,
        logger,
        onEvents: (events) => {
          const messages = events.map((event) => liveMessage(tail.logEpoch, event));
          for (const reader of readers) reader.onEvents(messages);
        },
        onReset: () => {
          for (const reader of readers) reader.reset();
        },
      },
      bounds,
    );
    const made = { tail, readers };
    followed.set(organizationId, made);
    return made;
  }

  function leave(organizationId: string): void {
    readersCount -= 1;
    const left = followed.get(organizationId);
    if (left?.readers.size === 0) {
      left.tail.close();
      followed.delete(organizationId);
    }
    if (readersCount > 0) return;
    source?.close();
    source = undefined;
  }

  return {
    async open({ organizationId, filter, lastEventId, untilMs }) {
      const stopping = () => apiError('SERVICE_UNAVAILABLE', 'This replica is stopping: try again.');
      if (isClosed) throw stopping();
      if (readersCount >= readersMax)
        throw apiError('SERVICE_UNAVAILABLE', `This replica has its ${readersMax} readers of live events: try again.`);
      readersCount += 1;
      try {
        source ??= openSource();
        await source.warm;
        const bounds = await log.bounds(organizationId);
        if (isClosed) throw stopping();
        return (response) => {
          if (response.destroyed) return leave(organizationId);
          const { tail, readers } = follow(organizationId, bounds);
          const asked = lastEventId === undefined ? bounds.head : resumableAt(lastEventId, bounds);
          const isReset = asked === undefined || tail.logEpoch !== bounds.logEpoch;
          const after = isReset ? tail.contiguous : asked;
          const reader = new Reader({ organizationId, response, filter, after, isReset, tail, log, limits, logger });
          readers.add(reader);
          const expiry = setTimeout(() => reader.close(), Math.min(untilMs - Date.now(), timerMsMax));
          response.once('close', () => {
            clearTimeout(expiry);
            readers.delete(reader);
            leave(organizationId);
          });
        };
      } catch (error) {
        leave(organizationId);
        throw error;
      }
    },
    close() {
      isClosed = true;
      for (const { readers } of followed.values()) for (const reader of readers) reader.close();
    },
  };
}

/** Returns the revision of a position from which the log can tell what came after; undefined: it can't. */
function resumableAt(
  lastEventId: string,
  { logEpoch, head, trimmedThrough }: { readonly logEpoch: string; readonly head: number; readonly trimmedThrough: number },
): number | undefined {
  const [, epoch, digits] = /^([0-9a-f-]{36}):(\d{1,15})$/.exec(lastEventId) ?? [];
  const revision = Number(digits);
  return epoch === logEpoch && revision >= trimmedThrough && revision <= head ? revision : undefined;
}
