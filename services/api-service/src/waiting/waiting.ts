import { type BrokerConnection, hear } from '@gatecast/broker';
import {
  type CursorsMoved,
  type DesiredState,
  type Kind,
  type RelayHeads,
  type Revision,
  type Revocation,
  type SettledMessage,
  subjects,
} from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import { type DeploymentView, deploymentsWithPlaces, viewColumns } from '../deployments/view.js';
import { isConnected } from '../gateways/gateways.js';
import { createWaits, type Waits } from './waits.js';

/** A deployment as it stands, with what those who wait for it look at. */
export interface DeploymentSight extends DeploymentView {
  readonly organizationId: string;
  readonly gatewayUuid: string;
  readonly kind: Kind;
  /** What was decided last for its place. */
  readonly desiredState: DesiredState;
  /** The gateway has handled the event of that decision: its receipt is stored, or its ack, which proves as much. */
  readonly isConfirmed: boolean;
}

export interface Waiting {
  /** By deployment id. */
  readonly deployments: Waits<DeploymentSight>;
  /** Up to which revision everything is confirmed, by the gateway's UUID. */
  readonly cursors: Waits<Revision>;
  /** Returns a deployment as it stands; undefined when there is none. */
  sightOf(deploymentId: string): Promise<DeploymentSight | undefined>;
  /** Returns the UUIDs of the connected gateways that have a place of an artifact. */
  connectedHolders(artifactId: string): Promise<string[]>;
  /** Returns the revision of an event; undefined when it is in the event log no more. */
  revisionOf(correlationId: string): Promise<Revision | undefined>;
  /** How many requests wait now. */
  count(): number;
  /** Ends all waits; resolves when they are answered. */
  stop(): Promise<void>;
}

export interface WaitingOptions {
  readonly database: Database;
  readonly broker: BrokerConnection;
  readonly logger: Logger;
}

/** The condition that the gateway has acked what was decided last for `place`; a time-out is no ack. */
const isAcked = sql`
  (place.status IN ('DEPLOYED', 'UNDEPLOYED') OR (place.status = 'FAILED' AND place.status_reason <> 'DEPLOYMENT_TIMEOUT'))`;

/**
 * Starts what requests wait by. Whatever may end a wait is announced once it is stored, and looked at then: outcomes by the replica that
 * applied them, confirmations by artifacts-service (a receipt is told of before the cursor is stored, so whoever looked then would look
 * too early), decisions and deletions by the heads that the relay has published, deleted gateways by their revocation.
 */
export function startWaiting({ database, broker, logger }: WaitingOptions): Waiting {
  const deployments = createWaits<DeploymentSight>({
    read: readDeployments,
    topicsOf: ({ gatewayUuid, organizationId }) => [gatewayUuid, organizationId],
    logger,
  });
  const cursors = createWaits<Revision>({ read: readCursors, topicsOf: () => [], logger });
  const count = () => deployments.count() + cursors.count();
  const heads = new Map<string, Revision>();

  const whileWaiting = { wants: () => count() > 0 };
  const onError = (error: unknown) => logger.warn({ err: error }, 'what ends waits was not heard');
  const onGateways = (gatewayIds: readonly string[]) => {
    deployments.lookAbout(gatewayIds);
    cursors.look(gatewayIds);
  };
  void hear<SettledMessage>(
    broker,
    subjects.settled,
    ({ settled }) => deployments.look(settled.flatMap(({ deploymentId }) => deploymentId ?? [])),
    onError,
    whileWaiting,
  );
  void hear<CursorsMoved>(broker, subjects.cursorsMoved, ({ gatewayIds }) => onGateways(gatewayIds), onError, whileWaiting);
  void hear<Revocation>(
    broker,
    subjects.revocations,
    ({ gatewayId, tokenId }) => tokenId === undefined && onGateways([gatewayId]),
    onError,
    whileWaiting,
  );
  void hear<RelayHeads>(broker, subjects.relayHeads, (message) => deployments.lookAbout(movedBy(message)), onError);

  /** Heads are announced again and again while an organization is active. */
  function movedBy(announced: RelayHeads): string[] {
    const moved = Object.entries(announced.heads).filter(([organizationId, head]) => heads.get(organizationId) !== head);
    for (const [organizationId, head] of moved) heads.set(organizationId, head);
    return moved.map(([organizationId]) => organizationId);
  }

  async function readDeployments(ids: readonly string[]): Promise<Map<string, DeploymentSight>> {
    const rows = await database.query<DeploymentSight>(sql`
      SELECT ${viewColumns}, artifacts.organization_id AS "organizationId",
        deployments.gateway_id AS "gatewayUuid", artifacts.kind, place.desired_state AS "desiredState",
        (place.deployment_id = deployments.id AND (cursor.confirmed >= place.revision OR ${isAcked})) IS TRUE AS "isConfirmed"
      FROM ${deploymentsWithPlaces}
      JOIN artifacts ON artifacts.id = deployments.artifact_id
      LEFT JOIN gateway_cursors AS cursor
        ON cursor.gateway_id = deployments.gateway_id AND cursor.log_epoch = (SELECT epoch FROM log_epoch)
      WHERE deployments.id = ANY(${ids}::uuid[])`);
    return new Map(rows.map((row) => [row.deploymentId, row]));
  }

  async function readCursors(ids: readonly string[]): Promise<Map<string, Revision>> {
    const rows = await database.query<{ gatewayId: string; confirmed: Revision }>(sql`
      SELECT gateways.id AS "gatewayId", coalesce(cursor.confirmed, 0) AS confirmed
      FROM gateways
      LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id AND cursor.log_epoch = (SELECT epoch FROM log_epoch)
      WHERE gateways.id = ANY(${ids}::uuid[])`);
    return new Map(rows.map(({ gatewayId, confirmed }) => [gatewayId, confirmed]));
  }

  return {
    deployments,
    cursors,
    sightOf: async (deploymentId) => (await readDeployments([deploymentId])).get(deploymentId),
    async connectedHolders(artifactId) {
      const gateways = await database.query<{ id: string }>(sql`
        SELECT gateway_id AS id FROM artifact_gateways AS place
        WHERE artifact_id = ${artifactId} AND ${isConnected(sql`place.gateway_id`)}`);
      return gateways.map(({ id }) => id);
    },
    async revisionOf(correlationId) {
      const [event] = await database.query<{ revision: Revision }>(sql`SELECT revision FROM events WHERE id = ${correlationId}`);
      return event?.revision;
    },
    count,
    async stop() {
      await Promise.all([deployments.stop(), cursors.stop()]);
    },
  };
}
