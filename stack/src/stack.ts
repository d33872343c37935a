import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '@gatecast/database';
import { openCredentials } from './credentials.js';
import { openDataFolder } from './data-folder.js';
import { makeNatsServers } from './nats-cluster.js';
import { findNatsServer, toolsFolder } from './nats-server-program.js';
import { openPorts, requireFree } from './ports.js';
import { makePostgres } from './postgres.js';
import { projectFolder } from './project-folder.js';
import { openSecureClient } from './secure-client.js';
import { type GatewayOptions, gatewayStarter, serviceMaker } from './service-processes.js';
import { StackError } from './stack-error.js';
import { planOf, type ServiceName, type StackOptions, type StackPlan } from './stack-options.js';
import type { SupervisedProcess } from './supervised-process.js';

/** Everything of Gatecast, running, as far as it does not matter how. */
export type AnyStack = Omit<Stack, 'endpoints' | 'service'> & {
  readonly endpoints: Pick<Stack['endpoints'], 'frontDoor' | 'natsUrl' | 'databaseUrl' | 'caFile'>;
};

/** Everything of Gatecast, running in processes of ours. */
export interface Stack {
  readonly endpoints: {
    readonly frontDoor: string;
    /** The front door's metrics; those of the other services are at theirs. */
    readonly frontDoorMetrics: string;
    readonly apiServices: readonly string[];
    readonly wsEdges: readonly string[];
    readonly artifactsServices: readonly string[];
    readonly natsUrl: string;
    readonly databaseUrl: string;
    /** What clients of the front door trust. */
    readonly caFile: string;
  };
  readonly credentials: { readonly username: string; readonly password: string; readonly organization: string };
  readonly dataFolder: string;
  /** The services in the order of their start: api-service-1, artifacts-service-1, ws-edge-1, …, front-door. */
  readonly services: readonly SupervisedProcess[];
  /** The stack's own broker and database; undefined when they are somebody else's. Of several brokers the first. */
  readonly natsServer: SupervisedProcess | undefined;
  /** All of its own brokers. */
  readonly natsServers: readonly SupervisedProcess[];
  readonly postgres: SupervisedProcess | undefined;
  /** Returns the service of that name. @throws Error when there is none. */
  service(name: string): SupervisedProcess;
  /** Starts a gateway agent and resolves when it is ready. Its store outlives it, by name. */
  startGateway(gateway: GatewayOptions): Promise<SupervisedProcess>;
  /** Stops everything in its order. Joins a stop that is under way. */
  stop(): Promise<void>;
}

const username = 'admin';

/**
 * Starts a stack and resolves when all of it is ready.
 * @throws StackError in one sentence for the person at the terminal; nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const plan = planOf(options);
  const folder = openDataFolder(plan.dataFolder);
  const stages = openStages(() => folder.release());
  const stop = () => void stages.stop();
  plan.signal.addEventListener('abort', stop);
  try {
    return await startAll(plan, stages);
  } catch (error) {
    await stages.stop();
    throw error;
  } finally {
    plan.signal.removeEventListener('abort', stop);
  }
}

/** What has been started, in groups that stop together. */
interface Stages {
  /** Adds a group; what is started belongs to one before it starts. @throws Error when all is being stopped already. */
  add(...group: SupervisedProcess[]): SupervisedProcess[];
  stop(): Promise<void>;
}

function openStages(stopped: () => void): Stages {
  const groups: SupervisedProcess[][] = [];
  let stopping: Promise<void> | undefined;
  return {
    add(...group) {
      if (stopping) throw new StackError('The stack is being stopped.');
      groups.push(group);
      return group;
    },
    stop: () =>
      (stopping ??= (async () => {
        // Later ones use earlier ones, so they go first.
        for (const group of groups.toReversed()) await Promise.all(group.map((one) => one.stop()));
        stopped();
      })()),
  };
}

