import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addressOf, type Container, containerProcess, docker, inspect, settingOf } from './containers.js';
import { openPorts } from './ports.js';
import { openSecureClient } from './secure-client.js';
import { gatewayStarter, serviceMaker } from './service-processes.js';
import type { AnyStack } from './stack.js';
import { StackError } from './stack-error.js';
import type { SupervisedProcess } from './supervised-process.js';

export interface ComposeStackOptions {
  /** Name of a compose project of docker-compose.yml that is up. */
  readonly project: string;
  /** How many edges shall be there; the others are stopped until `stop`. */
  readonly wsEdges: number;
  /** For what the gateways keep, and logs. */
  readonly dataFolder: string;
  readonly progress: (line: string) => unknown;
}

const ours = ['api-service', 'artifacts-service', 'ws-edge'] as const;

/**
 * Opens a compose project as a stack: its services are containers, its gateways processes of ours. Broker and database can be asked, and are
 * not ours to break. `stop` leaves the project as it was.
 * @throws StackError when the project is not up, or can't be looked into from here.
 */
export async function openComposeStack({ project, wsEdges, dataFolder, progress }: ComposeStackOptions): Promise<AnyStack> {
  const containers = await containersOf(project);
  const the = (service: string): Container => {
    const [first] = containers.get(service) ?? [];
    if (!first)
      throw new StackError(`The compose project ${project} has no ${service} that runs: docker compose -p ${project} up -d`);
    return first;
  };
  const read = async (service: string, file: string) =>
    (await docker('exec', the(service).Id, 'cat', `/credentials/${file}`)).trim();
  const withAddresses = (url: string, services: readonly string[]) =>
    services.reduce((text, service) => text.replace(`@${service}:`, `@${addressOf(the(service))}:`), url);

  const logs = path.join(dataFolder, 'logs');
  mkdirSync(logs, { recursive: true });
  const caFile = path.join(dataFolder, 'front-door.pem');
  writeFileSync(caFile, await read('front-door', 'ca.cert.pem'));
  const client = openSecureClient(caFile, 5_000);
  const port = the('front-door').NetworkSettings.Ports['9243/tcp']?.[0]?.HostPort;
  const frontDoor = `https://localhost:${port}`;

  const natsUrl = withAddresses(await read('api-service', 'nats.url'), ['nats-1', 'nats-2', 'nats-3']);
  const databaseUrl = withAddresses(await read('api-service', 'database.url'), ['postgres']);
  const credentials = {
    username: settingOf(the('api-service'), 'ADMIN_USERNAME') ?? '',
    password: await read('api-service', 'admin.password'),
    organization: settingOf(the('api-service'), 'ORGANIZATION') ?? '',
  };

  const services = ours.flatMap((service) =>
    [the(service), ...(containers.get(service) ?? []).slice(1)].map((container, n) =>
      containerProcess(`${service}-${n + 1}`, container),
    ),
  );
  await requireReachable(services);
  const surplus = services.filter(({ name }) => name.startsWith('ws-edge-') && Number(name.slice('ws-edge-'.length)) > wsEdges);
  if (!services.some(({ name }) => name === `ws-edge-${wsEdges}`))
    throw new StackError(`This takes ${wsEdges} edges: docker compose -p ${project} up -d --scale ws-edge=${wsEdges}`);
  await Promise.all(surplus.map((edge) => edge.stop()));

  const gateways: SupervisedProcess[] = [];
  const make = serviceMaker({ logLevel: 'info', settings: {}, progress }, logs, client);
  return {
    endpoints: { frontDoor, natsUrl, databaseUrl, caFile },
    credentials,
    dataFolder,
    services: services.filter((service) => !surplus.includes(service)),
    natsServer: undefined,
    natsServers: [],
    postgres: undefined,
    startGateway: gatewayStarter({
      make,
      ports: openPorts(dataFolder),
      dataFolder,
      controlPlaneUrl: frontDoor,
      caFile,
      started: gateways,
    }),
    async stop() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await Promise.all(surplus.map((edge) => edge.start()));
      client.close();
    },
  };
}

/** @throws StackError where containers' own addresses lead nowhere: Docker Desktop keeps them to itself. */
async function requireReachable([first]: readonly SupervisedProcess[]): Promise<void> {
  const url = `${first?.url}/readyz`;
  await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((error: Error) => {
    throw new StackError(`${url} does not answer (${error.message}): run this on the Linux machine on which the engine runs.`);
  });
}

/** Returns the running containers of a project by their service, in the order of their numbers. */
async function containersOf(project: string): Promise<Map<string, Container[]>> {
  const label = 'com.docker.compose';
  const ids = (await docker('ps', '--quiet', '--no-trunc', '--filter', `label=${label}.project=${project}`))
    .split('\n')
    .filter(Boolean);
  const numberOf = ({ Config: { Labels } }: Container) => Number(Labels[`${label}.container-number`]);
  const byService = new Map<string, Container[]>();
  for (const container of (await inspect(ids)).sort((a, b) => numberOf(a) - numberOf(b))) {
    const service = container.Config.Labels[`${label}.service`] ?? '';
    byService.set(service, [...(byService.get(service) ?? []), container]);
  }
  return byService;
}
