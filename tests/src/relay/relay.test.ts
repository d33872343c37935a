import {
  type BrokerConnection,
  BrokerUnavailableError,
  ensureEventStream,
  eventPublisher,
  lastEvent,
  notify,
  StreamUnusableError,
} from '@gatecast/broker';
import { eventStream, eventStreamSubjects, type HeardEvents, subjects } from '@gatecast/contracts';
import { type Database, newId, openDatabase, sql } from '@gatecast/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLogEpoch } from '../../../services/api-service/dist/relay/log-epoch.js';
import { organizationsWithUnpublished, readUnpublished } from '../../../services/api-service/dist/relay/unpublished.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';
import { commitEvents, expectEveryEventOnceInOrder, publishedEventCount, publishedEvents } from './published-events.js';
import { ensureStream, type Replica, type ReplicaOptions, startReplica } from './replica.js';

let broker: OwnBroker;
let databaseUrl: string;
/** The test's own eyes on database and broker. */
let database: Database;
let connection: BrokerConnection;
let replicas: Replica[];

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  databaseUrl = await createDatabase();
  database = openDatabase({ url: databaseUrl, onError: () => undefined });
  replicas = [];
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await broker.stop();
  await database.close();
});

async function start(options: Pick<ReplicaOptions, 'ensureStream' | 'gate'> = {}): Promise<Replica> {
  const replica = await startReplica({ databaseUrl, natsUrl: broker.server.url, ...options });
  replicas.push(replica);
  return replica;
}

const commit = (organizationId: string, count?: number, gatewayId?: string | null) =>
  commitEvents(database, organizationId, count, gatewayId);
const published = () => publishedEvents(connection);
const publishedCount = () => publishedEventCount(connection);
const expectAllOnceInOrder = () => expectEveryEventOnceInOrder(database, connection);
const organizations = (count: number) => Promise.all(Array.from({ length: count }, () => seedOrganization(database)));
const streams = async () => (await connection.live().jetstreamManager()).streams;

test("events of several organizations are published, each organization's in its order", async () => {
  const { relay } = await start();
  const ids = await organizations(4);
  const commits = Array.from({ length: 60 }, async (_, index) => {
    const organizationId = ids[index % 4] as string;
    await commit(organizationId, (index % 3) + 1, index % 5 === 0 ? null : newId());
    relay.wake(organizationId);
  });
  await Promise.all(commits);

  await until(publishedCount).toBe(120);
  await expectAllOnceInOrder();
});

test('events that nobody woke the relay for are found, also those that were committed before it started', async () => {
  const [first, second] = (await organizations(2)) as [string, string];
  await commit(first, 3);
  await start();
  await until(publishedCount).toBe(3);

  await commit(second, 2);

  await until(publishedCount).toBe(5);
  await expectAllOnceInOrder();
});

test('what is committed while the broker is away is published when it is back, once and in order', async () => {
  const { relay } = await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 5);
  relay.wake(organizationId);
  await until(publishedCount).toBe(5);

  await broker.server.kill('SIGKILL');
  for (let count = 0; count < 20; count += 1) {
    await commit(organizationId, 2);
    relay.wake(organizationId);
  }
  await broker.server.start();

  await until(publishedCount).toBe(45);
  await expectAllOnceInOrder();
});

test('when the broker goes in the middle of a burst, no event is lost and none is published twice', async () => {
  const { relay } = await start();
  const [organizationId] = (await organizations(1)) as [string];
  for (let count = 0; count < 10; count += 1) await commit(organizationId, 200);
  relay.wake(organizationId);
  await until(publishedCount).toBeGreaterThan(0);

  await broker.server.kill('SIGKILL');
  await broker.server.start();

  await until(publishedCount).toBe(2_000);
  await expectAllOnceInOrder();
});

test('what is under way fails at once when the connection is lost, not at its time-out', async () => {
  await ensureStream(connection);
  await broker.server.kill('SIGSTOP');
  const event = { correlationId: newId(), organizationId: newId(), gatewayId: null, revision: 1, logEpoch: newId() };
  const about = { entity: `artifact:${newId()}`, type: 'api.deleted', action: 'DELETE', committedAtMs: Date.now() } as const;
  const publishing = eventPublisher(connection).publish({ ...event, ...about, frame: new Uint8Array() }, 0);

  await Promise.all([expect(publishing).rejects.toThrow(BrokerUnavailableError), broker.server.kill('SIGKILL')]);
});

