import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { eventStream, traceHeader } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import {
  type ManagementClient,
  openSecureClient,
  projectFolder,
  type SecureClient,
  type ServiceName,
  type Stack,
  signIn,
  startStack,
} from '@gatecast/stack';
import { expect, vi } from 'vitest';
import { until } from '../until.js';

const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/rest-api.json'), 'utf8'));
const services: readonly ServiceName[] = ['api-service', 'ws-edge', 'artifacts-service', 'gateway-agent'];

/** Who asks, as part of a trace of its own. */
export interface Caller {
  readonly traceId: string;
  readonly spanId: string;
}

/** Everything of Gatecast as real processes, with the same settings of traces, and one gateway agent, `agent`. */
export interface TracedStack {
  readonly stack: Stack;
  readonly client: SecureClient;
  readonly api: ManagementClient;
  readonly agentUrl: string;
  /** Makes a REST API, which is deployed nowhere. */
  restApi(id: string): Promise<void>;
  /** Makes a gateway. Returns its token. */
  gateway(id: string): Promise<string>;
  /** Deploys with a `traceparent` of the caller's. Returns who called. */
  deploy(restApi: string, gateway: string, options?: DeployOptions): Promise<Caller>;
  /** Resolves when the agent's ack of a REST API is applied. */
  deployed(restApi: string, gateway: string): Promise<void>;
  /** What the event log and the stream have of traces: of each event, in order of revisions. */
  traceparents(): Promise<{ readonly log: (string | null)[]; readonly stream: string[] }>;
  /** Whatever all services have logged with this message. */
  logged(message: string): { readonly service: string }[];
  stop(): Promise<void>;
}

export interface DeployOptions {
  /** False: the caller keeps nothing of its trace. */
  readonly isKept?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function startTracedStack(settings: Readonly<Record<string, string>>): Promise<TracedStack> {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-traces-'));
  const stack = await startStack({
    port: 0,
    unsafeDatabase: true,
    wsEdges: 1,
    dataFolder,
    settings: Object.fromEntries(services.map((service) => [service, settings])),
  });
  const client = openSecureClient(stack.endpoints.caFile);
  const api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  const database: Database = openDatabase({ url: stack.endpoints.databaseUrl, connectionsMax: 1, onError: () => undefined });
  const broker: BrokerConnection = openConnection({ url: stack.endpoints.natsUrl, name: 'test', onStatus: () => undefined });
  await api.createProject('demo');
  await api.createGateway('agent');
  const { token } = await api.createToken('agent');
  const agent = await stack.startGateway({ name: 'agent', token });
  // What is deployed during its first sync it may get from that, in place of the frame.
  const hasSynced = async () => JSON.parse((await client.ask(`${agent.url}/status`)).text).sync.last !== undefined;
  await vi.waitFor(async () => expect(await hasSynced()).toBe(true), { timeout: 60_000, interval: 50 });

  return {
    stack,
    client,
    api,
    agentUrl: agent.url,
    restApi: async (id) => void (await api.createArtifact('RestApi', { ...example, id, displayName: id, context: `/${id}` })),
    async gateway(id) {
      await api.createGateway(id);
      return (await api.createToken(id)).token;
    },
    async deploy(restApi, gatewayId, { isKept = true, headers = {} } = {}) {
      const caller = { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
      const { status, text } = await client.ask(`${stack.endpoints.frontDoor}/api/v0.9/rest-apis/${restApi}/deployments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${api.token}`,
          'content-type': 'application/json',
          traceparent: `00-${caller.traceId}-${caller.spanId}-0${Number(isKept)}`,
          ...headers,
        },
        body: JSON.stringify({ name: 'deployment', base: 'current', gatewayId }),
      });
      if (status !== 201) throw new Error(`${status} ${text}`);
      return caller;
    },
    deployed: (restApi, gateway) =>
      until(async () => {
        const [place] = await database.query<{ status: string }>(sql`
          SELECT place.status FROM artifact_gateways AS place
          JOIN artifacts ON artifacts.id = place.artifact_id JOIN gateways ON gateways.id = place.gateway_id
          WHERE artifacts.handle = ${restApi} AND gateways.handle = ${gateway}`);
        return place?.status;
      }).toBe('DEPLOYED'),
    async traceparents() {
      const log = await database.query<{ id: string; traceparent: string | null }>(
        sql`SELECT id, traceparent FROM events ORDER BY organization_id, revision`,
      );
      const { streams } = await (await broker.opened).jetstreamManager();
      const { state } = await streams.info(eventStream);
      const stream: string[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        stream.push((await streams.getMessage(eventStream, { seq })).header.get(traceHeader));
      }
      return { log: log.map(({ traceparent }) => traceparent), stream };
    },
    logged: (message) =>
      ['api-service-1', 'ws-edge-1', 'artifacts-service-1', 'gateway-agent']
        .flatMap((name) => readFileSync(path.join(dataFolder, 'logs', `${name}.log`), 'utf8').split('\n'))
        .filter((line) => line.includes(`"msg":"${message}"`))
        .map((line) => JSON.parse(line)),
    async stop() {
      await broker.close();
      await database.close();
      client.close();
      await stack.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
