import { openEventFeed, putEvent } from '@gatecast/broker';
import { eventStream } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { ensureStream } from '../relay/replica.js';
import { until } from '../until.js';

let broker: OwnBroker;

beforeEach(async () => {
  broker = await startOwnBroker();
  await ensureStream(broker.connection);
});
afterEach(() => broker.stop());

const [logEpoch, organizationId] = [newId(), newId()];
let revision = 0;
const put = () =>
  putEvent(broker.connection, {
    correlationId: newId(),
    organizationId,
    gatewayId: null,
    revision: ++revision,
    logEpoch,
    entity: `artifact:${newId()}`,
    type: 'api.deleted',
    action: 'DELETE',
    committedAtMs: Date.now(),
    frame: Buffer.alloc(20_000),
  });

test('it is warm when it has heard what was there, although more comes as fast as it hears', async () => {
  const [before, more] = [4_000, 4_000];
  for (let n = 0; n < before; n++) put();
  const jsm = await broker.connection.live().jetstreamManager();
  await until(async () => (await jsm.streams.info(eventStream)).state.messages).toBe(before);

  let heard = 0;
  let heardWhenWarm: number | undefined;
  const feed = openEventFeed(broker.connection, {
    backMs: 60_000,
    onEvent: () => {
      heard += 1;
      if (heard <= more) put();
    },
    onWarm: () => {
      heardWhenWarm = heard;
    },
    onRestart: () => undefined,
    onError: () => undefined,
  });
  await until(() => heard).toBe(before + more);
  feed.close();

  expect(heardWhenWarm).toBe(before);
});
