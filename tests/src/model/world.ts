import { kindTraits, subjects } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { UnexpectedStatus, yamlInZip } from '@gatecast/gateway-client';
import { createLogger } from '@gatecast/service-kit';
import type { Deployments } from '../../../services/api-service/dist/deployments/deployments.js';
import { trimEventLog } from '../../../services/api-service/dist/event-log/trim.js';
import { createApp } from '../../../services/artifacts-service/dist/app.js';
import { ownMetrics } from '../artifacts-service/own-metrics.js';
import { SimulatedBroker } from './broker.js';
import type { ModelArtifact, ModelDatabase } from './database.js';
import { type ModelGateway, newGateway, runGateway, type Surroundings } from './gateway.js';
import { type EdgeLimits, type ModelEdge, startApiService, startArtifactsService, startEdge } from './services.js';
import { type FaultKind, outside, SimulatedProcess, Simulation } from './simulation.js';

export const serviceNames = ['api-1', 'api-2', 'artifacts', 'edge-1', 'edge-2'] as const;
export const gatewayNames = ['gateway-1', 'gateway-2'] as const;
export const processNames = [...serviceNames, ...gatewayNames] as const;
export type ProcessName = (typeof processNames)[number];
export type ApiName = 'api-1' | 'api-2';

/** What a person, the weather or bad luck does. */
export type Deed =
  | {
      readonly do: 'deploy' | 'undeploy' | 'restore' | 'remove';
      readonly artifact: number;
      readonly gateway: number;
      readonly at: ApiName;
    }
  | { readonly do: 'delete'; readonly artifact: number; readonly at: ApiName }
  | { readonly do: 'fault'; readonly process: ProcessName; readonly kind: FaultKind; readonly after: number }
  | { readonly do: 'pause'; readonly process: ProcessName; readonly ms: number }
  | { readonly do: 'slow'; readonly process: (typeof serviceNames)[number]; readonly way: 'in' | 'out'; readonly ms: number }
  | {
      readonly do: 'disconnect';
      readonly process: (typeof serviceNames)[number];
      readonly ms: number;
      readonly isForgotten: boolean;
    }
  | { readonly do: 'swallow'; readonly process: (typeof serviceNames)[number]; readonly count: number }
  | { readonly do: 'cut'; readonly gateway: number; readonly isUnnoticed: boolean }
  | { readonly do: 'broker'; readonly wiped: boolean }
  | { readonly do: 'expire'; readonly count: number }
  | { readonly do: 'trim' }
  | { readonly do: 'wait'; readonly ms: number };

export interface Command {
  readonly deed: Deed;
  /** How much of what is then on its way arrives before the next deed; undefined: all. */
  readonly flow: number | undefined;
}

/** A row of the event log, remembered beyond its trim. */
export interface KnownEvent {
  readonly id: string;
  readonly revision: number;
  readonly gatewayId: string | null;
  readonly artifactId: string;
  readonly type: string;
}

/** A cursor as an edge reported it, and what was true at that moment. */
export interface CursorReported {
  readonly gatewayId: string;
  readonly confirmed: number;
  /** How many events the gateway had handled. */
  readonly handled: number;
  /** Events whose ack this edge had read from the gateway, on the connection that handled them last, and that was not stored yet. */
  readonly acksNotStored: readonly string[];
  /** What a resync had issued again by then. */
  readonly resyncedThrough: number;
}

const restartMs = 1_000;
/** Then the relay is active, the feeds are warm and the gateways connected. */
const warmUpMs = 1_100;
const actor = 'model';
const silent = createLogger('model', 'silent');

interface Host {
  process: SimulatedProcess;
  start(): void;
}

/** The content route of artifacts-service, over which gateways fetch: its own app, made once. */
export interface ContentRoute {
  get(path: string, token: string): Promise<{ status: number; body: Buffer }>;
  close(): Promise<void>;
}

