import { artifactChange, type EventPosition, type HeardEntity, kindOfEventPrefix } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

/** Returns the log epoch. */
export async function readLogEpoch(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>(sql`SELECT epoch FROM log_epoch`);
  if (!row) throw new Error(noEpoch);
  return row.epoch;
}

const noEpoch = 'The database has no log epoch: it is not migrated as it should be.';

/** What an event log is recognized by. */
export interface LogIdentity {
  readonly logEpoch: string;
  /** A database that was set back, or took over from another, has started since it was last asked. */
  readonly serverStartedAt: string;
}

/** Returns the log's identity as of now. */
export async function readLogIdentity(database: Database): Promise<LogIdentity> {
  const [row] = await database.query<LogIdentity>(sql`
    SELECT epoch AS "logEpoch", pg_postmaster_start_time()::text AS "serverStartedAt" FROM log_epoch`);
  if (!row) throw new Error(noEpoch);
  return row;
}

/** What is known of the past beside the database. */
export interface Memory {
  /** Events that were published: what the stream ends with, what a relay remembers, what edges have heard. */
  readonly events: readonly EventPosition[];
  /** Returns what published events are about: those in the stream, and those that edges have heard. */
  readonly entities: () => Promise<HeardEntity[]>;
}

/**
 * Returns those of some published events that the database should have in its event log, or have trimmed, and has not: it was set back
 * since they were committed. What is of an epoch that the database knows to be over tells nothing.
 */
export function lostEvents(database: Database, events: readonly EventPosition[]): Promise<EventPosition[]> {
  const column = <K extends keyof EventPosition>(name: K) => events.map((event) => event[name]);
  return database.query<EventPosition>(sql`
    SELECT known.organization_id AS "organizationId", known.revision, known.id AS "correlationId", known.epoch AS "logEpoch"
    FROM log_epoch
    CROSS JOIN unnest(${column('organizationId')}::uuid[], ${column('revision')}::bigint[], ${column('correlationId')}::uuid[],
      ${column('logEpoch')}::uuid[]) AS known (organization_id, revision, id, epoch)
    LEFT JOIN organization_heads AS heads ON heads.organization_id = known.organization_id AND heads.revision >= known.revision
    LEFT JOIN events ON events.organization_id = heads.organization_id AND events.revision = known.revision
    WHERE NOT known.epoch = ANY(log_epoch.earlier)
      AND (known.epoch = log_epoch.epoch AND (heads.trimmed_through >= known.revision OR events.id = known.id)) IS NOT TRUE`);
}

/**
 * Returns the log epoch, a new one if the database has been set back: then a published event is not, or not the same, in the event log
 * that calls itself by the same name; or it is of an epoch that this database has never had. Every position that anyone remembers
 * means nothing any more, and every gateway gets a full resync.
 *
 * Gateways may hold what was decided after the backup. The database knows nothing of it, but the stream does, and so do edges. So that the resync
 * takes it away, artifacts that were made since get tombstones, and those that only came to a gateway since are undeployed there.
 */
export async function settleLogEpoch(database: Database, { events, entities }: Memory, logger: Logger): Promise<string> {
  const logEpoch = await readLogEpoch(database);
  const lost = await lostEvents(database, events);
  if (lost.length === 0) return logEpoch;

  const heard = artifactsOf(await entities());
  const added = await database.transaction(async (transaction) => {
    const tombstones = await transaction.query(sql`
      INSERT INTO tombstones (entity_type, entity_id, organization_id, type, payload, deleted_at)
      SELECT 'artifact', heard.id, heard.organization_id, heard.type, heard.payload, clock_timestamp()
      FROM unnest(${heard.map(({ id }) => id)}::uuid[], ${heard.map(({ organizationId }) => organizationId)}::uuid[],
                  ${heard.map(({ deletion }) => deletion.type)}::text[], ${heard.map(({ deletion }) => JSON.stringify(deletion.payload))}::jsonb[])
        AS heard (id, organization_id, type, payload)
      JOIN organizations ON organizations.id = heard.organization_id
      WHERE NOT EXISTS (SELECT FROM artifacts WHERE artifacts.id = heard.id)
      ON CONFLICT (entity_type, entity_id) DO NOTHING
      RETURNING 1`);
    const placed = heard.filter(({ gatewayId }) => gatewayId !== null);
    const places = await transaction.query(sql`
      INSERT INTO artifact_gateways (artifact_id, gateway_id, desired_state, status, performed_at, correlation_id)
      SELECT artifacts.id, gateways.id, 'UNDEPLOYED', 'UNDEPLOYED', date_trunc('milliseconds', clock_timestamp()), gen_random_uuid()
      FROM unnest(${placed.map(({ id }) => id)}::uuid[], ${placed.map(({ gatewayId }) => gatewayId)}::uuid[]) AS heard (artifact_id, gateway_id)
      JOIN artifacts ON artifacts.id = heard.artifact_id
      JOIN gateways ON gateways.id = heard.gateway_id AND gateways.organization_id = artifacts.organization_id
      ON CONFLICT (artifact_id, gateway_id) DO NOTHING
      RETURNING 1`);
    await transaction.query(
      sql`UPDATE log_epoch SET epoch = gen_random_uuid(), earlier = earlier || ${[...new Set(lost.map((event) => event.logEpoch))]}::uuid[] WHERE epoch = ${logEpoch}`,
    );
    return { tombstones: tombstones.length, places: places.length };
  });
  logger.warn({ ...lost[0], lost: lost.length, ...added }, 'the database was set back: the event log begins a new epoch');
  return readLogEpoch(database);
}

function artifactsOf(entities: readonly HeardEntity[]) {
  return entities.flatMap(({ organizationId, gatewayId, entity, type }) => {
    const [about = '', id = ''] = entity.split(':');
    const traits = kindOfEventPrefix(type.split('.', 1)[0] ?? '');
    if (about !== 'artifact' || !traits) return [];
    return [{ id, organizationId, gatewayId, deletion: artifactChange({ kind: traits.kind, verb: 'deleted', artifactId: id }) }];
  });
}
