import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { asyncApiDocument, type Kind, kinds } from '@gatecast/contracts';
import {
  type ManagementClient,
  openSecureClient,
  projectFolder,
  type SecureClient,
  type Stack,
  signIn,
  startStack,
} from '@gatecast/stack';
import { commandGateways, type GatewayUnderTest } from '@gatecast/stack/conformance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { deviations, envelope, payloads } from './facts.js';

/** A gateway that knows the contract alone: it uses nothing of this project. */
const minimalGateway = path.join(projectFolder, 'tests/src/conformance/minimal-gateway.mjs');
const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-third-party-'));
const folder = path.join(dataFolder, 'minimal');

let stack: Stack;
let api: ManagementClient;
let gateway: GatewayUnderTest;
let client: SecureClient;

beforeAll(async () => {
  stack = await startStack({ dataFolder, port: 0, unsafeDatabase: true, wsEdges: 1 });
  client = openSecureClient(stack.endpoints.caFile);
  api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  await api.createProject('demo');
  await api.createGateway('minimal');
  const { token } = await api.createToken('minimal');
  mkdirSync(folder, { recursive: true });
  gateway = await commandGateways(minimalGateway).make({
    name: 'minimal',
    controlPlaneUrl: stack.endpoints.frontDoor,
    caFile: stack.endpoints.caFile,
    token,
    folder,
    onPremises: false,
  });
  await gateway.start();
});
afterAll(async () => {
  await gateway?.stop();
  client?.close();
  await stack?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const examples: Readonly<Record<Kind, string>> = {
  LlmProvider: 'llm-provider.json',
  LlmProxy: 'llm-proxy.json',
  RestApi: 'rest-api.json',
  Mcp: 'mcp-proxy.json',
};
const example = (kind: Kind) => JSON.parse(readFileSync(path.join(projectFolder, 'examples', examples[kind]), 'utf8'));

/** Frames that it has read, after `connection.ack`. */
const heard = (): { type: string; correlationId: string }[] =>
  readFileSync(path.join(folder, 'heard.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('a client that knows the contract alone connects, syncs and receives every event type as the contract has it', async () => {
  // The provider first, the proxy needs it.
  const order: Kind[] = ['LlmProvider', 'LlmProxy', 'RestApi', 'Mcp'];
  const deployments = new Map<Kind, Awaited<ReturnType<ManagementClient['deploy']>>>();
  for (const kind of order) {
    await api.createArtifact(kind, example(kind));
    deployments.set(kind, await api.deploy(kind, example(kind).id, 'minimal'));
  }
  const isNow = (kind: Kind, status: string) =>
    until(async () => (await api.deployment(kind, example(kind).id, deployments.get(kind)?.deploymentId ?? '')).status).toBe(
      status,
    );
  for (const kind of order) await isNow(kind, 'DEPLOYED');

  const artifact = example('RestApi').id;
  const post = <T>(target: string, body: object) => api.send<T>('POST', `/api/v0.9${target}`, body);
  const put = (target: string, body: object) => api.send('PUT', `/api/v0.9${target}`, body);
  const remove = (target: string) => api.send('DELETE', `/api/v0.9${target}`);
  const limits = [{ timeUnit: 'MINUTE', limitCount: 10 }];
  await post('/subscription-plans', { id: 'gold', displayName: 'Gold', limits });
  await put('/subscription-plans/gold', { displayName: 'Gold and more', limits });
  const key = { id: 'partner-key', displayName: 'Partner', apiKey: 'a-key-of-a-partner', issuer: 'portal' };
  await post(`/rest-apis/${artifact}/api-keys`, key);
  await put(`/rest-apis/${artifact}/api-keys/partner-key`, { ...key, expiresAt: '2099-01-01T00:00:00Z' });
  await post('/applications', { id: 'shop', displayName: 'Shop' });
  await post('/applications/shop/api-keys', { apiKeys: [{ id: 'partner-key', artifactId: artifact }] });
  const { id: subscription } = await post<{ id: string }>('/subscriptions', {
    artifactId: artifact,
    subscriptionPlanId: 'gold',
    applicationId: 'shop',
  });
  await put(`/subscriptions/${subscription}`, { status: 'INACTIVE' });

  // A restart: what it syncs is what it had.
  await until(() => heard().some(({ type }) => type === 'subscription.updated')).toBe(true);
  const id = JSON.parse(readFileSync(path.join(folder, 'store.json'), 'utf8'));
  const [apiId] = Object.entries<{ kind: string }>(id.artifacts).find(([, { kind }]) => kind === 'RestApi') ?? [''];
  await gateway.stop();
  rmSync(path.join(folder, 'store.json'));
  await gateway.start();
  await until(() => gateway.artifact(apiId)).toMatchObject({
    state: 'DEPLOYED',
    deploymentId: deployments.get('RestApi')?.deploymentId,
  });
  await until(() => gateway.keys(apiId)).toEqual(['partner-key']);
  await until(() => gateway.subscriptions(apiId)).toEqual([subscription]);

  await remove(`/subscriptions/${subscription}`);
  await remove(`/rest-apis/${artifact}/api-keys/partner-key`);
  await remove('/subscription-plans/gold');
  for (const kind of order) await api.undeploy(kind, example(kind).id, deployments.get(kind) as never);
  for (const kind of order) await isNow(kind, 'UNDEPLOYED');
  for (const kind of order.toReversed()) await api.deleteArtifact(kind, example(kind).id);

  await until(() => [...new Set(heard().map(({ type }) => type))].sort()).toEqual(Object.keys(payloads).sort());
  for (const frame of heard()) expect(deviations(envelope(frame.type), frame), JSON.stringify(frame)).toEqual([]);
  await until(() => gateway.artifact(apiId)).toBeUndefined();
  expect(kinds).toHaveLength(order.length);
}, 180_000);

test('the documents of what it speaks are served at the front door', async () => {
  const { frontDoor } = stack.endpoints;
  const socket = await client.ask(`${frontDoor}/api/internal/v1/ws/docs/json`);
  expect([socket.status, JSON.parse(socket.text)]).toEqual([200, asyncApiDocument()]);
  const internal = await client.ask(`${frontDoor}/api/internal/v1/docs/json`);
  expect([internal.status, JSON.parse(internal.text).info.title]).toEqual([200, 'Gatecast internal API']);
});
