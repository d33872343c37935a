import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Kind } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import { type ManagementClient, signIn } from '../management-client.js';
import { projectFolder } from '../project-folder.js';
import { openSecureClient } from '../secure-client.js';
import type { AnyStack } from '../stack.js';
import type { SupervisedProcess } from '../supervised-process.js';
import { type BrokerDisk, mountBrokerDisk } from './broker-disk.js';
import type { Link, Links } from './links.js';
import { openStackBehindLinks } from './stack-behind-links.js';
import type { WorldOptions } from './world-options.js';

/** A gateway of the fault suite: an agent in a process of its own, behind a link that can be broken. */
export interface ChaosGateway {
  /** UUID. */
  readonly gatewayId: string;
  /** In the management API; a twin has the same. */
  readonly handle: string;
  readonly name: string;
  readonly organization: Organization;
  readonly process: SupervisedProcess;
  /** One JSON line per handled frame. */
  readonly trailFile: string;
}

export interface Organization {
  /** UUID. */
  readonly organizationId: string;
  readonly handle: string;
  readonly api: ManagementClient;
}

/** A whole stack of real processes with gateways and organizations, made to be broken. */
export interface ChaosWorld {
  readonly stack: AnyStack;
  readonly organizations: readonly Organization[];
  readonly gateways: readonly ChaosGateway[];
  readonly links: Links;
  /** The recorder's own way to the database. */
  readonly database: Database;
  /** Undefined: it can't be had here, see `notToBeHad`. */
  readonly brokerDisk: BrokerDisk | undefined;
  /** What could not be had on this machine, a sentence each. */
  readonly notToBeHad: readonly string[];
  /** What processes said that ended although nobody ended them. */
  readonly unexpectedEnds: readonly string[];
  /** Starts a second agent with a gateway's token and a store of its own. */
  startTwin(gateway: ChaosGateway): Promise<ChaosGateway>;
  /** Stops everything; removes the data folder, but for the logs when `keepLogs`. */
  stop(keepLogs?: boolean): Promise<void>;
}

/** Returns every process of a world in the order in which they need each other. */
export function processesOf({ stack, gateways }: Pick<ChaosWorld, 'stack' | 'gateways'>): SupervisedProcess[] {
  const { natsServers, postgres, services } = stack;
  return [...(postgres ? [postgres] : []), ...natsServers, ...services, ...gateways.map((gateway) => gateway.process)];
}

/** Returns a process of a world by its name. @throws Error when there is none. */
export function processOf(world: Pick<ChaosWorld, 'stack' | 'gateways'>, name: string): SupervisedProcess {
  const process = processesOf(world).find((one) => one.name === name);
  if (!process) throw new Error(`There is no process ${name}.`);
  return process;
}

/** What the examples refer to; it stays as it is. */
const project = 'demo';
const provider = 'mistral-eu';

/** A write that takes longer counts as unknown. */
const answerTimeoutMs = 10_000;