export async function openContentRoute(database: ModelDatabase): Promise<ContentRoute> {
  const app = await createApp(silent, { query: database.query, ping: async () => undefined }, undefined, ownMetrics());
  await app.ready();
  return {
    async get(path, token) {
      const { statusCode, rawPayload } = await app.inject({
        method: 'GET',
        url: `/api/internal/v1${path}`,
        headers: { 'api-key': token, accept: 'application/zip' },
      });
      return { status: statusCode, body: rawPayload };
    },
    close: () => app.close(),
  };
}

/** Everything of Gatecast around one database, on a simulated broker, with simulated gateways. */
export class World {
  readonly simulation: Simulation;
  readonly broker: SimulatedBroker;
  readonly gateways: ModelGateway[];
  readonly events = new Map<string, KnownEvent>();
  readonly reports: CursorReported[] = [];
  readonly #database: ModelDatabase;
  readonly #content: ContentRoute;
  readonly #hosts = new Map<ProcessName, Host>();
  readonly #edges = new Map<SimulatedProcess, ModelEdge>();
  readonly #deployments = new Map<ApiName, Deployments>();
  readonly #artifacts: ModelArtifact[] = [];
  readonly #acksStored = new Set<string>();
  readonly #resyncedThrough = new Map<string, number>();
  #dials = 0;