test('of two relays one publishes, and the other takes over when that one is gone without giving its lease back', async () => {
  const [first, second] = [await start(), await start()];
  const [organizationId] = (await organizations(1)) as [string];
  for (let count = 0; count < 20; count += 1) {
    await commit(organizationId);
    for (const { relay } of [first, second]) relay.wake(organizationId);
  }
  await until(publishedCount).toBe(20);
  const [active, passive] = first.attempts() > 0 ? [first, second] : [second, first];
  expect([active.attempts(), passive.attempts()]).toEqual([20, 0]);

  await active.crash();
  expect(await database.query(sql`SELECT 1 FROM leases`)).toHaveLength(1);
  await commit(organizationId, 3);

  await until(publishedCount).toBe(23);
  await expectAllOnceInOrder();
});

test('a relay that is stopped gives its lease back', async () => {
  const { stop } = await start();
  await until(() => database.query(sql`SELECT 1 FROM leases`)).toHaveLength(1);
  await stop();
  expect(await database.query(sql`SELECT 1 FROM leases`)).toEqual([]);
});

test('a lease that lasts for an hour, since the clock was set back after it was given, keeps nobody from relaying', async () => {
  await database.query(sql`
    INSERT INTO leases (name, holder, expires_at) VALUES ('relay', gen_random_uuid(), clock_timestamp() + interval '1 hour')`);
  await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId);

  await until(publishedCount).toBe(1);
});

test('a relay that slept while another took over publishes nothing when it wakes up, also when the broker has forgotten the ids', async () => {
  await ensureStream(connection);
  const all = await streams();
  const { config } = await all.info(eventStream);
  await all.update(eventStream, { ...config, duplicate_window: 100_000_000 });
  const forgetful = {
    ensureStream: async () => {
      const { created, state } = await all.info(eventStream);
      return { created, lastSequence: state.last_seq };
    },
  };

  let asleep: Promise<void> | undefined;
  let wakeUp: () => void = () => undefined;
  const sleeper = await start({ ...forgetful, gate: () => asleep });
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId);
  await until(publishedCount).toBe(1);
  asleep = new Promise((resolve) => {
    wakeUp = resolve;
  });
  await commit(organizationId, 3);
  await until(sleeper.attempts).toBe(4);
  await start(forgetful);
  await until(publishedCount).toBe(4);

  const isForgotten = async () => {
    const { duplicate, seq } = await connection.live().jetstream().publish('gateway.probe.event', '', { msgID: 'probe' });
    if (!duplicate) await all.deleteMessage(eventStream, seq);
    return !duplicate;
  };
  expect(await isForgotten()).toBe(true);
  await until(isForgotten).toBe(true);
  const revisions = async () => (await published()).map(({ revision }) => revision);
  expect(await revisions()).toEqual([1, 2, 3, 4]);

  asleep = undefined;
  wakeUp();
  // It stops when it has had the broker's answers.
  await sleeper.stop();
  await commit(organizationId);
  await until(revisions).toContain(5);
  expect(await revisions()).toEqual([1, 2, 3, 4, 5]);
});

test('a relay that cannot publish lets another one try', async () => {
  let isCutOff = false;
  const cutOff = await start({ gate: () => (isCutOff ? Promise.reject(new Error('no answer')) : undefined) });
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId);
  await until(publishedCount).toBe(1);

  isCutOff = true;
  await start();
  await commit(organizationId, 3);

  await until(publishedCount).toBe(4);
  await expectAllOnceInOrder();
  expect(cutOff.attempts()).toBeGreaterThan(0);
});

test('one with a long backlog holds up nobody', async () => {
  const ids = (await organizations(3)).sort() as [string, string, string];
  for (let count = 0; count < 6; count += 1) await commit(ids[0], 500);
  for (const organizationId of ids.slice(1)) await commit(organizationId, 3);
  await start();

  await until(publishedCount).toBe(3_006);
  const events = await connection.live().jetstream().streams.get(eventStream);
  const last = async (organizationId: string) => {
    const [row] = await database.query<{ gatewayId: string }>(sql`
      SELECT gateway_id AS "gatewayId" FROM events WHERE organization_id = ${organizationId} AND revision = 3`);
    return (await events.getMessage({ last_by_subj: `gateway.${row?.gatewayId}.event` })).seq;
  };
  // Within what is published at once.
  for (const organizationId of ids.slice(1)) expect(await last(organizationId)).toBeLessThan(1_000);
});

