import { type AckCommand, type DesiredState, type Kind, nowMs, type Settled, type StatusReason } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { eventAttributes } from '@gatecast/service-kit';
import type { AnnounceSettled } from '../deployments/announce-settled.js';
import { decideUndeployed } from '../deployments/decision.js';
import { reissueFirstMs, reissuesMax } from '../deployments/settling.js';
import { ownActor } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';

interface Applied extends Omit<Settled, 'organizationId' | 'gatewayId' | 'artifactId' | 'settledAtMs'> {
  readonly kind: Kind;
  readonly settledAt: Date;
  readonly mustReissue: boolean;
  /** Where the trace of the decision goes on. */
  readonly traceparent: string | null;
}

export interface AckApplicationOptions extends ChangeOptions {
  readonly announceSettled: AnnounceSettled;
}

/** Applies a gateway's verdict; safe to repeat. Rejects when the database can't be asked: then the ack stays in the queue. */
export type ApplyAck = (command: AckCommand) => Promise<void>;

/**
 * Returns the function that applies acks. An ack belongs to the decision whose `performedAt` it carries, on the gateway whose
 * connection it came by; anything else is a foreign or outdated ack and changes nothing. A success is final for its decision: it
 * beats a time-out however late it comes, and a later failure of a redelivery does not take it back.
 *
 * A decision that failed is issued again some times. Of a deploy the content may not have reached the gateway, and whether it did nobody
 * here can tell; or what it depends on comes later. An undeploy the gateway could not store, and it serves on. A gateway that means it
 * goes on failing.
 *
 * An undeploy that the gateway refused because it holds another deployment is issued again at once, in the form that applies to
 * whatever it holds.
 */
