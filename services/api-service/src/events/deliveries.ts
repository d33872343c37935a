import { type BrokerConnection, hear } from '@gatecast/broker';
import {
  type Receipt,
  type ReceiptsMessage,
  type Revision,
  type Settled,
  type SettledMessage,
  type StatusReason,
  subjects,
} from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import type { DatabaseClock } from './database-clock.js';
import { receiptTimes } from './receipt-times.js';

/** What was observed of an event's way: milliseconds since 1970 by the database's clock. */
interface Observed {
  readonly organizationId: string;
  readonly revision: Revision;
  publishedAtMs: number | null;
  writtenAtMs: number | null;
  confirmedAtMs: number | null;
  settledAtMs: number | null;
  outcome: Settled['status'] | null;
  reason: StatusReason | null;
}

/** How much is stored at most, so that in a storm the lives of events are lost and not the time for the events: 2,000 a second. */
const storeEveryMs = 500;
const storedAtOnce = 1_000;
/** How many may wait for it. */
const waitingMax = 10_000;
/** All replicas share what is to be stored under this name. */
const queue = 'api-service';

export interface DeliveriesOptions {
  readonly connection: BrokerConnection;
  readonly database: Pick<Database, 'query'>;
  readonly clock: Pick<DatabaseClock, 'nowMs'>;
  readonly logger: Logger;
}

export interface Deliveries {
  stop(): void;
}

/**
 * Keeps the times of events' lives as receipts and outcomes tell them, for whoever looks later. Nothing waits for it and nothing depends on it:
 * what comes while too much waits is dropped unread, and what can't be stored is forgotten.
 */
export function observeDeliveries({ connection, database, clock, logger }: DeliveriesOptions): Deliveries {
  const waiting = new Map<string, Observed>();
  let dropped = 0;
  let isStoring = false;

  function observed(correlationId: string, organizationId: string, revision: Revision): Observed {
    const known = waiting.get(correlationId);
    if (known) return known;
    const nothing = {
      publishedAtMs: null,
      writtenAtMs: null,
      confirmedAtMs: null,
      settledAtMs: null,
      outcome: null,
      reason: null,
    };
    const made: Observed = { organizationId, revision, ...nothing };
    waiting.set(correlationId, made);
    return made;
  }

  function onReceipt(receipt: Receipt, sentAtMs: number): void {
    const { publishedAtMs, writtenAtMs, confirmedAtMs } = receiptTimes(receipt, sentAtMs, clock.nowMs());
    const way = observed(receipt.correlationId, receipt.organizationId, receipt.revision);
    way.publishedAtMs ??= publishedAtMs;
    way.writtenAtMs ??= writtenAtMs;
    way.confirmedAtMs ??= confirmedAtMs;
  }

  function onSettled({ correlationId, organizationId, revision, settledAtMs, status, statusReason }: Settled): void {
    Object.assign(observed(correlationId, organizationId, revision), {
      settledAtMs,
      outcome: status,
      reason: statusReason,
    });
  }

  async function store(): Promise<void> {
    if (dropped > 0) {
      logger.warn({ messages: dropped }, 'lives of events not stored: too many at once');
      dropped = 0;
    }
    if (isStoring || waiting.size === 0) return;
    isStoring = true;
    try {
      const some = [...waiting].slice(0, storedAtOnce);
      for (const [correlationId] of some) waiting.delete(correlationId);
      await storeDeliveries(database, some);
    } catch (error) {
      logger.warn({ err: error }, 'lives of events not stored');
    } finally {
      isStoring = false;
    }
  }

  const onError = (error: unknown) => logger.warn({ err: error }, 'message about lives of events not understood');
  const shared = {
    queue,
    wants: () => {
      if (waiting.size < waitingMax) return true;
      dropped += 1;
      return false;
    },
  };
  const onReceipts = ({ receipts, sentAtMs }: ReceiptsMessage) => {
    for (const receipt of receipts) onReceipt(receipt, sentAtMs);
  };
  void hear<ReceiptsMessage>(connection, subjects.receipts, onReceipts, onError, shared);
  void hear<SettledMessage>(connection, subjects.settled, ({ settled }) => settled.forEach(onSettled), onError, shared);
  const timer = setInterval(() => void store(), storeEveryMs);
  return {
    stop: () => clearInterval(timer),
  };
}

/**
 * Stores observations of events that the log still has. The first receipt counts, since an event may be delivered again, and the last
 * outcome, since an ack beats a time-out. An event for every gateway has no one time of being written or confirmed.
 */
async function storeDeliveries(database: Pick<Database, 'query'>, ways: readonly (readonly [string, Observed])[]): Promise<void> {
  const column = <K extends keyof Observed>(name: K) => ways.map(([, way]) => way[name]);
  const instant = (name: string) => ({ text: `to_timestamp(observed.${name} / 1000)`, values: [] });
  await database.query(sql`
    INSERT INTO deliveries AS known (organization_id, revision, correlation_id, published_at, written_at, confirmed_at, settled_at, outcome, reason)
    SELECT events.organization_id, events.revision, events.id, ${instant('published')},
      CASE WHEN events.gateway_id IS NOT NULL THEN ${instant('written')} END,
      CASE WHEN events.gateway_id IS NOT NULL THEN ${instant('confirmed')} END,
      ${instant('settled')}, observed.outcome, observed.reason
    FROM unnest(
      ${ways.map(([correlationId]) => correlationId)}::uuid[], ${column('organizationId')}::uuid[], ${column('revision')}::bigint[],
      ${column('publishedAtMs')}::float8[], ${column('writtenAtMs')}::float8[], ${column('confirmedAtMs')}::float8[],
      ${column('settledAtMs')}::float8[], ${column('outcome')}::text[], ${column('reason')}::text[]
    ) AS observed (id, organization_id, revision, published, written, confirmed, settled, outcome, reason)
    JOIN events ON events.organization_id = observed.organization_id AND events.revision = observed.revision AND events.id = observed.id
    ORDER BY events.organization_id, events.revision
    ON CONFLICT (organization_id, revision) DO UPDATE SET
      published_at = coalesce(known.published_at, EXCLUDED.published_at), written_at = coalesce(known.written_at, EXCLUDED.written_at),
      confirmed_at = coalesce(known.confirmed_at, EXCLUDED.confirmed_at), settled_at = coalesce(EXCLUDED.settled_at, known.settled_at),
      outcome = coalesce(EXCLUDED.outcome, known.outcome),
      reason = CASE WHEN EXCLUDED.outcome IS NULL THEN known.reason ELSE EXCLUDED.reason END
    WHERE known.confirmed_at IS NULL OR EXCLUDED.settled_at IS NOT NULL`);
}