test('of a very long backlog over very many organizations no more is read than what is published at once', async () => {
  await database.query(sql`
    WITH made AS (
      INSERT INTO organizations (id, handle, display_name)
      SELECT gen_random_uuid(), 'org-' || n, 'Organization' FROM generate_series(1, 400) AS n RETURNING id
    ), heads AS (
      INSERT INTO organization_heads (organization_id, revision) SELECT id, 60 FROM made
    )
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, user_id, committed_at)
    SELECT made.id, n, gen_random_uuid(), NULL, 'artifact', gen_random_uuid(), 'DELETE', 'api.deleted', repeat('x', 1000), 'test', now()
    FROM made, generate_series(1, 60) AS n`);
  const waiting = await organizationsWithUnpublished(database);
  expect(waiting).toHaveLength(400);
  const read = (asked: readonly string[], limits: { events: number; bytes: number }) =>
    readUnpublished(database, new Map(asked.map((id) => [id, 0])), limits);
  const bytes = 4 * 1024 * 1024;

  const first = await read(waiting.slice(0, 300), { events: 500, bytes });
  expect(first.events).toHaveLength(300);
  expect(first.unfinished).toHaveLength(300);
  expect((await read(waiting.slice(0, 3), { events: 500, bytes })).events).toHaveLength(180);
  expect((await read(waiting.slice(0, 3), { events: 500, bytes: 10_500 })).events).toHaveLength(11);
});

test('when less is stored as published than the stream has, it is recognized and everything goes on', async () => {
  const { stop } = await start();
  const ids = await organizations(3);
  for (const organizationId of ids) await commit(organizationId, 400);
  await until(publishedCount).toBe(1_200);
  await stop();
  await database.query(sql`UPDATE published_heads SET revision = 0`);

  const { relay } = await start();
  for (const organizationId of ids) {
    await commit(organizationId, 2);
    relay.wake(organizationId);
  }

  await until(publishedCount).toBe(1_206);
  await expectAllOnceInOrder();
  await until(() => database.query(sql`SELECT DISTINCT revision FROM published_heads`)).toEqual([{ revision: 402 }]);
});

test('what the stream has already is recognized many events at a time', async () => {
  const { stop } = await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 300);
  await until(publishedCount).toBe(300);
  await stop();
  await database.query(sql`UPDATE published_heads SET revision = 0`);
  await commit(organizationId, 100);

  // No attempt goes on before so many are under way.
  let openGate: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    openGate = resolve;
  });
  let beginnings = 0;
  const beginning = () => {
    beginnings += 1;
    return ensureStream(connection);
  };
  const { attempts } = await start({ gate: () => gate, ensureStream: beginning });
  await until(attempts).toBe(400);
  openGate();

  await until(publishedCount).toBe(400);
  await expectAllOnceInOrder();
  // Those that were recognized, and those that were not, these a second time.
  expect(attempts()).toBe(500);
  expect(beginnings).toBe(1);
});

test('what is committed in a new log epoch is published as of that one, by a relay that has started over before', async () => {
  let beginnings = 0;
  const publishedBy: number[] = [];
  const { relay } = await start({
    ensureStream: () => {
      beginnings += 1;
      return ensureStream(connection);
    },
    gate: () => void publishedBy.push(beginnings),
  });
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId);
  await until(publishedCount).toBe(1);

  const epochs: string[] = [];
  for (let count = 2; count <= 4; count += 1) {
    await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);
    epochs.push(await readLogEpoch(database));
    await commit(organizationId);
    relay.wake(organizationId);
    await until(publishedCount).toBe(count);
  }

  expect((await published()).slice(1).map(({ logEpoch }) => logEpoch)).toEqual(epochs);
  // A head whose store came too late for its epoch is published again, and recognized.
  expect([...new Set(publishedBy)]).toEqual([1, 2, 3, 4]);
});

test('a stream that was deleted is made again, and what is recent is in it again', async () => {
  const { relay } = await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 3);
  await until(publishedCount).toBe(3);

  await (await streams()).delete(eventStream);
  await commit(organizationId, 2);
  relay.wake(organizationId);

  await until(publishedCount).toBe(5);
  await expectAllOnceInOrder();
});

test('a stream that was deleted while nothing happens is made again, and what is recent is in it again', async () => {
  await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 3);
  await until(publishedCount).toBe(3);

  await (await streams()).delete(eventStream);

  await until(publishedCount).toBe(3);
  await expectAllOnceInOrder();
});

test('a stream that somebody else has made anew gets what is recent', async () => {
  await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 3);
  await until(publishedCount).toBe(3);

  const all = await streams();
  const { config } = await all.info(eventStream);
  await all.delete(eventStream);
  await all.add(config);

  await until(publishedCount).toBe(3);
  await expectAllOnceInOrder();
});

