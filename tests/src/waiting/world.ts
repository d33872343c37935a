import { notify, storeAck } from '@gatecast/broker';
import { type AckCommand, type CursorsMoved, type DesiredState, subjects } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { storeConnection, storeCursor, storeEdge } from '../api-service/reported.js';
import { type Api, example, gatewayInput, startApi } from '../api-service/setup.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

/** What is known of an artifact on a gateway. */
interface PlaceRow {
  readonly artifactId: string;
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly deploymentId: string;
  readonly desiredState: DesiredState;
  readonly performedAt: Date;
  readonly revision: number;
}

/** Two replicas of api-service on one database and one broker, and gateways that say what the test lets them say. */
export interface WaitingWorld {
  readonly broker: OwnBroker;
  readonly databaseUrl: string;
  readonly replicas: readonly [Api, Api];
  /** Makes a REST API. Returns its id. */
  artifact(): Promise<string>;
  /** Makes a gateway. Returns its id. */
  gateway(): Promise<string>;
  /** Resolves when the last decision for a place is to have this state. */
  decided(artifact: string, gateway: string, desiredState: DesiredState): Promise<PlaceRow>;
  /** Puts the gateway's verdict on that decision into the work queue. */
  ack(place: PlaceRow, wrong?: Partial<AckCommand['ack']>): Promise<void>;
  /** Stores that a gateway has handled everything up to a revision, and tells of it, as artifacts-service does. */
  confirm(gateway: string, revision: number): Promise<void>;
  /** Stores that a gateway is connected. */
  connect(gateway: string): Promise<void>;
  stop(): Promise<void>;
}

export async function openWorld(more: Readonly<Record<string, string>> = {}): Promise<WaitingWorld> {
  const broker = await startOwnBroker();
  const databaseUrl = await createDatabase();
  const settings = { DATABASE_URL: databaseUrl, NATS_URL: broker.server.url, ...more };
  const replicas = [await startApi(settings), await startApi(settings)] as const;
  const [{ done, database }] = replicas;
  let made = 0;
  await done('POST', '/projects', { id: 'demo', displayName: 'Demo' });

  return {
    broker,
    databaseUrl,
    replicas,
    async artifact() {
      const id = `api-${++made}`;
      await done('POST', '/rest-apis', { ...example('rest-api'), id, displayName: id, projectId: 'demo' });
      return id;
    },
    async gateway() {
      const id = `gateway-${++made}`;
      await done('POST', '/gateways', gatewayInput(id));
      return id;
    },
    async decided(artifact, gateway, desiredState) {
      const look = async () => {
        const [row] = await database.query<PlaceRow>(sql`
          SELECT place.artifact_id AS "artifactId", place.gateway_id AS "gatewayId", artifacts.organization_id AS "organizationId",
            place.deployment_id AS "deploymentId", place.desired_state AS "desiredState", place.performed_at AS "performedAt", place.revision
          FROM artifact_gateways AS place
          JOIN artifacts ON artifacts.id = place.artifact_id JOIN gateways ON gateways.id = place.gateway_id
          WHERE artifacts.handle = ${artifact} AND gateways.handle = ${gateway}`);
        return row;
      };
      await until(async () => (await look())?.desiredState).toBe(desiredState);
      return (await look()) as PlaceRow;
    },
    async ack({ artifactId, gatewayId, organizationId, deploymentId, desiredState, performedAt }, wrong = {}) {
      const ack = {
        deploymentId,
        artifactId,
        action: desiredState === 'DEPLOYED' ? 'deploy' : 'undeploy',
        status: 'success',
        performedAt: performedAt.toISOString(),
        ...wrong,
      } as const;
      await storeAck(broker.connection, { gatewayId, organizationId, ack });
    },
    async confirm(gateway, revision) {
      const gatewayId = await storeCursor(database, gateway, { confirmed: revision });
      notify(broker.connection, subjects.cursorsMoved, { gatewayIds: [gatewayId] } satisfies CursorsMoved);
    },
    connect: async (gateway) => storeConnection(database, gateway, await storeEdge(database)),
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()));
      await broker.stop();
    },
  };
}
