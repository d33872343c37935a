import type { CursorReport, CursorsRequest } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { despiteRemovals } from '../removals.js';
import type { AnnounceGateways } from './announcements.js';

/** Reports that may wait for the database; beyond it they are refused, and the edges report again. */
const waitingMax = 100_000;

interface Waiting {
  readonly request: CursorsRequest;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

export interface CursorStore {
  /** Resolves when the cursors are stored, or are surely none of this database's concern. */
  store(request: CursorsRequest): Promise<void>;
}

/**
 * Stores cursors, and announces those that have moved. What arrives while a statement runs goes together into the next one: one
 * statement at a time, however many edges.
 */
export function cursorStore(database: Queryable, announce: AnnounceGateways): CursorStore {
  let waiting: Waiting[] = [];
  let reportsWaiting = 0;
  let isStoring = false;

  async function storeAll(): Promise<void> {
    if (isStoring) return;
    isStoring = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      reportsWaiting = 0;
      try {
        const requests = batch.map(({ request }) => request);
        const moved = await despiteRemovals(() => storeCursors(database, requests));
        announce(moved);
        for (const { stored } of batch) stored();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    isStoring = false;
  }

  return {
    store(request) {
      return new Promise((stored, failed) => {
        if (reportsWaiting + request.cursors.length > waitingMax)
          return failed(new Error('Too many cursors wait for the database.'));
        reportsWaiting += request.cursors.length;
        waiting.push({ request, stored, failed });
        void storeAll();
      });
    },
  };
}

/**
 * Moves cursors forward, never back, within the database's log epoch. Ignored: reports of another epoch, of gateways that are gone,
 * and positions beyond the head, which no receipt can prove. Returns the gateways that have come further.
 */
async function storeCursors(database: Queryable, requests: readonly CursorsRequest[]): Promise<string[]> {
  const reports = requests.flatMap(({ logEpoch, cursors }) => cursors.map((cursor) => ({ logEpoch, ...cursor })));
  const column = <K extends keyof CursorReport | 'logEpoch'>(name: K) => reports.map((report) => report[name]);
  const moved = await database.query<{ gatewayId: string }>(sql`
    INSERT INTO gateway_cursors AS c (gateway_id, log_epoch, confirmed, written, updated_at)
    SELECT g.id, e.epoch, max(r.confirmed), max(r.written), now()
    FROM unnest(${column('gatewayId')}::uuid[], ${column('logEpoch')}::uuid[], ${column('confirmed')}::bigint[], ${column('written')}::bigint[])
      AS r(gateway_id, log_epoch, confirmed, written)
    JOIN log_epoch e ON e.epoch = r.log_epoch
    JOIN gateways g ON g.id = r.gateway_id
    JOIN organization_heads h ON h.organization_id = g.organization_id
    WHERE greatest(r.confirmed, r.written) <= h.revision
    GROUP BY g.id, e.epoch
    ORDER BY g.id
    ON CONFLICT (gateway_id) DO UPDATE SET
      log_epoch = EXCLUDED.log_epoch,
      confirmed = CASE WHEN c.log_epoch = EXCLUDED.log_epoch THEN greatest(c.confirmed, EXCLUDED.confirmed) ELSE EXCLUDED.confirmed END,
      written = CASE WHEN c.log_epoch = EXCLUDED.log_epoch THEN greatest(c.written, EXCLUDED.written) ELSE EXCLUDED.written END,
      updated_at = EXCLUDED.updated_at
    WHERE c.log_epoch <> EXCLUDED.log_epoch OR c.confirmed < EXCLUDED.confirmed OR c.written < EXCLUDED.written
    RETURNING gateway_id AS "gatewayId"`);
  return moved.map(({ gatewayId }) => gatewayId);
}