test('a stream with settings that cannot be changed is told of, with what to do, and left alone; then the relay goes on', async () => {
  const all = await streams();
  const subjects = eventStreamSubjects;
  await all.add({ name: eventStream, subjects, retention: 'workqueue' as never });
  await expect(ensureStream(connection)).rejects.toThrow(StreamUnusableError);
  await expect(ensureStream(connection)).rejects.toThrow('remove it with `nats stream rm EVENTS`');
  await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 3);

  await all.delete(eventStream);

  await until(publishedCount).toBe(3);
});

test('settings of a stream that can be changed are put right', async () => {
  const all = await streams();
  await all.add({
    name: eventStream,
    subjects: ['gateway.*.event'],
    max_msgs_per_subject: 1,
    max_msgs: 10,
    max_msg_size: 100,
    no_ack: true,
  });

  await ensureStream(connection);

  const { config } = await all.info(eventStream);
  expect(config).toMatchObject({ max_msgs_per_subject: -1, max_msgs: -1, max_msg_size: -1, subjects: eventStreamSubjects });
  expect(config.no_ack ?? false).toBe(false);
});

test('a stream whose subjects another one has, or that the broker has no room for, is told of with what to do', async () => {
  await (await streams()).add({ name: 'OTHER', subjects: ['gateway.>'] });
  await expect(ensureStream(connection)).rejects.toThrow('Another stream has subjects of the stream EVENTS');
  await (await streams()).delete('OTHER');
  const huge = { maxAgeMs: 3_600_000, maxBytes: 2 ** 50, replicas: 1 };
  await expect(ensureEventStream(connection, huge)).rejects.toThrow('lower STREAM_MAX_BYTES');
  await expect(ensureEventStream(connection, { ...huge, maxBytes: 2 ** 20, replicas: 3 })).rejects.toThrow(
    'lower STREAM_REPLICAS',
  );
});

/** As a backup has it that was taken after two events; and the stream is empty. */
async function setBackToTwoEvents(): Promise<void> {
  await database.query(sql`DELETE FROM events WHERE revision > 2`);
  await database.query(sql`UPDATE organization_heads SET revision = 2`);
  await database.query(sql`UPDATE published_heads SET revision = 2`);
  await (await streams()).delete(eventStream);
}

test('what somebody else has put into the stream and is no event holds up nothing', async () => {
  const { relay } = await start();
  const [organizationId] = (await organizations(1)) as [string];
  await commit(organizationId, 2);
  relay.wake(organizationId);
  await until(publishedCount).toBe(2);

  for (let count = 0; count < 3; count += 1) await connection.live().jetstream().publish(`org.${organizationId}.event`, 'hello');
  await commit(organizationId, 2);
  relay.wake(organizationId);

  await until(publishedCount).toBe(7);
  expect((await published()).map(({ revision }) => revision)).toEqual([1, 2, 0, 0, 0, 3, 4]);
  expect(await lastEvent(connection)).toMatchObject({ organizationId, revision: 4 });
});

test('a database that was set back while the stream was emptied is noticed by the relay that published more', async () => {
  await start();
  const [organizationId = ''] = await organizations(1);
  await commit(organizationId, 3);
  await until(publishedCount).toBe(3);
  const logEpoch = await readLogEpoch(database);

  await setBackToTwoEvents();

  await until(() => readLogEpoch(database)).not.toBe(logEpoch);
});

test('where no relay remembers it, it is noticed by what an edge has heard', async () => {
  const replica = await start();
  const [organizationId = ''] = await organizations(1);
  await commit(organizationId, 3);
  await until(publishedCount).toBe(3);
  const logEpoch = await readLogEpoch(database);
  const heard = (await published()).map(({ id, revision }) => ({ organizationId, revision, correlationId: id, logEpoch }));
  const tell = (events: HeardEvents['events']) => notify(connection, subjects.heardEvents, { events } satisfies HeardEvents);
  await replica.stop();
  await setBackToTwoEvents();
  await start();
  await commit(organizationId, 1);
  await until(publishedCount).toBe(3);

  // What is there is no sign.
  tell(heard.slice(0, 2));
  await commit(organizationId, 1);
  await until(publishedCount).toBe(4);
  expect(await readLogEpoch(database)).toBe(logEpoch);
  tell(heard.slice(2));
  await until(() => readLogEpoch(database)).not.toBe(logEpoch);
});
