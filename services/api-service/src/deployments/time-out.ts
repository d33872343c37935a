import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';

export interface TimeOutOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How long a gateway may take to answer once the event was written to it. */
  readonly timeOutMs: number;
}

/**
 * Fails what a gateway was told and did not answer. The time runs from when the event was written to the gateway's socket, so an
 * offline gateway's deployments stay `DEPLOYING`. By the database's clock; any number of replicas may do it. A matching ack that
 * comes later still counts.
 */
export async function timeOut({ database, logger, timeOutMs }: TimeOutOptions): Promise<void> {
  await database.query(sql`
    UPDATE artifact_gateways AS place SET written_at = clock_timestamp()
    FROM gateway_cursors AS cursor
    WHERE place.status IN ('DEPLOYING', 'UNDEPLOYING') AND place.written_at IS NULL
      AND cursor.gateway_id = place.gateway_id AND cursor.written >= place.revision
      AND cursor.log_epoch = (SELECT epoch FROM log_epoch)`);
  const failed = await database.query<{ artifactId: string; gatewayId: string; correlationId: string }>(sql`
    UPDATE artifact_gateways SET status = 'FAILED', status_reason = 'DEPLOYMENT_TIMEOUT', updated_at = clock_timestamp()
    WHERE status IN ('DEPLOYING', 'UNDEPLOYING') AND written_at < clock_timestamp() - ${timeOutMs} * interval '1 millisecond'
    RETURNING artifact_id AS "artifactId", gateway_id AS "gatewayId", correlation_id AS "correlationId"`);
  for (const row of failed) logger.warn(row, 'gateway did not answer in time');
}