async function startAll(plan: StackPlan, stages: Stages): Promise<Stack> {
  const { dataFolder, progress } = plan;
  if (plan.port !== 0) await requireFree('127.0.0.1', plan.port, '--port');
  const ports = openPorts(dataFolder);
  const credentials = await openCredentials(path.join(dataFolder, 'credentials'));
  const logs = path.join(dataFolder, 'logs');
  mkdirSync(logs, { recursive: true });

  const start = async (...group: SupervisedProcess[]) => {
    await Promise.all(group.map((one) => one.start()));
    progress(`${group.map(({ name }) => name).join(', ')}: ready`);
  };

  const program = plan.natsUrl ? undefined : await findNatsServer(toolsFolder, progress);
  const postgres = plan.databaseUrl
    ? undefined
    : makePostgres({
        folder: dataFolder,
        port: await ports.choose('postgres'),
        password: credentials.databasePassword,
        logFile: path.join(logs, 'postgres.log'),
        unsafe: plan.unsafeDatabase,
        progress,
      });
  if (postgres) await start(...stages.add(postgres));
  const natsServers = program
    ? await makeNatsServers({ count: plan.brokers, program, folder: dataFolder, ports, logs, progress })
    : [];
  if (natsServers.length > 0) await start(...stages.add(...natsServers));

  const databaseUrl = (await postgres?.database('gatecast')) ?? plan.databaseUrl;
  const natsUrl = natsServers.map(({ url }) => url).join(',') || plan.natsUrl;
  const applied = await migrate(databaseUrl, path.join(projectFolder, 'prisma/migrations'));
  if (applied.length > 0) progress(`Migrated the database: ${applied.join(', ')}`);

  const client = openSecureClient(credentials.caFile, 5_000);
  const make = serviceMaker(plan, logs, client);
  const several = async (service: ServiceName, count: number, settings: Readonly<Record<string, string>>) => {
    const made: SupervisedProcess[] = [];
    for (let n = 1; n <= count; n += 1)
      made.push(make(service, `${service}-${n}`, await ports.choose(`${service}-${n}`), settings));
    return made;
  };

  const apiServices = await several('api-service', plan.apiServices, {
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    JWT_KEY_FILE: credentials.jwtKeyFile,
    SECRETS_KEY_FILE: credentials.secretsKeyFile,
    ADMIN_USERNAME: username,
    ADMIN_PASSWORD: credentials.adminPassword,
    ORGANIZATION: plan.organization,
    ...(natsServers.length > 1 && { STREAM_REPLICAS: String(natsServers.length) }),
  });
  const artifactsServices = await several('artifacts-service', plan.artifactsServices, {
    DATABASE_URL: databaseUrl,
    NATS_URL: natsUrl,
    SECRETS_KEY_FILE: credentials.secretsKeyFile,
  });
  const wsEdges = await several('ws-edge', plan.wsEdges, { NATS_URL: natsUrl });
  const metricsPort = await ports.choose('front-door-metrics');
  const frontDoor = make('front-door', 'front-door', plan.port || (await ports.choose('front-door')), {
    TLS_KEY_FILE: credentials.tlsKeyFile,
    TLS_CERT_FILE: credentials.tlsCertFile,
    METRICS_PORT: String(metricsPort),
    ...urls({ API_SERVICE_URLS: apiServices, WS_EDGE_URLS: wsEdges, ARTIFACTS_SERVICE_URLS: artifactsServices }),
  });
  stages.add(...apiServices, ...artifactsServices);
  // One group: an edge closes its gateways' sockets when it stops, and the front door is done when they are closed.
  stages.add(...wsEdges, frontDoor);
  await start(...apiServices, ...artifactsServices, ...wsEdges);
  // The last: it knows all that are ready when it starts.
  await start(frontDoor);

  const gateways = stages.add();
  const services = [...apiServices, ...artifactsServices, ...wsEdges, frontDoor];
  return {
    endpoints: {
      frontDoor: frontDoor.url,
      frontDoorMetrics: `http://127.0.0.1:${metricsPort}`,
      apiServices: apiServices.map(({ url }) => url),
      wsEdges: wsEdges.map(({ url }) => url),
      artifactsServices: artifactsServices.map(({ url }) => url),
      natsUrl,
      databaseUrl,
      caFile: credentials.caFile,
    },
    credentials: { username, password: credentials.adminPassword, organization: plan.organization },
    dataFolder,
    services,
    natsServer: natsServers[0],
    natsServers,
    postgres,
    service(name) {
      const service = services.find((one) => one.name === name);
      if (!service) throw new Error(`The stack has no ${name}; it has ${services.map((one) => one.name).join(', ')}.`);
      return service;
    },
    startGateway: gatewayStarter({
      make,
      ports,
      dataFolder,
      controlPlaneUrl: frontDoor.url,
      caFile: credentials.caFile,
      started: gateways,
    }),
    async stop() {
      await stages.stop();
      client.close();
    },
  };
}

/** Settings that are comma-separated lists of URLs. */
function urls(lists: Readonly<Record<string, readonly SupervisedProcess[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, services]) => [name, services.map(({ url }) => url).join(',')]));
}
