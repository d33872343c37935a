import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Kind } from '@gatecast/contracts';
import {
  type ManagementClient,
  openCredentials,
  openPorts,
  openSecureClient,
  projectFolder,
  type SecureClient,
  signIn,
} from '@gatecast/stack';
import type { Scenario } from '@gatecast/stack/chaos';
import {
  agentGateways,
  brokenLinkFlows,
  type ConformanceWorld,
  flowsInContainers,
  runBrokenLinkFlow,
  runFlow,
  startWorld,
} from '@gatecast/stack/conformance';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../service-process.js';
import { type Compose, findCompose, killContainer } from './engine.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-compose-'));
const port = await openPorts(folder).choose('front-door');
const project = `gatecast-test-${port}`;
const settings = { FRONT_DOOR_PORT: String(port), LOG_LEVEL: 'warn' };
const compose = await findCompose(project, settings);
if (typeof compose === 'string') process.stderr.write(`The containers were NOT tested: ${compose}.\n`);

/** Everything in containers may take its time to notice what happened to a neighbour. */
const soon = { timeout: 90_000, interval: 200 };
/** Dependencies first. */
const examples: readonly [Kind, string][] = [
  ['RestApi', 'rest-api'],
  ['LlmProvider', 'llm-provider'],
  ['LlmProxy', 'llm-proxy'],
  ['Mcp', 'mcp-proxy'],
];
const inOrder = examples.map(([kind]) => kind);
const gateways = ['oslo', 'lima', 'seoul', 'berlin'];

