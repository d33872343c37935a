import type { AckCommand, Kind, Settled } from '@gatecast/contracts';
import { type Database, newId, openDatabase, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { type ApplyAck, createAckApplication } from '../../../services/api-service/dist/acks/apply-ack.js';
import type { ArtifactReference } from '../../../services/api-service/dist/artifacts/reference.js';
import { createDeployments, type Deployments } from '../../../services/api-service/dist/deployments/deployments.js';
import { seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';

export interface Gateway {
  readonly id: string;
  readonly handle: string;
}

export interface Artifact extends ArtifactReference {
  readonly id: string;
}

/** A row of `artifact_gateways`: what was decided for an artifact on a gateway, and where it stands. */
export interface Place {
  readonly deployment_id: string | null;
  readonly desired_state: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly performed_at: Date;
  readonly correlation_id: string;
  readonly revision: number;
  readonly written_at: Date | null;
  readonly confirmed_deployment_id: string | null;
  readonly confirmed_state: string | null;
  readonly confirmed_performed_at: Date | null;
  readonly updated_at: Date;
}

/** A row of the event log, its frame parsed. */
export interface LoggedEvent {
  readonly id: string;
  readonly revision: number;
  readonly gateway_id: string | null;
  readonly entity_type: string;
  readonly entity_id: string;
  readonly action: string;
  readonly type: string;
  readonly committed_at: Date;
  readonly frame: {
    readonly type: string;
    readonly correlationId: string;
    readonly payload: { readonly apiId: string; readonly deploymentId?: string; readonly performedAt?: string };
  };
}

/** Where deployments are decided, without HTTP, broker and gateways: one organization in a database of its own. */
export interface Office {
  readonly database: Database;
  readonly organizationId: string;
  readonly deployments: Deployments;
  readonly applyAck: ApplyAck;
  /** The organizations for which the relay was woken. */
  readonly wakes: string[];
  /** The outcomes that were announced. */
  readonly settled: Settled[];
  announceSettled(settled: readonly Settled[]): void;
  gateway(organizationId?: string): Promise<Gateway>;
  artifact(): Promise<Artifact>;
  deploy(artifact: Artifact, gateway: Gateway): Promise<string>;
  undeploy(artifact: Artifact, gateway: Gateway, deploymentId: string): Promise<unknown>;
  /** The gateway's verdict on what is decided now, as it would come from the work queue; `wrong` replaces parts of it. */
  verdict(artifact: Artifact, gateway: Gateway, wrong?: Partial<AckCommand['ack']>): Promise<AckCommand>;
  /** Applies that verdict. */
  ack(artifact: Artifact, gateway: Gateway, wrong?: Partial<AckCommand['ack']>): Promise<void>;
  place(artifact: Artifact, gateway: Gateway): Promise<Place>;
  /** The whole event log of the organization. */
  events(): Promise<LoggedEvent[]>;
  close(): Promise<void>;
}

/** How many can decide at once without waiting for a database connection. */
const connectionsMax = 20;

/** Does something `count` times, as many at once as have a database connection of their own. */
export async function crowd<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const one = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: connectionsMax }, one));
  return results;
}

const actor = 'test';
const definition = {
  context: '/c',
  upstream: { main: { url: 'https://u.example.com' } },
  operations: [{ request: { method: 'GET', path: '/' } }],
};

export async function openOffice(): Promise<Office> {
  const database = openDatabase({ url: await createDatabase(), connectionsMax, onError: () => undefined });
  const organizationId = await seedOrganization(database);
  const wakes: string[] = [];
  const settled: Settled[] = [];
  const announceSettled = (more: readonly Settled[]) => void settled.push(...more);
  const options = { database, logger: createLogger('test', 'silent'), wakeRelay: (id: string) => void wakes.push(id) };
  const deployments = createDeployments(options);
  const applyAck = createAckApplication({ ...options, announceSettled });

  const office: Office = {
    database,
    organizationId,
    deployments,
    applyAck,
    wakes,
    settled,
    announceSettled,
    async gateway(of = organizationId) {
      const { gatewayId } = await seedGateway(database, of);
      return { id: gatewayId, handle: `gateway-${gatewayId}` };
    },
    async artifact() {
      const id = newId();
      const reference = { organizationId, kind: 'RestApi' as Kind, handle: `artifact-${id}` };
      await database.query(sql`
        INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
        VALUES (${id}, ${organizationId}, ${reference.kind}, ${reference.handle}, ${id}, 'v1.0', ${JSON.stringify(definition)}, ${actor})`);
      return { ...reference, id };
    },
    async deploy(artifact, gateway) {
      const request = { name: 'deployment', base: 'current', gatewayHandles: [gateway.handle], metadata: {} };
      const [made] = await deployments.deploy(artifact, request, actor);
      return made?.deploymentId as string;
    },
    undeploy: (artifact, gateway, deploymentId) => deployments.undeploy(artifact, deploymentId, gateway.handle, actor),
    async verdict(artifact, gateway, wrong = {}) {
      const decided = await office.place(artifact, gateway);
      const event = (await office.events()).find(({ id }) => id === decided.correlation_id);
      const ack = {
        deploymentId: event?.frame.payload.deploymentId ?? '',
        artifactId: artifact.id,
        action: decided.desired_state === 'DEPLOYED' ? 'deploy' : 'undeploy',
        status: 'success',
        performedAt: decided.performed_at.toISOString(),
        ...wrong,
      } as const;
      return { gatewayId: gateway.id, organizationId, ack };
    },
    ack: async (artifact, gateway, wrong) => applyAck(await office.verdict(artifact, gateway, wrong)),
    async place(artifact, gateway) {
      const [row] = await database.query<Place>(sql`
        SELECT * FROM artifact_gateways WHERE artifact_id = ${artifact.id} AND gateway_id = ${gateway.id}`);
      if (!row) throw new Error('The artifact never was on that gateway.');
      return row;
    },
    async events() {
      const rows = await database.query<Omit<LoggedEvent, 'frame'> & { frame: string }>(sql`
        SELECT * FROM events WHERE organization_id = ${organizationId} ORDER BY revision`);
      return rows.map((row) => ({ ...row, frame: JSON.parse(row.frame) }));
    },
    close: () => database.close(),
  };
  return office;
}
