import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kind } from '@gatecast/contracts';
import { type Database, openDatabase, sql } from '@gatecast/database';
import { openComposeStack } from '../compose-stack.js';
import { openCredentials } from '../credentials.js';
import { type ManagementClient, signIn } from '../management-client.js';
import { projectFolder } from '../project-folder.js';
import { openSecureClient } from '../secure-client.js';
import { type AnyStack, startStack } from '../stack.js';
import { FlowFailure } from './flow-failure.js';
import type { GatewayAdapter, GatewayUnderTest } from './gateway-under-test.js';
import { type Link, openLink } from './link.js';

/** A gateway of the flows, behind a link of its own. */
export interface ConformanceGateway extends GatewayUnderTest {
  /** Its id in the management API. */
  readonly id: string;
  readonly link: Link;
  /** Starts it, unless it runs, and waits until its sync has asked for everything: what is decided then comes by events alone. */
  start(): Promise<void>;
}

/** A whole stack of real processes, or of containers, and the gateways that the flows of A and B share. */
export interface ConformanceWorld {
  readonly api: ManagementClient;
  readonly database: Database;
  readonly gateways: readonly [ConformanceGateway, ConformanceGateway, ConformanceGateway];
  /** One that works as on premises; made at the first call. */
  onPremises(): Promise<ConformanceGateway>;
  /** Undoes what a flow may have left behind: all links whole, all gateways running. */
  mend(): Promise<void>;
  /** Stops everything; removes the data folder, but for the logs when `keepLogs`, and returns it then. */
  stop(keepLogs?: boolean): Promise<string | undefined>;
}

/** Returns what makes the gateways, some of which are processes of the stack. */
export type AdapterOf = (stack: AnyStack) => GatewayAdapter;

export interface WorldOptions {
  /** Which gateways. */
  readonly adapter: AdapterOf;
  /** A compose project that is up, in place of a stack of its own. */
  readonly project?: string | undefined;
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal | undefined;
}

/** What the LLM proxies of the flows refer to, on every gateway, since gateways may insist on it. */
const provider = 'mistral-eu';

/** What a sync asks last (gateway protocol 3.1), one after the other or all at once. */
const keyLists = ['apis', 'llm-providers', 'llm-proxies'].map((path) => `/api/internal/v1/${path}/api-keys`);
/** Longer than a sync of which every request runs into its time-out. */
const syncMsMax = 120_000;

/** Starts everything in a temporary folder. */
export async function startWorld({ adapter: adapterOf, project, progress, signal }: WorldOptions): Promise<ConformanceWorld> {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-conformance-'));
  const undo: (() => unknown)[] = [];
  const stop = async (keepLogs = false): Promise<string | undefined> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
    if (keepLogs) return path.join(dataFolder, 'logs');
    rmSync(dataFolder, { recursive: true, force: true });
    return undefined;
  };
  try {
    const stack =
      project === undefined
        ? await startStack({ dataFolder, port: 0, unsafeDatabase: true, progress, signal })
        : await openComposeStack({ project, wsEdges: 2, dataFolder, progress });
    undo.push(() => stack.stop());
    const client = openSecureClient(stack.endpoints.caFile);
    undo.push(() => client.close());
    const login = { url: stack.endpoints.frontDoor, ...stack.credentials };
    // Of its own: in a project there may be others already.
    const organization = `conformance-${Date.now().toString(36)}`;
    await (await signIn(client, login)).createOrganization(organization);
    const api = await signIn(client, { ...login, organization });
    const database = openDatabase({ url: stack.endpoints.databaseUrl, connectionsMax: 1, onError: () => undefined });
    undo.push(() => database.close());
    // What gateways trust: the links before the front door.
    const credentials = await openCredentials(path.join(dataFolder, 'credentials'));
    const adapter = adapterOf(stack);
    const all: ConformanceGateway[] = [];

    await api.createProject('demo');
    await api.createArtifact('LlmProvider', example('LlmProvider', provider));

    const newGateway = async (id: string, onPremises: boolean): Promise<ConformanceGateway> => {
      await api.createGateway(id);
      const { token } = await api.createToken(id);
      const link = await openLink(stack.endpoints, credentials);
      undo.push(() => link.close());
      const folder = path.join(dataFolder, 'gateways', id);
      mkdirSync(folder, { recursive: true });
      const made = await adapter.make({
        name: id,
        controlPlaneUrl: link.url,
        caFile: credentials.caFile,
        token,
        folder,
        onPremises,
      });
      undo.push(() => made.stop());
      let isStarted = false;
      const gateway: ConformanceGateway = {
        ...made,
        id,
        link,
        async start() {
          if (isStarted) return;
          const from = link.requests.length;
          await made.start();
          isStarted = true;
          await hasSynced(id, link, from);
        },
        async stop() {
          isStarted = false;
          await made.stop();
        },
      };
      await gateway.start();
      await api.deploy('LlmProvider', provider, id);
      all.push(gateway);
      return gateway;
    };
    const gateways = [
      await newGateway('east', false),
      await newGateway('west', false),
      await newGateway('north', false),
    ] as const;
    let premises: Promise<ConformanceGateway> | undefined;
    progress(`${gateways.length} gateways (${adapter.title}): started`);
    return {
      api,
      database,
      gateways,
      onPremises: () => (premises ??= newGateway('premises', true)),
      async mend() {
        for (const gateway of all) {
          gateway.link.mend();
          await gateway.start();
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until all lists of a sync are answered, or have failed, among the requests after the first `from`. */
async function hasSynced(id: string, link: Link, from: number): Promise<void> {
  const deadline = Date.now() + syncMsMax;
  const isDone = () => {
    const done = link.requests.slice(from).filter(({ status }) => status !== undefined);
    return keyLists.every((list) => done.some(({ path }) => path === list));
  };
  while (!isDone()) {
    if (Date.now() > deadline)
      throw new FlowFailure(`${id} did not ask for everything at its start (not within ${syncMsMax / 1000} s)`);
    await delay(20);
  }
}

/** Returns an artifact's UUID, by which gateways know it. */
export async function artifactIdOf(database: Database, kind: Kind, handle: string): Promise<string> {
  const [row] = await database.query<{ id: string }>(sql`SELECT id FROM artifacts WHERE kind = ${kind} AND handle = ${handle}`);
  if (!row) throw new Error(`There is no ${kind} ${handle}.`);
  return row.id;
}

const exampleFiles: Readonly<Record<Kind, string>> = {
  RestApi: 'rest-api.json',
  LlmProvider: 'llm-provider.json',
  LlmProxy: 'llm-proxy.json',
  Mcp: 'mcp-proxy.json',
};

/** Returns the repository's example of a kind under an id and a name of its own. */
export function example(kind: Kind, id: string): object {
  return { ...JSON.parse(readFileSync(path.join(projectFolder, 'examples', exampleFiles[kind]), 'utf8')), id, displayName: id };
}
