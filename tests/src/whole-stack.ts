import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ManagementClient, openSecureClient, type Stack, signIn, startStack } from '@gatecast/stack';
import { connect, type RawGateway } from './ws-edge/raw-gateway.js';

/** A stack of real processes in a folder of its own, and gateways of each sort in one organization with a project `demo`. */
export interface WholeStack {
  readonly stack: Stack;
  /** As the first user, in that organization. */
  readonly api: ManagementClient;
  /** The stack's data are in `data`; the rest is the test's. */
  readonly folder: string;
  /** Makes a gateway that is not connected. Returns a token for it. */
  gateway(id: string): Promise<string>;
  /** Makes a gateway with an agent that does what it is told. */
  agent(id: string): Promise<void>;
  /** Makes a gateway at the first edge that handles every event, and whose verdicts the test gives. */
  rawGateway(id: string): Promise<RawGateway>;
  /** Makes a gateway at the first edge that handles every event and refuses every deployment, each time again. */
  refuser(id: string): Promise<void>;
  stop(): Promise<void>;
}

export interface WholeStackOptions {
  /** An organization to make; the stack's own is worked in when it is left out. */
  readonly organization?: string;
  readonly wsEdges?: number;
}

/** Starts a stack for tests that look at it as people do. */
export async function startWholeStack({ organization, ...options }: WholeStackOptions = {}): Promise<WholeStack> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-'));
  const stack = await startStack({ dataFolder: path.join(folder, 'data'), port: 0, unsafeDatabase: true, ...options });
  const { frontDoor, caFile, wsEdges } = stack.endpoints;
  const client = openSecureClient(caFile);
  const login = { url: frontDoor, username: stack.credentials.username, password: stack.credentials.password };
  if (organization !== undefined) await (await signIn(client, login)).createOrganization(organization);
  const api = await signIn(client, { ...login, organization: organization ?? stack.credentials.organization });
  await api.createProject('demo');
  const connected: RawGateway[] = [];

  const gateway: WholeStack['gateway'] = async (id) => {
    await api.createGateway(id);
    return (await api.createToken(id)).token;
  };
  const connectAs = async (id: string) => {
    const raw = await connect(wsEdges[0] as string, await gateway(id));
    connected.push(raw);
    return raw;
  };
  return {
    stack,
    api,
    folder,
    gateway,
    async agent(id) {
      await stack.startGateway({ name: id, token: await gateway(id) });
    },
    async rawGateway(id) {
      const raw = await connectAs(id);
      raw.answerPings();
      return raw;
    },
    async refuser(id) {
      (await connectAs(id)).refuseAll();
    },
    async stop() {
      for (const raw of connected) await raw.cut();
      client.close();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
