import { ensureAckQueue, storeAck, takeAcks } from '@gatecast/broker';
import { newId } from '@gatecast/database';
import { afterEach, beforeEach, test } from 'vitest';
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