/** Starts everything in a temporary folder, which goes when it is stopped. */
export async function startWorld(options: WorldOptions): Promise<ChaosWorld> {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-chaos-'));
  // PostgreSQL may run as another user, who must be able to enter.
  chmodSync(dataFolder, 0o711);
  const unexpectedEnds: string[] = [];
  const notToBeHad: string[] = [];
  const undo: (() => unknown)[] = [];
  const stop = async (keepLogs = false): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
    if (!keepLogs) return rmSync(dataFolder, { recursive: true, force: true });
    for (const entry of readdirSync(dataFolder))
      if (entry !== 'logs') rmSync(path.join(dataFolder, entry), { recursive: true, force: true });
  };
  try {
    const mounted = options.hasSmallBrokerDisk ? mountBrokerDisk(dataFolder) : undefined;
    if (typeof mounted === 'string') notToBeHad.push(mounted);
    const brokerDisk = typeof mounted === 'object' ? mounted : undefined;
    if (brokerDisk) undo.push(brokerDisk.unmount);

    const progress = (line: string) => {
      if (line.includes('ended by itself')) unexpectedEnds.push(line);
      options.progress(line);
    };
    const { stack, links } = await openStackBehindLinks({ ...options, dataFolder, brokerDisk, progress }, undo);
    if (options.project !== undefined) notToBeHad.push('whether a container ended by itself was not looked at');
    const database = openDatabase({ url: stack.endpoints.databaseUrl, connectionsMax: 2, onError: () => undefined });
    undo.push(() => database.close());
    const client = openSecureClient(stack.endpoints.caFile, answerTimeoutMs);
    undo.push(() => client.close());

    const organizations = await makeOrganizations(stack, client, database, organizationHandles(options));
    const gateways: ChaosGateway[] = [];
    for (const organization of organizations) {
      for (let n = 1; n <= options.gatewaysPerOrganization; n += 1) {
        gateways.push(
          await startGateway(
            stack,
            database,
            links['gateways to front-door'],
            organization,
            `${organization.handle}-gateway-${n}`,
          ),
        );
      }
    }
    options.progress(`${organizations.length} organizations, ${gateways.length} gateways: ready`);
    return {
      stack,
      organizations,
      gateways,
      links,
      database,
      brokerDisk,
      notToBeHad,
      unexpectedEnds,
      async startTwin({ organization, handle, gatewayId }) {
        const twin = await startAgent(stack, links['gateways to front-door'], organization, handle, `${handle}-twin`);
        return { ...twin, gatewayId };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In a project there may be those of another world already. */
function organizationHandles({ organizations, project }: WorldOptions): string[] {
  const suffix = project === undefined ? '' : `-${Date.now().toString(36)}`;
  return Array.from({ length: organizations }, (_, n) => `org-${n + 1}${suffix}`);
}

async function makeOrganizations(
  stack: AnyStack,
  client: ReturnType<typeof openSecureClient>,
  database: Database,
  handles: readonly string[],
): Promise<Organization[]> {
  const login = { url: stack.endpoints.frontDoor, ...stack.credentials };
  const administrator = await signIn(client, login);
  const organizations: Organization[] = [];
  for (const handle of handles) {
    await administrator.createOrganization(handle);
    const api = await signIn(client, { ...login, organization: handle });
    await api.createProject(project);
    await api.createArtifact('LlmProvider', exampleArtifact('LlmProvider', provider));
    const [row] = await database.query<{ id: string }>(sql`SELECT id FROM organizations WHERE handle = ${handle}`);
    if (!row) throw new Error(`The organization ${handle} was not made.`);
    organizations.push({ organizationId: row.id, handle, api });
  }
  return organizations;
}

async function startGateway(
  stack: AnyStack,
  database: Database,
  link: Link,
  organization: Organization,
  handle: string,
): Promise<ChaosGateway> {
  await organization.api.createGateway(handle);
  const [row] = await database.query<{ id: string }>(sql`
    SELECT id FROM gateways WHERE organization_id = ${organization.organizationId} AND handle = ${handle}`);
  if (!row) throw new Error(`The gateway ${handle} was not made.`);
  return { ...(await startAgent(stack, link, organization, handle, handle)), gatewayId: row.id };
}

/** Starts an agent, which then is among those that are stopped with the stack. */
async function startAgent(stack: AnyStack, link: Link, organization: Organization, handle: string, name: string) {
  const { token } = await organization.api.createToken(handle);
  const trailFile = path.join(stack.dataFolder, `${name}.trail`);
  const process = await stack.startGateway({
    name,
    token,
    settings: {
      CONTROL_PLANE_URL: `https://127.0.0.1:${link.ports[0]}`,
      EVENT_TRAIL_FILE: trailFile,
      RECONNECT_MAX_MS: '2000',
      SYNC_MODE: 'plain',
    },
  });
  return { name, handle, organization, process, trailFile };
}

const exampleFiles: Readonly<Record<Kind, string>> = {
  RestApi: 'rest-api.json',
  LlmProvider: 'llm-provider.json',
  LlmProxy: 'llm-proxy.json',
  Mcp: 'mcp-proxy.json',
};

/** Returns the repository's example of a kind under a handle and a name of its own. */
export function exampleArtifact(kind: Kind, handle: string): object {
  const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples', exampleFiles[kind]), 'utf8')) as object;
  return { ...example, id: handle, displayName: handle };
}