describe.skipIf(typeof compose === 'string')('the compose stack', () => {
  const run = compose as Compose;
  const url = `https://localhost:${port}`;
  let client: SecureClient;
  let api: ManagementClient;
  let password: string;
  const agents: ServiceProcess[] = [];
  const artifacts = new Map<Kind, string>();
  const idOf = (kind: Kind) => artifacts.get(kind) as string;

  const containers = async (service: string) => (await run('ps', '-q', service)).trim().split('\n').filter(Boolean);
  const read = (service: string, file: string) => run('exec', '-T', service, 'cat', file);
  interface GatewayStatus {
    readonly id: string;
    readonly isConnected: boolean;
    readonly connections: readonly { readonly edgeId: string }[];
  }
  const statuses = async () => (await api.send<{ list: GatewayStatus[] }>('GET', '/api/v0.9/gateway-statuses')).list;
  const connected = async () =>
    (await statuses())
      .filter(({ isConnected }) => isConnected)
      .map(({ id }) => id)
      .sort();
  const edges = async () =>
    new Set((await statuses()).flatMap(({ connections }) => connections.map(({ edgeId }) => edgeId))).size;
  const allAreConnected = () => vi.waitFor(async () => expect(await connected()).toEqual([...gateways].sort()), soon);
  /** Deploys to every gateway, and resolves when each has said that it serves it. */
  async function deployToAll(kind: Kind, artifact: string) {
    const made = await Promise.all(gateways.map((gateway) => api.deploy(kind, artifact, gateway)));
    for (const deployment of made) await settles(kind, artifact, deployment.deploymentId, 'DEPLOYED');
    return made;
  }
  const settles = (kind: Kind, artifact: string, deploymentId: string, status: string) =>
    vi.waitFor(async () => expect((await api.deployment(kind, artifact, deploymentId)).status).toBe(status), soon);

  beforeAll(async () => {
    await run('up', '-d', '--scale', 'ws-edge=2');
    await vi.waitFor(
      async () => writeFileSync(path.join(folder, 'ca.pem'), await read('front-door', '/credentials/ca.cert.pem')),
      soon,
    );
    client = openSecureClient(path.join(folder, 'ca.pem'));
    password = (await read('api-service', '/credentials/admin.password')).trim();
    api = await vi.waitFor(() => signIn(client, { url, username: 'admin', password }), soon);
    await api.createProject('demo');
    for (const gateway of gateways) {
      await api.createGateway(gateway);
      agents.push(
        startServiceProcess('gateway-agent', {
          CONTROL_PLANE_URL: url,
          CONTROL_PLANE_CA_FILE: path.join(folder, 'ca.pem'),
          GATEWAY_TOKEN: (await api.createToken(gateway)).token,
          DATA_DIR: path.join(folder, gateway),
          RECONNECT_MAX_MS: '2000',
          SYNC_MODE: 'plain',
        }),
      );
    }
    await allAreConnected();
    const example = (name: string) => JSON.parse(readFileSync(path.join(projectFolder, 'examples', `${name}.json`), 'utf8'));
    for (const [kind, name] of examples) artifacts.set(kind, (await api.createArtifact(kind, example(name))).id);
  }, 300_000);

  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    client?.close();
    if (typeof compose !== 'string') await run('down', '-v', '--timeout', '5');
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  // What they look into is at the containers' own addresses, which Docker Desktop keeps to itself.
  describe.skipIf(process.platform !== 'linux')('puts gateways through the flows of the contract, whatever the kind', () => {
    let world: ConformanceWorld;
    beforeAll(async () => {
      world = await startWorld({ adapter: agentGateways, project, progress: () => undefined });
    }, 300_000);
    afterAll(() => world?.stop());

    const flows = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8', 'A9'];
    test.each(flows.flatMap((flow) => inOrder.map((kind) => [flow, kind] as const)))(
      '%s, %s',
      async (flow, kind) => {
        expect(await runFlow(world, flow, kind)).toEqual({ flow, kind, result: 'pass', reasons: [], notes: [] });
      },
      180_000,
    );

    test.each(flowsInContainers)(
      '%s',
      async (flow) => {
        const cells = await runBrokenLinkFlow(flow, brokenLinkFlows[flow] as Scenario, inOrder, {
          project,
          progress: () => undefined,
        });
        expect(cells.map(({ kind, result, reasons }) => ({ kind, result, reasons }))).toEqual(
          inOrder.map((kind) => ({ kind, result: 'pass', reasons: [] })),
        );
      },
      300_000,
    );
  });

  test('spreads gateways over three edges, and those of a killed one go on elsewhere and miss nothing', async () => {
    await run('up', '-d', '--scale', 'ws-edge=1', 'ws-edge');
    const [first = ''] = await containers('ws-edge');
    await allAreConnected();
    await run('up', '-d', '--scale', 'ws-edge=3', 'ws-edge');
    // Who is connected stays where it is until its edge goes: they all come anew.
    await vi.waitFor(async () => expect((await containers('ws-edge')).length).toBe(3), soon);
    await killContainer(first);
    const missed = await Promise.all(gateways.map((gateway) => api.deploy('LlmProvider', idOf('LlmProvider'), gateway)));
    for (const { deploymentId } of missed) await settles('LlmProvider', idOf('LlmProvider'), deploymentId, 'DEPLOYED');
    await allAreConnected();
    await vi.waitFor(async () => expect(await edges()).toBeGreaterThan(1), soon);
  }, 300_000);

  test('goes on without one of the three brokers', async () => {
    const [node = ''] = await containers('nats-2');
    await killContainer(node);
    await deployToAll('RestApi', idOf('RestApi'));
    await run('up', '-d', 'nats-2');
  }, 300_000);

  test('replaces every service one after the other, and gateways are told of what is decided meanwhile', async () => {
    for (const service of ['artifacts-service', 'api-service', 'ws-edge', 'front-door']) {
      await run('up', '-d', '--force-recreate', '--no-deps', ...(service === 'ws-edge' ? ['--scale', 'ws-edge=3'] : []), service);
      await vi.waitFor(() => deployToAll('RestApi', idOf('RestApi')), soon);
    }
    await allAreConnected();
  }, 400_000);

  test('shows the certificate of its owner', async () => {
    const own = path.join(folder, 'own');
    const { caFile, tlsCertFile, tlsKeyFile } = await openCredentials(path.join(own, 'all'), ['localhost']);
    writeFileSync(path.join(own, 'tls.pem'), `${readFileSync(tlsCertFile, 'utf8')}\n${readFileSync(tlsKeyFile, 'utf8')}`);
    // The front door's user is another one.
    for (const one of [folder, own]) chmodSync(one, 0o755);
    const withOwn = (await findCompose(project, { ...settings, FRONT_DOOR_CREDENTIALS: own })) as Compose;
    await withOwn('up', '-d', '--no-deps', 'front-door');
    const trusting = openSecureClient(caFile);
    try {
      await vi.waitFor(() => signIn(trusting, { url, username: 'admin', password }), soon);
      await expect(signIn(client, { url, username: 'admin', password })).rejects.toThrow(/certificate/);
    } finally {
      trusting.close();
    }
  }, 120_000);
});
