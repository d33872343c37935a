import { type BrokerConnection, eventPublisher, notify } from '@gatecast/broker';
import { type RelayHeads, subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { LogPage } from '../../../services/ws-edge/dist/artifacts-service.js';
import { type Feed, startFeed } from '../../../services/ws-edge/dist/feed.js';
import { Subscription } from '../../../services/ws-edge/dist/subscription.js';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { ensureStream } from '../relay/replica.js';
import { until } from '../until.js';

let broker: OwnBroker;
let connection: BrokerConnection;
let feed: Feed;
let window: EventWindow;
let epochs: string[];
let repeated: number;
let warnings: string[];
let readLog: () => Promise<LogPage>;
/** As the gateways of the organization. */
let subscriptions: Subscription[];

const organizationId = newId();
const [first, second] = [newId(), newId()];

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  await ensureStream(connection);
  epochs = [];
  repeated = 0;
  readLog = () => Promise.reject(new Error('Nobody is asked here.'));
  subscriptions = [];
  warnings = [];
  const logger = createLogger('test', 'silent');
  logger.warn = ({ err }: { err?: Error }) => void warnings.push(String(err));
  window = new EventWindow(1_000_000, ({ revision }) => {
    for (const subscription of subscriptions) {
      subscription.fallBehind(revision);
      subscription.pull();
    }
  });
  feed = startFeed({
    connection,
    window,
    artifactsService: { readLog: () => readLog() },
    logger,
    backMs: 60_000,
    onLogEpoch: (epoch) => epochs.push(epoch),
    onRepeated: () => {
      repeated += 1;
    },
    onSkipped: () => {
      for (const subscription of subscriptions) subscription.onSkipped();
    },
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

test('of two epochs that were told at once the present one is taken up, whichever was told last', async () => {
  const [present, late] = [newId(), newId()];
  expect(feed.expect(present, organizationId, 0)).toBe(true);
  expect(feed.expect(late, organizationId, 0)).toBe(true);
  expect(feed.expect(present, organizationId, 0)).toBe(false);

  const later = performance.now() + 31_000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  onTestFinished(() => void vi.restoreAllMocks());
  expect(feed.expect(present, organizationId, 0)).toBe(true);
  expect(feed.logEpoch).toBe(present);
});

test('one late word of an epoch that is over changes nothing, however late, while the present one is told', async () => {
  const [late, present] = [newId(), newId()];
  expect(feed.expect(late, organizationId, 0)).toBe(true);
  expect(feed.expect(present, organizationId, 0)).toBe(true);

  let now = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  onTestFinished(() => void vi.restoreAllMocks());
  for (let second = 0; second < 60; second += 1) {
    now += 1_000;
    expect(feed.expect(present, organizationId, 0)).toBe(true);
  }
  expect(feed.expect(late, organizationId, 0)).toBe(false);
  expect(feed.expect(present, organizationId, 0)).toBe(true);
  expect(feed.logEpoch).toBe(present);
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

test('who had heard everything before a hole that the event log cannot fill any more is not told what comes after it', async () => {
  await publish(first, 1, 0);
  await until(contiguous).toBe(1);
  const written: number[] = [];
  let resyncs = 0;
  const subscription = new Subscription({
    organizationId,
    gatewayId: newId(),
    window,
    missed: { read: async () => 'trimmed' },
    outlet: {
      room: () => ({ events: 100, bytes: 1_000_000 }),
      write: (events) => written.push(...events.map(({ revision }) => revision)),
      caughtUp: () => undefined,
      needsResync: () => {
        resyncs += 1;
      },
    },
    onError: () => undefined,
    retryMs: 10,
  });
  subscriptions.push(subscription);
  subscription.start(1);
  expect(subscription.isCaughtUp).toBe(true);

  readLog = async () => ({ logEpoch: first, trimmedThrough: 8, through: 8, events: [] });
  await publish(first, 9, 1);
  await until(() => resyncs).toBe(1);
  expect(written).toEqual([]);

  // The full state is from there on.
  subscription.start(8);
  await until(() => written).toEqual([9]);
});

test('an event that somebody took out of the event log is told of, and asked for until it is there or given up', async () => {
  await publish(first, 1, 0);
  await until(contiguous).toBe(1);

  readLog = async () => ({ logEpoch: first, trimmedThrough: 0, through: 2, events: [] });
  await publish(first, 3, 1);
  await until(() => warnings.at(-1)).toContain('lacks revision 2');
  expect(contiguous()).toBe(1);

  readLog = async () => ({ logEpoch: first, trimmedThrough: 2, through: 2, events: [] });
  await until(contiguous).toBe(3);
});

test('a hole is filled at once also when what came beyond it finds no room, since other holes take all there is', async () => {
  const held = (organization: string, revision: number, bytes: number): HeldEvent => ({
    correlationId: newId(),
    organizationId: organization,
    gatewayId: null,
    revision,
    entity: `artifact:${newId()}`,
    type: 'api.deleted',
    action: 'DELETE',
    committedAtMs: 0,
    publishedAtMs: null,
    heardAtMs: 0,
    frame: Buffer.alloc(bytes),
  });
  await publish(first, 1, 0);
  await until(contiguous).toBe(1);
  const other = newId();
  window.hold(other, 0);
  window.add(held(other, 5, 499_500));

  readLog = async () => ({
    logEpoch: first,
    trimmedThrough: 0,
    through: 3,
    events: [held(organizationId, 2, 2), held(organizationId, 3, 2)],
  });
  await publish(first, 3, 1);
  await until(contiguous).toBe(3);
});
