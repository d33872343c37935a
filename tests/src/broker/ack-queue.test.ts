import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ensureAckQueue, openConnection, storeAck, takeAcks } from '@gatecast/broker';
import { ackConsumer, ackStream } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { AckPolicy, nanos } from 'nats';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';

let broker: OwnBroker;

beforeEach(async () => {
  broker = await startOwnBroker();
  await ensureQueue();
});
afterEach(() => broker.stop());

const ensureQueue = () => ensureAckQueue(broker.connection, { replicas: 1 });

/** Stores the ack of a deployment. */
const store = (deploymentId: string) => {
  const [gatewayId, organizationId, artifactId] = [newId(), newId(), newId()];
  const ack = { deploymentId, artifactId, action: 'deploy', status: 'success', performedAt: '2026-01-01T00:00:00Z' } as const;
  return storeAck(broker.connection, { gatewayId, organizationId, ack });
};

test('it ends at once when the last ack could not be applied', async () => {
  await store('only');
  await new Promise<void>((resolve) => {
    const acks = takeAcks(broker.connection, {
      ensure: ensureQueue,
      apply: () => Promise.reject(new Error('The database cannot be asked.')),
      onError: () => void acks.close().then(resolve),
    });
  });
});

test('those behind one that could not be applied do not wait for it', async () => {
  const deployments = ['first', 'second', 'third'];
  for (const deployment of deployments) await store(deployment);
  const applied: string[] = [];
  let failures = 0;
  const acks = takeAcks(broker.connection, {
    ensure: ensureQueue,
    apply: async ({ ack }) => {
      if (ack.deploymentId === 'first' && failures++ === 0) throw new Error('The database cannot be asked.');
      applied.push(ack.deploymentId);
    },
    onError: () => undefined,
  });
  // The broker misses an answer after 10 s.
  await vi.waitFor(() => expect(applied).toEqual(['second', 'third', 'first']), { timeout: 9_000 });
  await acks.close();
});

test('it goes on when the queue was removed, and when the broker was away', async () => {
  const applied: string[] = [];
  const acks = takeAcks(broker.connection, {
    ensure: ensureQueue,
    apply: async ({ ack }) => void applied.push(ack.deploymentId),
    onError: () => undefined,
  });
  const storeSurely = (deployment: string) => vi.waitFor(() => store(deployment), { timeout: 20_000, interval: 100 });
  const isApplied = (deployment: string) => vi.waitFor(() => expect(applied).toContain(deployment), { timeout: 9_000 });
  await storeSurely('first');
  await isApplied('first');

  const jsm = await broker.connection.live().jetstreamManager();
  await jsm.streams.delete(ackStream);
  await storeSurely('after the removal');
  await isApplied('after the removal');

  await broker.server.kill('SIGKILL');
  await vi.waitFor(() => expect(broker.connection.isConnected).toBe(false));
  await broker.server.start();
  await storeSurely('after the outage');
  await isApplied('after the outage');
  await acks.close();
}, 60_000);

test('a queue that an earlier release has made is brought to what it must be', async () => {
  const { consumers } = await broker.connection.live().jetstreamManager();
  await consumers.delete(ackStream, ackConsumer);
  const before = { durable_name: ackConsumer, ack_policy: AckPolicy.Explicit, ack_wait: nanos(30_000), max_ack_pending: 2_000 };
  await consumers.add(ackStream, before);

  // From 2.10 on the broker refuses to make it again with another configuration.
  for (const _again of [1, 2]) await ensureQueue();

  expect((await consumers.info(ackStream, ackConsumer)).config).toMatchObject({ ...before, ack_wait: nanos(10_000) });
});

test('over a slow link each is taken when its turn comes, none when the broker misses an answer to it', async () => {
  const link = await openSlowLink(Number(new URL(broker.server.url).port), 400);
  const slow = openConnection({ url: `nats://127.0.0.1:${link.port}`, name: 'slow', onStatus: () => undefined });
  await slow.opened;
  const applied: string[] = [];
  const acks = takeAcks(slow, {
    ensure: async () => undefined,
    apply: async ({ ack }) => void applied.push(ack.deploymentId),
    onError: () => undefined,
  });

  // For longer than it asks once.
  const stored = Array.from({ length: 70 }, (_, index) => String(index));
  for (const deployment of stored) {
    await store(deployment);
    await wait(100);
  }

  await vi.waitFor(() => expect(applied.length).toBeGreaterThanOrEqual(stored.length), { timeout: 45_000 });
  expect(applied).toEqual(stored);
  await acks.close();
  await slow.close();
  await link.close();
}, 60_000);

/** Opens a way to a port on which everything takes `delayMs`, in each direction. */
async function openSlowLink(targetPort: number, delayMs: number) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => void setTimeout(() => to.write(chunk), delayMs));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
