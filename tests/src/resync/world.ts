import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Kind } from '@gatecast/contracts';
import { openDatabase, sql } from '@gatecast/database';
import {
  type ManagementClient,
  openSecureClient,
  projectFolder,
  type Stack,
  type SupervisedProcess,
  signIn,
  startStack,
} from '@gatecast/stack';

/** An artifact as a gateway holds it, from `GET /status` of the agent. */
export interface Held {
  readonly id: string;
  readonly kind: Kind;
  readonly handle: string;
  readonly state: 'DEPLOYED' | 'UNDEPLOYED';
  readonly deploymentId: string;
  readonly deployedAt: string;
}

/** What a gateway did with one event. */
export interface HandledEvent {
  readonly type: string;
  readonly artifactId: string;
  readonly deploymentId: string;
  readonly outcome: string;
  readonly acked: boolean;
}

/** A gateway as its owner sees it: a running agent, and what it says of itself. */
export interface Gateway {
  /** Its id in the management API. */
  readonly id: string;
  readonly process: SupervisedProcess;
  /** What it holds under a kind and handle; undefined: nothing. */
  held(artifact: Artifact): Promise<Held | undefined>;
  /** The YAML that it keeps; undefined: none. */
  content(artifactId: string): Promise<string | undefined>;
  /** What it did with the events about an artifact since it started, the oldest first. */
  events(artifactId: string): Promise<HandledEvent[]>;
}

export interface Artifact {
  readonly kind: Kind;
  readonly id: string;
}

/** A whole stack of real processes, its management API, and gateways that are connected to it through the front door. */
export interface World {
  readonly stack: Stack;
  readonly api: ManagementClient;
  startGateway(id: string): Promise<Gateway>;
  /** How often decisions about an artifact were issued again because their outcome was not known: 0 while nothing is broken. */
  reissues(artifact: Artifact): Promise<number>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-resync-'));
  const stack = await startStack({ dataFolder, port: 0, unsafeDatabase: true });
  const client = openSecureClient(stack.endpoints.caFile);
  const api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  const database = openDatabase({ url: stack.endpoints.databaseUrl, connectionsMax: 1, onError: () => undefined });
  return {
    stack,
    api,
    async reissues({ kind, id }) {
      const [row] = await database.query<{ reissues: number }>(sql`
        SELECT sum(reissues) AS reissues FROM artifact_gateways JOIN artifacts ON artifacts.id = artifact_id WHERE kind = ${kind} AND handle = ${id}`);
      return Number(row?.reissues);
    },
    async startGateway(id) {
      await api.createGateway(id);
      const { token } = await api.createToken(id);
      const process = await stack.startGateway({ name: id, token });
      const status = async () =>
        (await (await fetch(`${process.url}/status`)).json()) as { artifacts: Held[]; events: HandledEvent[] };
      return {
        id,
        process,
        held: async (artifact) =>
          (await status()).artifacts.find(({ kind, handle }) => kind === artifact.kind && handle === artifact.id),
        async content(artifactId) {
          const answer = await fetch(`${process.url}/artifacts/${artifactId}/content`);
          return answer.ok ? answer.text() : undefined;
        },
        events: async (id) => (await status()).events.filter(({ artifactId }) => artifactId === id),
      };
    },
    async stop() {
      client.close();
      await database.close();
      await stack.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

const exampleFiles: Readonly<Record<Kind, string>> = {
  RestApi: 'rest-api.json',
  LlmProvider: 'llm-provider.json',
  LlmProxy: 'llm-proxy.json',
  Mcp: 'mcp-proxy.json',
};

/** The repository's example of the kind, under an id and a name of its own. */
export function example(kind: Kind, id: string): { readonly id: string; readonly displayName: string } {
  return { ...JSON.parse(readFileSync(path.join(projectFolder, 'examples', exampleFiles[kind]), 'utf8')), id, displayName: id };
}
