import type { StreamedEntity, StreamPosition } from '@gatecast/broker';
import { artifactChange, kindOfEventPrefix } from '@gatecast/contracts';
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
  const [row] = await database.query<LogIdentity & Record<string, unknown>>(sql`
    SELECT epoch AS "logEpoch", pg_postmaster_start_time()::text AS "serverStartedAt" FROM log_epoch`);
  if (!row) throw new Error(noEpoch);
  return row;
}

/** What the stream tells of the past. */
export interface StreamMemory {
  /** Undefined: the stream holds no event. */
  readonly last: StreamPosition | undefined;
  /** Returns everything that its events are about. */
  readonly entities: () => Promise<StreamedEntity[]>;
}

/**
 * Returns the log epoch, a new one if the database has been set back: then the stream's last event is not, or not the same, in
 * the event log that calls itself by the same name; or it is of an epoch that this database has never had. Every position that anyone remembers means nothing any more, and every gateway
 * gets a full resync.
 *
 * Gateways may hold what was decided after the backup. The database knows nothing of it, but the stream does. So that the resync
 * takes it away, artifacts that were made since get tombstones, and those that only came to a gateway since are undeployed there.
 */
export async function settleLogEpoch(database: Database, { last, entities }: StreamMemory, logger: Logger): Promise<string> {
  const logEpoch = await readLogEpoch(database);
  if (!last) return logEpoch;
  const [known] = await database.query(sql`
    SELECT 1 FROM log_epoch
    LEFT JOIN organization_heads AS heads ON heads.organization_id = ${last.organizationId} AND heads.revision >= ${last.revision}
    LEFT JOIN events ON events.organization_id = heads.organization_id AND events.revision = ${last.revision}
    WHERE log_epoch.epoch = ${logEpoch} AND (
      ${last.logEpoch} = ANY(log_epoch.earlier)
      OR ${last.logEpoch} = log_epoch.epoch AND (heads.trimmed_through >= ${last.revision} OR events.id = ${last.correlationId}))`);
  if (known) return logEpoch;

  const streamed = artifactsOf(await entities());
  const added = await database.transaction(async (transaction) => {
    const tombstones = await transaction.query(sql`
      INSERT INTO tombstones (entity_type, entity_id, organization_id, type, payload, deleted_at)
      SELECT 'artifact', streamed.id, streamed.organization_id, streamed.type, streamed.payload, clock_timestamp()
      FROM unnest(${streamed.map(({ id }) => id)}::uuid[], ${streamed.map(({ organizationId }) => organizationId)}::uuid[],
                  ${streamed.map(({ deletion }) => deletion.type)}::text[], ${streamed.map(({ deletion }) => JSON.stringify(deletion.payload))}::jsonb[])
        AS streamed (id, organization_id, type, payload)
      JOIN organizations ON organizations.id = streamed.organization_id
      WHERE NOT EXISTS (SELECT FROM artifacts WHERE artifacts.id = streamed.id)
      ON CONFLICT (entity_type, entity_id) DO NOTHING
      RETURNING 1`);
    const placed = streamed.filter(({ gatewayId }) => gatewayId !== null);
    const places = await transaction.query(sql`
      INSERT INTO artifact_gateways (artifact_id, gateway_id, desired_state, status, performed_at, correlation_id)
      SELECT artifacts.id, gateways.id, 'UNDEPLOYED', 'UNDEPLOYED', date_trunc('milliseconds', clock_timestamp()), gen_random_uuid()
      FROM unnest(${placed.map(({ id }) => id)}::uuid[], ${placed.map(({ gatewayId }) => gatewayId)}::uuid[]) AS streamed (artifact_id, gateway_id)
      JOIN artifacts ON artifacts.id = streamed.artifact_id
      JOIN gateways ON gateways.id = streamed.gateway_id AND gateways.organization_id = artifacts.organization_id
      ON CONFLICT (artifact_id, gateway_id) DO NOTHING
      RETURNING 1`);
    await transaction.query(
      sql`UPDATE log_epoch SET epoch = gen_random_uuid(), earlier = earlier || ${last.logEpoch}::uuid WHERE epoch = ${logEpoch}`,
    );
    return { tombstones: tombstones.length, places: places.length };
  });
  logger.warn({ ...last, ...added }, 'the database was set back: the event log begins a new epoch');
  return readLogEpoch(database);
}

function artifactsOf(entities: readonly StreamedEntity[]) {
  return entities.flatMap(({ organizationId, gatewayId, entity, type }) => {
    const [about = '', id = ''] = entity.split(':');
    const traits = kindOfEventPrefix(type.split('.', 1)[0] ?? '');
    if (about !== 'artifact' || !traits) return [];
    return [{ id, organizationId, gatewayId, deletion: artifactChange({ kind: traits.kind, verb: 'deleted', artifactId: id }) }];
  });
}
