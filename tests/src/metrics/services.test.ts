import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  type ManagementClient,
  openSecureClient,
  projectFolder,
  type SecureClient,
  type Stack,
  type SupervisedProcess,
  signIn,
  startStack,
} from '@gatecast/stack';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { until } from '../until.js';
import { connect } from '../ws-edge/raw-gateway.js';
import { type Scrape, scrape } from './scrape.js';

const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-metrics-'));
const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/rest-api.json'), 'utf8'));

let stack: Stack;
let client: SecureClient;
let api: ManagementClient;
let agent: SupervisedProcess;
let token: string;
let urls: Readonly<Record<'api' | 'artifacts' | 'edge' | 'frontDoor' | 'agent', string>>;

/** `until`, for before the tests. */
const holds = (look: () => Promise<unknown>) => vi.waitFor(look, { timeout: 60_000, interval: 50 });

/** The stack with one replica of each, after a gateway was told to deploy, undeploy and delete an artifact, and did. */
beforeAll(async () => {
  stack = await startStack({ port: 0, unsafeDatabase: true, wsEdges: 1, dataFolder });
  client = openSecureClient(stack.endpoints.caFile);
  api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  await api.createProject('demo');
  await api.createGateway('gateway');
  ({ token } = await api.createToken('gateway'));
  agent = await stack.startGateway({ name: 'gateway', token });
  await holds(async () => expect((await api.gateway('gateway')).isActive).toBe(true));
  await api.createArtifact('RestApi', { ...example, id: 'weather', displayName: 'Weather' });
  const deployment = await api.deploy('RestApi', 'weather', 'gateway');
  const status = async () => (await api.deployment('RestApi', 'weather', deployment.deploymentId)).status;
  await holds(async () => expect(await status()).toBe('DEPLOYED'));
  await api.undeploy('RestApi', 'weather', deployment);
  await holds(async () => expect(await status()).toBe('UNDEPLOYED'));
  await api.deleteArtifact('RestApi', 'weather');
  urls = {
    api: stack.endpoints.apiServices[0] as string,
    artifacts: stack.endpoints.artifactsServices[0] as string,
    edge: stack.endpoints.wsEdges[0] as string,
    frontDoor: stack.endpoints.frontDoorMetrics,
    agent: agent.url,
  };
  await holds(async () => expect((await scrape(urls.edge)).sum('gatecast_edge_events_confirmed_total')).toBe(3));
}, 300_000);
afterAll(async () => {
  client?.close();
  await stack?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** How many values a distribution has, and that none of them is beyond `below`: a wrong unit or clock would be. */
function observed(of: Scrape, name: string, below: number): number {
  expect(of.value(`${name}_sum`)).toBeGreaterThan(0);
  expect(of.value(`${name}_sum`)).toBeLessThan(below);
  expect(of.value(`${name}_bucket`, { le: '+Inf' })).toBe(of.value(`${name}_count`));
  return of.value(`${name}_count`);
}

test('every service tells of its process, and that its broker and its database are there', async () => {
  for (const url of Object.values(urls)) {
    const its = await scrape(url);
    expect(its.value('process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(its.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  }
  for (const url of [urls.api, urls.artifacts, urls.edge]) {
    expect((await scrape(url)).value('gatecast_broker_is_connected')).toBe(1);
  }
  for (const url of [urls.api, urls.artifacts]) {
    const its = await scrape(url);
    expect(its.value('gatecast_database_connections', { pool: 'requests' })).toBeGreaterThan(0);
    expect(its.value('gatecast_database_waiting', { pool: 'requests' })).toBe(0);
  }
});

test('api-service counts what it publishes, how long that takes, and the verdicts that come back', async () => {
  const its = await scrape(urls.api);
  expect(its.value('gatecast_relay_is_active')).toBe(1);
  for (const type of ['api.deployed', 'api.undeployed', 'api.deleted']) {
    expect(its.value('gatecast_relay_events_published_total', { type })).toBe(1);
  }
  expect(observed(its, 'gatecast_relay_commit_to_published_seconds', 30)).toBe(3);
  for (const status of ['DEPLOYED', 'UNDEPLOYED']) {
    expect(its.value('gatecast_decisions_settled_total', { status, reason: 'none' })).toBe(1);
  }
  await until(async () => (await scrape(urls.api)).value('gatecast_relay_unpublished_events')).toBe(0);
  await until(async () => (await scrape(urls.api)).value('gatecast_acks_waiting')).toBe(0);
  const route = '/api/v0.9/rest-apis/:artifactId/deployments';
  const requests = its.lines.filter((line) => line.name === 'gatecast_http_requests_total' && line.labels.method === 'POST');
  expect(requests.map(({ labels }) => labels.route?.replace(/:\w+/, ':artifactId'))).toContain(route);
});

test('ws-edge counts each event on its way and how long every step takes', async () => {
  const its = await scrape(urls.edge);
  for (const step of ['heard', 'written', 'confirmed']) {
    for (const type of ['api.deployed', 'api.undeployed', 'api.deleted']) {
      expect(its.value(`gatecast_edge_events_${step}_total`, { type })).toBe(1);
    }
  }
  for (const steps of ['commit_to_heard', 'heard_to_written', 'written_to_confirmed', 'commit_to_confirmed']) {
    expect(observed(its, `gatecast_edge_${steps}_seconds`, 90)).toBe(3);
  }
  expect(its.value('gatecast_edge_window_events')).toBe(3);
  expect(its.value('gatecast_edge_window_bytes')).toBeGreaterThan(3 * 100);
  expect(its.value('gatecast_edge_unconfirmed_events')).toBe(0);
  expect(its.value('gatecast_edge_lagging_connections')).toBe(0);
  expect(its.value('gatecast_edge_acks_total', { status: 'success' })).toBe(2);
  expect(its.value('gatecast_edge_acks_waiting')).toBe(0);
  expect(its.value('gatecast_edge_is_warm')).toBe(1);
});

test('dials, and gateways that catch up and go, are counted by how they were answered, caught up and ended', async () => {
  const before = await scrape(urls.edge);
  expect(before.value('gatecast_edge_connections')).toBe(1);
  await expect(connect(urls.edge, 'a token of nobody')).rejects.toThrow();
  const gateway = await connect(urls.edge, token);
  await until(async () => (await scrape(urls.edge)).value('gatecast_edge_connections')).toBe(2);
  await gateway.cut();
  await until(async () => (await scrape(urls.edge)).value('gatecast_edge_connections')).toBe(1);
  const after = await scrape(urls.edge);
  expect(after.value('gatecast_edge_upgrades_total', { status: '401' })).toBe(1);
  expect(after.value('gatecast_edge_upgrades_total', { status: '101' })).toBe(2);
  expect(after.sum('gatecast_edge_catch_ups_total')).toBe(before.sum('gatecast_edge_catch_ups_total') + 1);
  expect(after.sum('gatecast_edge_connections_closed_total')).toBe(1);
});

test('artifacts-service counts what it answers to edges, and existence checks', async () => {
  const headers = { 'api-key': token, 'content-type': 'application/json' };
  const artifactIds = ['6f1c1a52-6f3e-4b8c-9a57-0d1f0f2f7a11', 'none'];
  const asked = await client.ask(`${urls.artifacts}/api/internal/v1/artifacts/exists`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ artifactIds }),
  });
  expect(asked.status).toBe(200);
  const its = await scrape(urls.artifacts);
  expect(its.value('gatecast_artifacts_checked_total', { answer: 'gone' })).toBeGreaterThanOrEqual(2);
  for (const request of ['authenticate', 'cursors', 'presence']) {
    expect(its.value('gatecast_edge_requests_total', { request, outcome: 'answered' })).toBeGreaterThan(0);
    expect(its.value('gatecast_edge_request_duration_seconds_count', { request })).toBeGreaterThan(0);
  }
});

test('the gateway agent counts what became of its events', async () => {
  const its = await scrape(urls.agent);
  expect(its.value('gatecast_agent_is_connected')).toBe(1);
  expect(its.value('gatecast_agent_events_total', { outcome: 'applied', by: 'frame' })).toBe(3);
  expect(its.value('gatecast_agent_acks_total')).toBe(2);
});

test('the front door counts what goes through it, by service and status', async () => {
  const before = await scrape(urls.frontDoor);
  await expect(api.gateway('nobody')).rejects.toThrow();
  const its = await scrape(urls.frontDoor);
  const notFound = { service: 'api-service', status: '404' };
  expect(its.value('gatecast_front_door_requests_total', notFound)).toBe(1);
  expect(its.sum('gatecast_front_door_requests_total')).toBeGreaterThan(before.sum('gatecast_front_door_requests_total'));
  expect(its.value('gatecast_front_door_backends_ready', { service: 'ws-edge' })).toBe(1);
  expect(its.value('gatecast_front_door_tunnels')).toBe(1);
});

test.each([
  '/metrics',
  '/metrics/',
  '/metrics?x',
  '/%6Detrics',
  '//metrics',
  '/api/internal/v1/../../../metrics',
  '/healthz/../metrics',
])('nobody reads metrics of anything at %s of the front door', async (target) => {
  const { status, text } = await client.ask(`${stack.endpoints.frontDoor}${target}`);
  expect(status).toBe(404);
  expect(text).not.toContain('gatecast_');
  expect(text).not.toContain('process_');
});

test('no label has values that grow with gateways, organizations, artifacts or what a caller invents', async () => {
  await Promise.all(['a', 'b', 'c'].map((name) => client.ask(`${urls.api}/invented-${name}`)));
  const known = [
    'answer',
    'by',
    'code',
    'le',
    'method',
    'outcome',
    'pool',
    'reason',
    'request',
    'route',
    'service',
    'source',
    'status',
    'type',
  ];
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}|weather|gateway$|demo|invented/;
  for (const url of Object.values(urls)) {
    const ours = (await scrape(url)).lines.filter(({ name }) => name.startsWith('gatecast_'));
    expect(ours.length).toBeGreaterThan(0);
    for (const { labels } of ours) {
      for (const [label, value] of Object.entries(labels)) {
        expect(known).toContain(label);
        expect(value).not.toMatch(ids);
      }
    }
  }
});
