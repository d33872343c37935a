import type { Settled } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import type { AnnounceSettled } from './announce-settled.js';
import { atRest } from './decision.js';

export interface TimeOutOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How long a gateway may take to answer once the event was written to it. */
  readonly timeOutMs: number;
  readonly announceSettled: AnnounceSettled;
}

interface TimedOut extends Omit<Settled, 'settledAtMs'> {
  readonly settledAt: Date;
}

const isOpen = sql`place.status IN ('DEPLOYING', 'UNDEPLOYING')`;

/**
 * Fails what a gateway was told and did not answer. The time runs from when the event was written to the gateway's socket, so an
 * offline gateway's deployments stay `DEPLOYING`. By the database's clock; any number of replicas may do it. A matching ack that
 * comes later still counts.
 */
export async function timeOut({ database, logger, timeOutMs, announceSettled }: TimeOutOptions): Promise<void> {
  await database.query(sql`
    UPDATE artifact_gateways AS place SET written_at = clock_timestamp()
    WHERE ${atRest(sql`${isOpen} AND place.written_at IS NULL AND cursor.written >= place.revision`)}`);
  const failed = await database.query<TimedOut>(sql`
    UPDATE artifact_gateways AS place SET status = 'FAILED', status_reason = 'DEPLOYMENT_TIMEOUT', updated_at = clock_timestamp(),
      refused_at = clock_timestamp(), refusal_reason = 'DEPLOYMENT_TIMEOUT', refused_deployment_id = place.deployment_id
    FROM artifacts
    WHERE artifacts.id = place.artifact_id
      AND ${atRest(sql`${isOpen} AND place.written_at < clock_timestamp() - ${timeOutMs} * interval '1 millisecond'`)}
    RETURNING artifacts.organization_id AS "organizationId", place.gateway_id AS "gatewayId", place.artifact_id AS "artifactId",
      place.deployment_id AS "deploymentId", place.correlation_id AS "correlationId", place.revision, place.status,
      place.status_reason AS "statusReason", place.updated_at AS "settledAt"`);
  for (const { artifactId, gatewayId, correlationId } of failed) {
    logger.warn({ artifactId, gatewayId, correlationId }, 'gateway did not answer in time');
  }
  announceSettled(failed.map(({ settledAt, ...settled }) => ({ ...settled, settledAtMs: settledAt.getTime() })));
}