export function createAckApplication(options: AckApplicationOptions): ApplyAck {
  const { database, logger, announceSettled, traces } = options;
  const change = createChange(options);

  return async ({ gatewayId, organizationId, ack }) => {
    const beganAtMs = nowMs();
    const performedAt = new Date(ack.performedAt);
    // No edge lets it through; it would come back for ever.
    if (Number.isNaN(performedAt.getTime())) return logger.error({ gatewayId, ack }, 'ack without an instant');
    const desiredState: DesiredState = ack.action === 'deploy' ? 'DEPLOYED' : 'UNDEPLOYED';
    const fields = {
      gatewayId,
      artifactId: ack.artifactId,
      deploymentId: ack.deploymentId,
      action: ack.action,
      status: ack.status,
    };

    const matching = sql`place.artifact_id = ${ack.artifactId} AND place.gateway_id = ${gatewayId} AND place.performed_at = ${performedAt}
        AND place.desired_state = ${desiredState} AND place.confirmed_performed_at IS DISTINCT FROM place.performed_at
        AND EXISTS (SELECT 1 FROM artifacts WHERE artifacts.id = place.artifact_id AND artifacts.organization_id = ${organizationId})`;
    // The event log has it wherever and whenever the ack comes; the gateway's frames never do.
    const tracedBy = traces
      ? sql`(SELECT traceparent FROM events WHERE events.organization_id = ${organizationId} AND events.revision = place.revision)`
      : sql`NULL`;
    const returned = sql`(SELECT kind FROM artifacts WHERE artifacts.id = place.artifact_id) AS kind, ${tracedBy} AS traceparent, place.correlation_id AS "correlationId",
        place.deployment_id AS "deploymentId", place.revision, place.status, place.status_reason AS "statusReason", place.updated_at AS "settledAt",
        (place.status_reason = 'DEPLOYMENT_ID_MISMATCH' AND place.desired_state = 'UNDEPLOYED'
          AND place.confirmed_deployment_id IS NOT NULL) IS TRUE AS "mustReissue"`;

    // The gateway has fetched meanwhile what it shall not serve, or did not get what it shall: whatever it says of the decision before that,
    // it is issued again at once. A deploy that was to be issued again because it had failed is done with when it succeeds.
    const isMarked = sql`place.reissue_at <= clock_timestamp()
      AND (${desiredState} = 'UNDEPLOYED' OR place.status_reason IS DISTINCT FROM 'GATEWAY_PROCESSING_ERROR')`;

    /** Gateways hear nothing of it, so the statement is its own transaction. */
    const succeed = async (): Promise<Applied | undefined> => {
      const [row] = await database.query<Applied>(sql`
        UPDATE artifact_gateways AS place SET
          status = ${desiredState}, status_reason = NULL, updated_at = clock_timestamp(), confirmed_state = ${desiredState},
          reissue_at = CASE WHEN ${isMarked} THEN place.reissue_at END,
          confirmed_deployment_id = CASE WHEN ${desiredState} = 'DEPLOYED' THEN place.deployment_id ELSE place.confirmed_deployment_id END,
          confirmed_performed_at = place.performed_at, acked_at = clock_timestamp(), acked_status = ${desiredState},
          refused_at = NULL, refusal_reason = NULL, refused_deployment_id = NULL
        WHERE ${matching} RETURNING ${returned}`);
      return row;
    };

    const fail = (reason: StatusReason): Promise<Applied | undefined> =>
      change(organizationId, async (transaction) => {
        const mayRecover = reason === 'GATEWAY_PROCESSING_ERROR';
        const [row] = await transaction.query<Applied>(sql`
          UPDATE artifact_gateways AS place SET
            status = 'FAILED', status_reason = ${reason}, updated_at = clock_timestamp(),
            acked_at = clock_timestamp(), acked_status = 'FAILED', refused_at = clock_timestamp(),
            refusal_reason = ${reason}, refused_deployment_id = place.deployment_id,
            reissue_at = CASE WHEN ${isMarked} THEN place.reissue_at WHEN ${mayRecover} AND place.reissues < ${reissuesMax}::int
              THEN clock_timestamp() + ${reissueFirstMs}::int * power(2, place.reissues) * interval '1 millisecond' END
          WHERE ${matching} AND place.status_reason IS DISTINCT FROM ${reason} RETURNING ${returned}`);
        if (!row?.mustReissue) return { result: row, events: [] };
        // The gateway holds another deployment than we knew: forget what it confirmed, so that the event names none. Whoever refuses
        // that one too is not asked again.
        await transaction.query(sql`
          UPDATE artifact_gateways SET confirmed_deployment_id = NULL WHERE artifact_id = ${ack.artifactId} AND gateway_id = ${gatewayId}`);
        const place = { organizationId, artifactId: ack.artifactId, kind: row.kind, gatewayId };
        return { result: row, events: [await decideUndeployed(transaction, place, row.deploymentId, ownActor)] };
      });

    const applied = ack.status === 'success' ? await succeed() : await fail(reasonOf(ack.errorCode));
    if (!applied) return logger.info(fields, 'ack of nothing that is open');
    logger.info({ ...fields, errorCode: ack.errorCode, correlationId: applied.correlationId }, 'ack applied');
    const { kind: _, mustReissue, settledAt, traceparent, ...settled } = applied;
    if (traceparent) {
      traces
        ?.begin('apply ack', {
          parent: traceparent,
          kind: 'consumer',
          beganAtMs,
          attributes: {
            ...eventAttributes({ ...settled, organizationId, gatewayId }),
            'gatecast.artifact_id': ack.artifactId,
            'gatecast.deployment_id': settled.deploymentId,
            'gatecast.status': settled.status,
          },
        })
        .end({ error: settled.statusReason ?? undefined });
    }
    // What was decided is issued again, and has no outcome yet.
    if (mustReissue) return;
    announceSettled([{ organizationId, gatewayId, artifactId: ack.artifactId, ...settled, settledAtMs: settledAt.getTime() }]);
  };
}

function reasonOf(errorCode: string | undefined): StatusReason {
  return errorCode === 'DEPLOYMENT_ID_MISMATCH' ? errorCode : 'GATEWAY_PROCESSING_ERROR';
}
