import type { StreamPosition } from '@gatecast/broker';
import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

/** Returns the log's identity. */
export async function readLogEpoch(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>(sql`SELECT epoch FROM log_epoch`);
  if (!row) throw new Error('The database has no log epoch: it is not migrated as it should be.');
  return row.epoch;
}

/**
 * Returns the log's identity, a new one if the database has been set back: then the stream's last event is not, or not the same, in
 * the event log that calls itself by the same name. Every position that anyone remembers means nothing any more, and every gateway
 * gets a full resync.
 */
export async function settleLogEpoch(database: Database, last: StreamPosition | undefined, logger: Logger): Promise<string> {
  const logEpoch = await readLogEpoch(database);
  if (!last || last.logEpoch !== logEpoch) return logEpoch;
  const [known] = await database.query(sql`
    SELECT 1 FROM organization_heads AS heads
    LEFT JOIN events ON events.organization_id = heads.organization_id AND events.revision = ${last.revision}
    WHERE heads.organization_id = ${last.organizationId} AND heads.revision >= ${last.revision}
      AND (heads.trimmed_through >= ${last.revision} OR events.id = ${last.correlationId})`);
  if (known) return logEpoch;
  await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid() WHERE epoch = ${logEpoch}`);
  logger.warn({ ...last }, 'the database was set back: the event log begins a new epoch');
  return readLogEpoch(database);
}
