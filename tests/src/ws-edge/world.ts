import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { ackStream } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import {
  type Answer,
  type ManagementClient,
  openSecureClient,
  projectFolder,
  type SecureClient,
  type Stack,
  type StackOptions,
  signIn,
  startStack,
} from '@gatecast/stack';
import { until } from '../until.js';
import { connect, connectPath, type RawGateway } from './raw-gateway.js';

export interface TestGateway {
  /** In the management API. */
  readonly id: string;
  readonly tokenId: string;
  readonly token: string;
}

/** A deployment that was decided. */
export interface TestDeployment {
  readonly deploymentId: string;
  status(): Promise<string>;
}

/** A stack with its edges, and gateways of which the test plays both ends. */
export interface EdgeWorld {
  readonly stack: Stack;
  readonly client: SecureClient;
  readonly api: ManagementClient;
  readonly database: Database;
  readonly broker: BrokerConnection;
  /** URLs of the edges. */
  readonly edges: readonly [string, string];
  newGateway(): Promise<TestGateway>;
  /** Connects a gateway, which is acknowledged when this resolves. @throws Error when the dial is refused. */
  dial(edge: string, gateway: Pick<TestGateway, 'token'>, headers?: Readonly<Record<string, string>>): Promise<RawGateway>;
  /** Makes an artifact and decides its deploy to the gateway: one event. */
  deploy(gateway: Pick<TestGateway, 'id'>): Promise<TestDeployment>;
  /** The stored cursor of a gateway. */
  cursorOf(gateway: TestGateway): Promise<{ confirmed: number; written: number }>;
  confirmedBy(gateway: TestGateway): Promise<number>;
  /** How many acks are stored and not yet applied. What can't be applied would come back for ever. */
  acksQueued(): Promise<number>;
  /** Dials as a WebSocket client does, and returns the answer that refused it. */
  refusal(edge: string, headers: Readonly<Record<string, string>>, target?: string): Promise<Answer>;
  /** Cuts all connections that were dialled. */
  cutAll(): Promise<void>;
  close(): Promise<void>;
}

const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/rest-api.json'), 'utf8'));

/** Starts a stack of two edges with `settings` of their own. */
export async function openWorld(options: Pick<StackOptions, 'settings' | 'dataFolder'>): Promise<EdgeWorld> {
  const dataFolder = options.dataFolder ?? mkdtempSync(path.join(os.tmpdir(), 'gatecast-edges-'));
  const stack = await startStack({ port: 0, unsafeDatabase: true, ...options, dataFolder });
  const client = openSecureClient(stack.endpoints.caFile);
  const api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  await api.createProject('demo');
  const database = openDatabase({ url: stack.endpoints.databaseUrl, connectionsMax: 2, onError: () => undefined });
  const broker = openConnection({ url: stack.endpoints.natsUrl, name: 'test', onStatus: () => undefined });
  await broker.opened;
  let connections: RawGateway[] = [];
  let made = 0;

  const world: EdgeWorld = {
    stack,
    client,
    api,
    database,
    broker,
    edges: stack.endpoints.wsEdges as unknown as [string, string],
    async newGateway() {
      const id = `gateway-${++made}`;
      await api.createGateway(id);
      const { id: tokenId, token } = await api.createToken(id);
      return { id, tokenId, token };
    },
    async dial(edge, { token }, headers) {
      const connection = await connect(edge, token, headers);
      connections.push(connection);
      await until(() => connection.frames.length).toBeGreaterThan(0);
      return connection;
    },
    async deploy({ id: gatewayId }) {
      const id = `api-${++made}`;
      await api.createArtifact('RestApi', { ...example, id, displayName: id });
      const { deploymentId } = await api.deploy('RestApi', id, gatewayId);
      return { deploymentId, status: async () => (await api.deployment('RestApi', id, deploymentId)).status };
    },
    async cursorOf({ id }) {
      const [row] = await database.query<{ confirmed: number; written: number }>(sql`
        SELECT confirmed, written FROM gateway_cursors JOIN gateways ON gateways.id = gateway_id WHERE handle = ${id}`);
      if (!row) throw new Error(`${id} has no cursor.`);
      return row;
    },
    confirmedBy: async (gateway) => (await world.cursorOf(gateway)).confirmed,
    acksQueued: async () => (await (await broker.live().jetstreamManager()).streams.info(ackStream)).state.messages,
    refusal: (edge, headers, target = connectPath) =>
      client.ask(`${edge}${target}`, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
          ...headers,
        },
      }),
    async cutAll() {
      await Promise.all(connections.map((connection) => connection.cut()));
      connections = [];
    },
    async close() {
      client.close();
      await Promise.all([broker.close(), database.close()]);
      await stack.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
  return world;
}
