import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { migrate } from '@gatecast/database';
import { openCredentials } from './credentials.js';
import { openDataFolder } from './data-folder.js';
import { makeNatsServer } from './nats-server.js';
import { findNatsServer, toolsFolder } from './nats-server-program.js';
import { openPorts, requireFree } from './ports.js';
import { makePostgres } from './postgres.js';
import { projectFolder } from './project-folder.js';
import { openSecureClient, type SecureClient } from './secure-client.js';
import { StackError } from './stack-error.js';
import { planOf, type ServiceName, type StackOptions, type StackPlan } from './stack-options.js';
import { type SupervisedProcess, supervise } from './supervised-process.js';

/** Everything of Gatecast, running. */
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
  /** The stack's own broker and database; undefined when they are somebody else's. */
  readonly natsServer: SupervisedProcess | undefined;
  readonly postgres: SupervisedProcess | undefined;
  /** Returns the service of that name. @throws Error when there is none. */
  service(name: string): SupervisedProcess;
  /** Starts a gateway agent and resolves when it is ready. Its store outlives it, by name. */
  startGateway(gateway: GatewayOptions): Promise<SupervisedProcess>;
  /** Stops everything in its order. Joins a stop that is under way. */
  stop(): Promise<void>;
}

export interface GatewayOptions {
  readonly name: string;
  readonly token: string;
  /** Further settings (environment variables). */
  readonly settings?: Readonly<Record<string, string>>;
}

const username = 'admin';
/** A service has this long for its teardown; a little later it is killed. */
const graceMs = 8_000;

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
  const natsServer =
    program &&
    makeNatsServer({
      program,
      folder: dataFolder,
      port: await ports.choose('nats-server'),
      logFile: path.join(logs, 'nats-server.log'),
      progress,
    });
  if (natsServer) await start(...stages.add(natsServer));

  const databaseUrl = (await postgres?.database('gatecast')) ?? plan.databaseUrl;
  const natsUrl = natsServer?.url ?? plan.natsUrl;
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
    natsServer,
    postgres,
    service(name) {
      const service = services.find((one) => one.name === name);
      if (!service) throw new Error(`The stack has no ${name}; it has ${services.map((one) => one.name).join(', ')}.`);
      return service;
    },
    async startGateway({ name, token, settings = {} }) {
      const store = path.join(dataFolder, 'gateways', name);
      mkdirSync(store, { recursive: true });
      const gateway = make('gateway-agent', `gateway-${name}`, await ports.choose(`gateway-${name}`), {
        CONTROL_PLANE_URL: frontDoor.url,
        CONTROL_PLANE_CA_FILE: credentials.caFile,
        GATEWAY_TOKEN: token,
        DATA_DIR: store,
        ...settings,
      });
      gateways.push(gateway);
      await gateway.start();
      return gateway;
    },
    async stop() {
      await stages.stop();
      client.close();
    },
  };
}

/** Returns a function that makes the handle of one process of a service. */
function serviceMaker(plan: StackPlan, logs: string, client: SecureClient) {
  return (service: ServiceName, name: string, port: number, settings: Readonly<Record<string, string>>): SupervisedProcess => {
    const url = service === 'front-door' ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
    return supervise(
      {
        name,
        url,
        command: {
          program: process.execPath,
          args: [path.join(projectFolder, 'services', service, 'dist/index.js')],
          runAs: undefined,
        },
        environment: {
          ...process.env,
          LOG_LEVEL: plan.logLevel,
          SHUTDOWN_GRACE_MS: String(graceMs),
          ...settings,
          ...plan.settings[service],
          ...plan.settings[name],
          PORT: String(port),
          EXIT_WITH_PARENT: 'true',
        },
        logFile: path.join(logs, `${name}.log`),
        stopSignal: 'SIGTERM',
        stopTimeoutMs: graceMs + 2_000,
        // One that ends says so at once; one that starts with many others on a busy machine takes its time.
        startTimeoutMs: 120_000,
        async ready() {
          const { status, text } = await client.ask(`${url}/readyz`);
          if (status !== 200) throw new Error(`/readyz answers ${status} ${text}`);
        },
      },
      plan.progress,
    );
  };
}

/** Settings that are comma-separated lists of URLs. */
function urls(lists: Readonly<Record<string, readonly SupervisedProcess[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, services]) => [name, services.map(({ url }) => url).join(',')]));
}