  private constructor(database: ModelDatabase, content: ContentRoute, order: number, limits: EdgeLimits) {
    this.simulation = new Simulation(order);
    this.broker = new SimulatedBroker(this.simulation);
    this.broker.onMessage = (subject, data, from) => this.#watch(subject, data, from);
    this.#database = database;
    this.#content = content;
    database.onStatement = ({ text, values }) => {
      if (text.includes('INSERT INTO gateway_cursors AS cursor')) this.#resyncedThrough.set(String(values[0]), Number(values[1]));
    };
    const service = (name: (typeof serviceNames)[number], start: (parts: Parameters<typeof startApiService>[0]) => void) =>
      this.#host(name, (process) => start({ process, broker: this.broker, database: database.of(process) }));
    service('api-1', (parts) => this.#deployments.set('api-1', startApiService(parts).deployments));
    service('api-2', (parts) => this.#deployments.set('api-2', startApiService(parts).deployments));
    service('artifacts', startArtifactsService);
    for (const name of ['edge-1', 'edge-2'] as const) {
      service(name, (parts) => this.#edges.set(parts.process, startEdge(parts, limits)));
    }
    const surroundings: Surroundings = {
      simulation: this.simulation,
      dial: (...dial) => this.#dial(...dial),
      fetchContent: (gateway, kind, id) => this.#fetchContent(gateway, `/${kindTraits(kind).contentPath}/${id}`),
    };
    this.gateways = database.gateways.map((identity, index) => {
      const name = gatewayNames[index] as ProcessName;
      const gateway = newGateway(identity, surroundings, name);
      const host: Host = {
        process: gateway.process,
        start: () => {
          gateway.process = new SimulatedProcess(this.simulation, name);
          host.process = gateway.process;
          this.#restartAfterDeath(host);
          runGateway(gateway, surroundings);
        },
      };
      this.#hosts.set(name, host);
      this.#restartAfterDeath(host);
      return gateway;
    });
  }

  static async begin(
    database: ModelDatabase,
    content: ContentRoute,
    options: { readonly order: number; readonly artifacts: number; readonly limits: EdgeLimits },
  ): Promise<World> {
    const world = new World(database, content, options.order, options.limits);
    await database.begin(world.simulation);
    for (let count = 0; count < options.artifacts; count += 1) world.#artifacts.push(await database.addArtifact());
    await world.simulation.pass(warmUpMs);
    return world;
  }

  async obey({ deed, flow }: Command): Promise<void> {
    this.simulation.log(`— ${JSON.stringify(deed)}`);
    await this.#do(deed);
    if (flow === undefined) await this.simulation.pass(10);
    else await this.simulation.flow(flow);
  }

  /** Ends every fault, and lets time pass until `whatIsOpen` returns nothing, or for minutes. */
  async heal(whatIsOpen: () => Promise<readonly string[]>): Promise<void> {
    this.simulation.log('— healed');
    for (const { process } of this.#hosts.values()) {
      process.disarm();
      process.resume();
    }
    for (const link of this.broker.links) {
      link.swallow(0);
      link.regain();
    }
    for (const channel of this.simulation.channels) channel.open();
    let open: readonly string[] = ['everything'];
    for (let passedMs = 0; passedMs < 300_000 && open.length > 0; ) {
      const ms = passedMs < 10_000 ? 1_000 : 10_000;
      await this.simulation.pass(ms);
      passedMs += ms;
      open = await whatIsOpen();
    }
  }

  /** Ends every process, so that nothing of this world runs on into the next. */
  end(): void {
    this.simulation.end();
  }

  /** Learns what is in the event log, before it is trimmed. */
  async readEventLog(): Promise<void> {
    const rows = await this.#database.query<KnownEvent>(sql`
      SELECT id, revision, gateway_id AS "gatewayId", entity_id AS "artifactId", type FROM events`);
    for (const row of rows) this.events.set(row.id, row);
  }

  async #do(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'deploy':
      case 'undeploy':
      case 'restore':
      case 'remove':
      case 'delete':
        return this.#decide(deed);
      case 'fault':
        return this.#process(deed.process).arm(deed.kind, deed.after);
      case 'pause':
        return this.#process(deed.process).pause(deed.ms);
      case 'slow': {
        const link = this.#link(deed.process);
        return (deed.way === 'in' ? link?.inbound : link?.outbound)?.hold(deed.ms);
      }
      case 'disconnect':
        return this.broker.disconnect(this.#process(deed.process), deed.ms, deed.isForgotten);
      case 'swallow':
        return this.#link(deed.process)?.swallow(deed.count);
      case 'cut':
        return this.gateways[deed.gateway]?.connection?.cut(deed.isUnnoticed);
      case 'broker':
        return this.broker.restart({ wiped: deed.wiped });
      case 'expire':
        return this.broker.expire(deed.count);
      case 'trim':
        await this.readEventLog();
        return trimEventLog({
          database: { query: this.#database.query } as never,
          logger: silent,
          eventsMs: 0,
          tombstonesMs: 1e12,
        });
      case 'wait':
        return this.simulation.pass(deed.ms);
    }
  }

  async #decide(deed: Extract<Deed, { at: ApiName }>): Promise<void> {
    const { process } = this.#hosts.get(deed.at) as Host;
    const deployments = this.#deployments.get(deed.at);
    const artifact = this.#artifacts[deed.artifact % this.#artifacts.length];
    if (!artifact || !deployments || !process.isRunning) return;
    const { organizationId } = this.#database;
    const reference = { organizationId, kind: artifact.kind, handle: artifact.handle };
    // What it is about is looked up before, as a person would have it on the screen; a refusal is an answer.
    const decide = (work: () => Promise<unknown>) => {
      void process.run(() => work().catch(() => undefined));
    };
    if (deed.do === 'delete') {
      this.#artifacts[deed.artifact % this.#artifacts.length] = await this.#database.addArtifact();
      return decide(() => deployments.deleteArtifact({ ...artifact, organizationId }, actor));
    }
    const { gatewayId } = (this.gateways[deed.gateway] as ModelGateway).identity;
    const handle = `gateway-${gatewayId}`;
    if (deed.do === 'deploy') {
      const request = { name: 'deployment', base: 'current', gatewayHandles: [handle], metadata: {} };
      return decide(() => deployments.deploy(reference, request, actor));
    }
    const [place] = await this.#database.query<{ current: string | null; oldest: string | null }>(sql`
      SELECT deployment_id AS current,
             (SELECT id FROM deployments WHERE artifact_id = place.artifact_id AND gateway_id = place.gateway_id ORDER BY created_at, id LIMIT 1) AS oldest
      FROM artifact_gateways AS place WHERE artifact_id = ${artifact.id} AND gateway_id = ${gatewayId}`);
    if (deed.do === 'undeploy') {
      const current = place?.current;
      if (current) decide(() => deployments.undeploy(reference, current, handle, actor));
    } else if (deed.do === 'restore') {
      const oldest = place?.oldest;
      if (oldest) decide(() => deployments.restore(reference, oldest, handle, actor));
    } else {
      const current = place?.current;
      if (current) decide(() => deployments.remove(reference, current, actor));
    }
  }

  #process(name: ProcessName): SimulatedProcess {
    return (this.#hosts.get(name) as Host).process;
  }

  #link(name: ProcessName) {
    return [...this.broker.links].find(({ process }) => process === this.#process(name));
  }

  #host(name: ProcessName, start: (process: SimulatedProcess) => void): void {
    const host: Host = {
      process: undefined as never,
      start: () => {
        host.process = new SimulatedProcess(this.simulation, name);
        this.#restartAfterDeath(host);
        host.process.run(() => start(host.process));
      },
    };
    this.#hosts.set(name, host);
    host.start();
  }

  #restartAfterDeath(host: Host): void {
    host.process.onDeath(() => this.simulation.after(restartMs, () => host.start()));
  }

  #dial(...[gateway, socketTo, onAnswer]: Parameters<Surroundings['dial']>): void {
    const { process, identity } = gateway;
    this.#dials += 1;
    const { process: edgeProcess } = this.#hosts.get(`edge-${(this.#dials % 2) + 1}` as ProcessName) as Host;
    const edge = this.#edges.get(edgeProcess);
    const answers = process.inbound('dial');
    let isAnswered = false;
    const answer = (isIn: boolean) => {
      if (isAnswered) return;
      isAnswered = true;
      answers.send(isIn ? 'connected' : 'refused', () => {
        answers.end();
        process.run(() => onAnswer(isIn));
      });
    };
    if (!edge || !edgeProcess.isAlive) return answer(false);
    edgeProcess.onDeath(() => answer(false));
    const dials = edgeProcess.inbound(`${process.name} dials`);
    dials.send('dial', () => {
      dials.end();
      void edgeProcess.run(() => edge.admit(identity.tokenHash, () => socketTo(edgeProcess))).then(answer);
    });
  }

  #fetchContent({ process, identity }: ModelGateway, path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const fault = process.strike('fetch');
      if (fault === 'crash before') return;
      const requests = process.outbound('content');
      const answers = process.inbound('content');
      requests.send(`GET ${path}`, async () => {
        requests.end();
        const service = this.#process('artifacts');
        const broken = fault === 'lost' || fault === 'unanswered' || !service.isRunning || service.strike('content');
        if (broken === 'crash after') service.crash();
        const { status, body } = broken
          ? { status: 503, body: undefined }
          : await outside(() => this.#content.get(path, identity.token));
        if (fault === 'crash after') return process.crash();
        answers.send(String(status), () => {
          answers.end();
          process.run(() => {
            if (status === 200 && body) resolve(yamlInZip(body));
            else reject(new UnexpectedStatus(`GET ${path}`, status));
          });
        });
      });
    });
  }

  #watch(subject: string, data: Uint8Array, from: SimulatedProcess): void {
    if (subject.endsWith('.ack')) {
      this.#acksStored.add(ackKey((JSON.parse(Buffer.from(data).toString()) as { ack: never }).ack));
    } else if (subject === subjects.cursors) {
      const { cursors } = JSON.parse(Buffer.from(data).toString()) as { cursors: { gatewayId: string; confirmed: number }[] };
      for (const { gatewayId, confirmed } of cursors) {
        const gateway = this.gateways.find(({ identity }) => identity.gatewayId === gatewayId) as ModelGateway;
        const lastHandled = new Map(gateway.handled.map((handled) => [handled.correlationId, handled]));
        const acksNotStored = [...lastHandled.values()].flatMap(({ correlationId, ack, socket }) => {
          const isRead = ack !== undefined && socket.edge === from && socket.acksRead.includes(ack);
          return isRead && !this.#acksStored.has(ackKey(JSON.parse(ack).payload)) ? [correlationId] : [];
        });
        this.reports.push({
          gatewayId,
          confirmed,
          handled: gateway.handled.length,
          acksNotStored,
          resyncedThrough: this.#resyncedThrough.get(gatewayId) ?? 0,
        });
      }
    }
  }
}

function ackKey({ artifactId, performedAt }: { artifactId: string; performedAt: string }): string {
  return `${artifactId} ${Date.parse(performedAt)}`;
}
