import {
  type EventRecord,
  type Gateway,
  type GatewayOptions,
  type GatewayStore,
  type Log,
  memoryStore,
  type StoredApiKey,
  type StoredArtifact,
  type SyncReport,
  startGateway,
} from '@gatecast/gateway-client';
import { afterEach, beforeEach } from 'vitest';
import { until } from '../until.js';
import { type Answer, type ControlPlane, definition, type GatewaySocket, startControlPlane } from './control-plane.js';
import { type Decisions, type Listed, noDecisions } from './decisions.js';
import { subscriptionOf } from './rows.js';

export let controlPlane: ControlPlane;
export let decisions: Decisions;
export let store: GatewayStore;
export let gateway: Gateway | undefined;
export let socket: GatewaySocket;
export let lines: { readonly level: string; readonly fields: Record<string, unknown>; readonly message: string }[];
export let records: EventRecord[];

beforeEach(async () => {
  controlPlane = await startControlPlane();
  decisions = noDecisions(controlPlane);
  store = memoryStore();
  lines = [];
  records = [];
});
afterEach(async () => {
  await gateway?.stop();
  await controlPlane.stop();
});

const line = (level: string) => (fields: object, message: string) =>
  void lines.push({ level, fields: fields as Record<string, unknown>, message });
const log: Log = { info: line('info'), warn: line('warn'), error: line('error') };
export const said = (message: string) => lines.filter((one) => one.message === message);

/** Starts a gateway that syncs once. */
export async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  gateway = startGateway({
    controlPlane: { url: controlPlane.url, token: 'a-token' },
    store,
    log,
    manifest: { policies: [] },
    sync: { mode: 'plain', onPremises: false },
    onEvent: (record) => records.push(record),
    ...options,
  });
  socket = await controlPlane.connected();
  return gateway;
}

/** What a gateway does when its process starts; resolves when the sync has ended. */
export async function syncAtStart(options: Partial<GatewayOptions> = {}): Promise<SyncReport> {
  const started = await start(options);
  return ended(started);
}

export async function ended(started: Gateway): Promise<SyncReport> {
  await until(() => started.sync?.last).toBeDefined();
  return started.sync?.last as SyncReport;
}

/** What a gateway holds that heard the event of a decision. */
export function hold(row: Listed, content = definition(row.kind, `a-${row.artifactId}`)): StoredArtifact {
  const handle = /name: (\S+) /.exec(content)?.[1] ?? '';
  const artifact: StoredArtifact = {
    id: row.artifactId,
    kind: row.kind,
    handle,
    displayName: handle,
    version: 'v1.0',
    deploymentId: row.deploymentId,
    desiredState: row.state,
    deployedAtMs: Date.parse(row.deployedAt),
    content,
    correlationId: row.etag,
  };
  store.transaction((transaction) => transaction.put(artifact));
  return artifact;
}

export const holdKey = (key: StoredApiKey) => store.transaction(({ apiKeys }) => apiKeys.put(key));
export const keys = () => store.transaction(({ apiKeys }) => apiKeys.all());
export const holdSubscription = (artifactId: string) =>
  store.transaction(({ subscriptions }) => subscriptions.put(subscriptionOf(artifactId)));
export const subscriptions = () => store.transaction((transaction) => transaction.subscriptions.all());
export const held = (id: string) => store.transaction((transaction) => transaction.artifact(id));
/** Everything that a store holds. */
export const everything = (from: GatewayStore = store) =>
  from.transaction(({ apiKeys, subscriptions, plans, applications, secrets }) =>
    structuredClone([from.artifacts(), apiKeys.all(), subscriptions.all(), plans.all(), applications.all(), secrets.all()]),
  );

/** Every way in which a question can go without a good answer. */
export const faults: readonly [string, Answer][] = [
  ['is answered with 500', 500],
  ['is answered with 503', 503],
  ['is answered with 404', 404],
  ['is answered with 401', 401],
  ['is never answered', 'never'],
  ['is cut off', 'cut'],
  ['is answered with half a JSON text', Buffer.from('{"deployments":[')],
  ['is answered with an HTML page', Buffer.from('<html>Bad gateway</html>')],
  ['is answered with nothing', Buffer.alloc(0)],
  ['is answered with null', Buffer.from('null')],
  ['is answered with another shape', { message: 'It works!' }],
];
