import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Events } from '../../../services/api-service/dist/events/events.js';
import { createLiveEvents } from '../../../services/api-service/dist/live-events/live-events.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';

let broker: OwnBroker;
beforeEach(async () => {
  broker = await startOwnBroker();
});
afterEach(() => broker.stop());

test('whoever comes while the replica stops is sent away, though the database answers only after that', async () => {
  let answer: () => void = () => undefined;
  let onAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });
  const log = {
    bounds: () => {
      onAsked();
      return new Promise((resolve) => {
        answer = () => resolve({ logEpoch: newId(), head: 0, trimmedThrough: 0 });
      });
    },
  } as unknown as Events;
  const liveEvents = createLiveEvents({
    connection: broker.connection,
    database: { query: async () => [] },
    log,
    clock: { nowMs: () => Date.now() },
    logger: createLogger('test', 'silent'),
    readersMax: 10,
    limits: { bytesMax: 1_000_000, stallMs: 10_000 },
  });
  const opening = liveEvents.open({
    organizationId: newId(),
    filter: {},
    lastEventId: undefined,
    untilMs: Date.now() + 3_600_000,
  });
  await asked;

  liveEvents.close();
  answer();

  await expect(opening).rejects.toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
});
