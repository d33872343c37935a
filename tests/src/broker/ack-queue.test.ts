import { ensureAckQueue, storeAck, takeAcks } from '@gatecast/broker';
import { newId } from '@gatecast/database';
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
      apply: () => Promise.reject(new Error('The database can not be asked.')),
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
      if (ack.deploymentId === 'first' && failures++ === 0) throw new Error('The database can not be asked.');
      applied.push(ack.deploymentId);
    },
    onError: () => undefined,
  });
  // The broker misses an answer after 30 s.
  await vi.waitFor(() => expect(applied).toEqual(['second', 'third', 'first']), { timeout: 15_000 });
  await acks.close();
});
