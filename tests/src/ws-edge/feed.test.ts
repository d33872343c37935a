import { type BrokerConnection, eventPublisher, notify } from '@gatecast/broker';
import { type RelayHeads, subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Feed, startFeed } from '../../../services/ws-edge/dist/feed.js';
import { EventWindow } from '../../../services/ws-edge/dist/window.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { ensureStream } from '../relay/replica.js';
import { until } from '../until.js';

let broker: OwnBroker;
let connection: BrokerConnection;
let feed: Feed;
let window: EventWindow;
let epochs: string[];
let repeated: number;

const organizationId = newId();
const [first, second] = [newId(), newId()];

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  await ensureStream(connection);
  epochs = [];
  repeated = 0;
  window = new EventWindow(1_000_000, () => undefined);
  feed = startFeed({
    connection,
    window,
    artifactsService: { readLog: () => Promise.reject(new Error('Nobody is asked here.')) },
    logger: createLogger('test', 'silent'),
    backMs: 60_000,
    onLogEpoch: (epoch) => epochs.push(epoch),
    onRepeated: () => {
      repeated += 1;
    },
    onSkipped: () => undefined,
  });
  await until(() => feed.isWarm).toBe(true);
});
afterEach(async () => {
  feed.close();
  await broker.stop();
});

const publish = (logEpoch: string, revision: number, lastSequence: number) =>
  eventPublisher(connection).publish(
    {
      correlationId: newId(),
      organizationId,
      gatewayId: null,
      revision,
      logEpoch,
      entity: `artifact:${newId()}`,
      type: 'api.deleted',
      action: 'DELETE',
      committedAtMs: Date.now(),
      frame: Buffer.from('{}'),
    },
    lastSequence,
  );
const tell = (logEpoch: string, head: number) =>
  notify(connection, subjects.relayHeads, { logEpoch, heads: { [organizationId]: head } } satisfies RelayHeads);
const contiguous = () => window.contiguous(organizationId);

test('events of a log that is over are not heard, and do not bring it back', async () => {
  await publish(first, 1, 0);
  await until(contiguous).toBe(1);
  tell(first, 1);
  tell(second, 4);
  await until(() => feed.logEpoch).toBe(second);
  expect(contiguous()).toBeUndefined();

  // As when the stream is heard again from some way back.
  await publish(first, 2, 1);
  await publish(second, 5, 2);
  await until(contiguous).toBe(5);

  expect(feed.logEpoch).toBe(second);
  expect(epochs).toEqual([second]);
});

test('whoever tells of a log that is over tells nothing, so nobody is let in by it', async () => {
  expect(feed.expect(first, organizationId, 3)).toBe(true);
  expect(feed.expect(second, organizationId, 1)).toBe(true);
  window.hold(organizationId, 1);

  expect(feed.expect(first, organizationId, 9)).toBe(false);
  tell(first, 9);
  await publish(second, 2, 0);
  await until(contiguous).toBe(2);

  expect(feed.logEpoch).toBe(second);
  expect(epochs).toEqual([second]);
});

test('before the database has told of an epoch, it is that of the last event', async () => {
  await publish(first, 7, 0);
  await publish(second, 1, 1);
  await until(() => feed.logEpoch).toBe(second);
  await until(contiguous).toBe(1);

  expect(feed.expect(second, organizationId, 1)).toBe(true);
});

test('an event at a revision that was heard already is told of: another one may have its place', async () => {
  await publish(first, 7, 0);
  await publish(first, 8, 1);
  await until(contiguous).toBe(8);
  expect(repeated).toBe(0);

  await publish(first, 8, 2);
  await until(() => repeated).toBe(1);
  expect(contiguous()).toBe(8);
});
