import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ManagementClient, openSecureClient, projectFolder, type Stack, signIn, startStack } from '@gatecast/stack';
import { connect, type RawGateway } from '../ws-edge/raw-gateway.js';

/** What a command has done when it is over. */
export interface Done {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it reads on standard input. */
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A command that is under way. */
export interface Running {
  /** What it has written so far. */
  readonly stdout: () => string;
  /** As Ctrl-C does. */
  interrupt(): void;
  readonly done: Promise<Done>;
}

/** A stack with an organization to work in, and `gatecast` beside it. */
export interface World {
  readonly stack: Stack;
  /** The same organization, for what the command line can't do. */
  readonly api: ManagementClient;
  /** Where this world's sign-in is stored. */
  readonly configFolder: string;
  readonly folder: string;
  /** Starts `gatecast` as a process of its own. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs `gatecast` as a process of its own, to its end. */
  gatecast(args: readonly string[], options?: RunOptions): Promise<Done>;
  /** As {@link gatecast}, and returns what its standard output holds. @throws Error when that is no JSON. */
  json(args: readonly string[], options?: RunOptions): Promise<{ exitCode: number | null; body: unknown }>;
  /** Makes a gateway; it is not connected. Returns its token. */
  createGateway(id: string): Promise<string>;
  /** Makes a gateway with an agent that applies everything. */
  startAgent(id: string): Promise<void>;
  /** Makes a gateway whose verdicts the test gives. */
  connectGateway(id: string): Promise<RawGateway>;
  /** Makes a gateway that refuses whatever it is told, each time again. */
  connectRefusing(id: string): Promise<void>;
  stop(): Promise<void>;
}

const organization = 'people';

/** Starts a world whose command line is signed in. Its project `demo` is what the examples name. */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-cli-'));
  const stack = await startStack({ dataFolder: path.join(folder, 'data'), port: 0, wsEdges: 1, unsafeDatabase: true });
  const { frontDoor, caFile, wsEdges } = stack.endpoints;
  const client = openSecureClient(caFile);
  const login = { url: frontDoor, username: stack.credentials.username, password: stack.credentials.password };
  await (await signIn(client, login)).createOrganization(organization);
  const api = await signIn(client, { ...login, organization });
  await api.createProject('demo');
  const gateways: RawGateway[] = [];
  const refusals: NodeJS.Timeout[] = [];

  const createGateway: World['createGateway'] = async (id) => {
    await api.createGateway(id);
    return (await api.createToken(id)).token;
  };
  const start: World['start'] = (args, { input = '', environment = {} } = {}) => {
    const child = spawn(process.execPath, [path.join(projectFolder, 'services/cli/bin/gatecast.mjs'), ...args], {
      env: { PATH: process.env.PATH, HOME: folder, XDG_CONFIG_HOME: path.join(folder, 'config'), ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const written = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        written[stream] += text;
      });
    }
    child.stdin.on('error', () => undefined).end(input);
    const done = once(child, 'close').then(([exitCode]): Done => ({ exitCode, ...written }));
    return { stdout: () => written.stdout, interrupt: () => void child.kill('SIGINT'), done };
  };
  const gatecast: World['gatecast'] = (args, options) => start(args, options).done;
  const world: World = {
    stack,
    api,
    folder,
    configFolder: path.join(folder, 'config/gatecast'),
    start,
    gatecast,
    async json(args, options) {
      const { exitCode, stdout } = await gatecast([...args, '--json'], options);
      return { exitCode, body: JSON.parse(stdout) };
    },
    createGateway,
    async startAgent(id) {
      await stack.startGateway({ name: id, token: await createGateway(id) });
    },
    async connectGateway(id) {
      const gateway = await connect(wsEdges[0] as string, await createGateway(id));
      gateway.answerPings();
      gateways.push(gateway);
      return gateway;
    },
    async connectRefusing(id) {
      const gateway = await world.connectGateway(id);
      let refused = 0;
      const timer = setInterval(() => {
        for (const event of gateway.events().slice(refused)) {
          gateway.ack(event, 'failed');
          refused += 1;
        }
      }, 20);
      refusals.push(timer);
    },
    async stop() {
      for (const timer of refusals) clearInterval(timer);
      for (const gateway of gateways) await gateway.cut();
      client.close();
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const signedIn = await gatecast(
    ['login', '--url', frontDoor, '--ca-file', caFile, '-u', login.username, '--password-stdin', '--organization', organization],
    { input: `${login.password}\n` },
  );
  if (signedIn.exitCode !== 0) throw new Error(`gatecast login: ${signedIn.stderr}`);
  return world;
}
