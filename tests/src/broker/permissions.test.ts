import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  answerInParts,
  type BrokerConnection,
  ensureAckQueue,
  ensureEventStream,
  eventPublisher,
  lastEvent,
  openConnection,
  openEventFeed,
  requestAll,
  storeAck,
  streamedEntities,
  takeAcks,
} from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import { findNatsServer, makeNatsServer, openPorts, projectFolder, type SupervisedProcess, toolsFolder } from '@gatecast/stack';
import { connect, Events, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';

const services = ['api-service', 'artifacts-service', 'ws-edge'] as const;
type Service = (typeof services)[number];
const streams = { maxAgeMs: 60_000, maxBytes: 16 * 1024 * 1024, replicas: 1 };

/** Somebody else on the same server, who may do everything in an account of their own. */
const neighbour = 'neighbour { jetstream: enabled, users: [{ user: neighbour, password: "neighbour\'s" }] }';

let folder: string;
/** A server of this test's own with the users and permissions that are deployed. */
let server: SupervisedProcess;
let address: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-permissions-'));
  const port = await openPorts(folder).choose('nats-server');
  address = `127.0.0.1:${port}`;
  const beside = path.join(folder, 'nats');
  cpSync(path.join(projectFolder, 'deploy/nats'), path.join(beside, 'config'), { recursive: true });
  const accounts = path.join(beside, 'config/accounts.conf');
  writeFileSync(accounts, readFileSync(accounts, 'utf8').replace(/^accounts \{$/m, `accounts { ${neighbour}`));
  mkdirSync(path.join(beside, 'credentials'));
  const passwords = services.map((service) => `${service.replaceAll('-', '_')}_password: "${service}'s"\n`);
  writeFileSync(path.join(beside, 'credentials/users.conf'), passwords.join(''));
  server = makeNatsServer({
    program: await findNatsServer(toolsFolder, () => undefined),
    folder,
    port,
    configuration: ['include ./config/accounts.conf'],
    logFile: path.join(folder, 'nats-server.log'),
    progress: () => undefined,
  });
  await server.start();
  const owner = open('api-service');
  await owner.opened;
  await ensureEventStream(owner, streams);
  await ensureAckQueue(owner, streams);
  await owner.close();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A service's own way to the broker. */
function open(service: Service): BrokerConnection {
  const password = encodeURIComponent(`${service}'s`);
  return openConnection({ url: `nats://${service}:${password}@${address}`, name: service, onStatus: () => undefined });
}

/** A client that has stolen a service's credentials, and says what the server refused. */
async function steal(service: Service | 'neighbour'): Promise<{ client: NatsConnection; refused: string[] }> {
  const client = await connect({ servers: address, user: service, pass: `${service}'s`, inboxPrefix: `_INBOX.${service}` });
  const refused: string[] = [];
  void (async () => {
    for await (const { type, permissionContext } of client.status())
      if (type === Events.Error && permissionContext) refused.push(`${permissionContext.operation} ${permissionContext.subject}`);
  })();
  return { client, refused };
}

const event = (revision: number) => ({
  correlationId: `0192-${revision}`,
  organizationId: 'organization',
  gatewayId: 'gateway',
  revision,
  logEpoch: 'epoch',
  entity: 'artifact:1',
  type: 'api.deployed',
  action: 'CREATE' as const,
  committedAtMs: 1,
  frame: new TextEncoder().encode('{}'),
});

describe('each service has what it needs', () => {
  test('api-service publishes events and reads them back, an edge hears them', async () => {
    const [owner, edge] = [open('api-service'), open('ws-edge')];
    await Promise.all([owner.opened, edge.opened]);
    const heard: number[] = [];
    let isWarm = false;
    const feed = openEventFeed(edge, {
      backMs: 60_000,
      onEvent: ({ revision }) => heard.push(revision),
      onWarm: () => {
        isWarm = true;
      },
      onRestart: () => undefined,
      onError: (error) => expect.fail(String(error)),
    });
    await until(() => isWarm).toBe(true);
    const { lastSequence } = await ensureEventStream(owner, streams);
    await eventPublisher(owner).publish(event(1), lastSequence);
    await until(() => heard).toEqual([1]);
    expect(await lastEvent(owner)).toMatchObject({ revision: 1 });
    expect(await streamedEntities(owner)).toMatchObject([{ entity: 'artifact:1' }]);
    feed.close();
    await Promise.all([owner.close(), edge.close()]);
  });

  test('an edge stores acks and api-service takes them', async () => {
    const [owner, edge] = [open('api-service'), open('ws-edge')];
    await Promise.all([owner.opened, edge.opened]);
    const applied: string[] = [];
    const acks = takeAcks(owner, {
      ensure: () => ensureAckQueue(owner, streams),
      apply: async ({ gatewayId }) => void applied.push(gatewayId),
      onError: (error) => expect.fail(String(error)),
    });
    await storeAck(edge, { gatewayId: 'gateway-1', organizationId: 'organization', ack: {} as never });
    await until(() => applied).toEqual(['gateway-1']);
    await acks.close();
    await Promise.all([owner.close(), edge.close()]);
  });

  test('artifacts-service answers what an edge asks', async () => {
    const [answering, asking] = [await steal('artifacts-service'), await steal('ws-edge')];
    for (const subject of [subjects.authenticate, subjects.eventLog, subjects.cursors, subjects.presence]) {
      answering.client.subscribe(subject, {
        queue: 'artifacts-service',
        callback: (_error, message) => message.respond('answer'),
      });
      await answering.client.flush();
      expect((await asking.client.request(subject, '{}')).string()).toBe('answer');
    }
    expect([...answering.refused, ...asking.refused]).toEqual([]);
    await Promise.all([answering.client.close(), asking.client.close()]);
  });

  test('edges answer api-service, each in several parts', async () => {
    const [asking, ...edges] = [open('api-service'), open('ws-edge'), open('ws-edge')];
    await Promise.all([asking.opened, ...edges.map(({ opened }) => opened)]);
    for (const edge of edges) {
      await answerInParts(
        edge,
        subjects.heardEntities,
        () => [1, 2, 3],
        (error) => expect.fail(String(error)),
      );
    }
    await until(async () => (await requestAll<number>(asking, subjects.heardEntities, {}, 300)).sort()).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
    await Promise.all([asking, ...edges].map((connection) => connection.close()));
  });

  test('api-service hears heads, receipts, verdicts, revocations, who came and went, and who has come further', async () => {
    const [hearing, edge, artifacts] = [await steal('api-service'), await steal('ws-edge'), await steal('artifacts-service')];
    const heard: string[] = [];
    for (const subject of [
      subjects.relayHeads,
      subjects.receipts,
      subjects.settled,
      subjects.revocations,
      subjects.presenceChanged,
      subjects.cursorsMoved,
    ]) {
      hearing.client.subscribe(subject, { callback: (_error, message) => heard.push(message.subject) });
    }
    await hearing.client.flush();
    hearing.client.publish(subjects.relayHeads, '{}');
    edge.client.publish(subjects.receipts, '{}');
    hearing.client.publish(subjects.settled, '{}');
    hearing.client.publish(subjects.revocations, '{}');
    artifacts.client.publish(subjects.presenceChanged, '{}');
    artifacts.client.publish(subjects.cursorsMoved, '{}');
    await until(() => heard.length).toBe(6);
    expect([...hearing.refused, ...edge.refused, ...artifacts.refused]).toEqual([]);
    await Promise.all([hearing.client.close(), edge.client.close(), artifacts.client.close()]);
  });
});

describe('no service can do what is for another', () => {
  test.each<[Service, string]>([
    ['ws-edge', subjects.gatewayEvent('gateway')],
    ['ws-edge', subjects.organizationEvent('organization')],
    ['ws-edge', subjects.revocations],
    ['ws-edge', subjects.relayHeads],
    ['ws-edge', subjects.settled],
    ['ws-edge', subjects.heardEntities],
    ['ws-edge', subjects.presenceChanged],
    ['ws-edge', subjects.cursorsMoved],
    ['ws-edge', '$JS.API.STREAM.DELETE.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.PURGE.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.UPDATE.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.CREATE.OTHER'],
    ['ws-edge', '$JS.API.STREAM.MSG.DELETE.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.RESTORE.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.SNAPSHOT.EVENTS'],
    ['ws-edge', '$JS.API.STREAM.DELETE.ACKS'],
    ['ws-edge', '$JS.API.STREAM.PURGE.ACKS'],
    ['ws-edge', '$JS.API.STREAM.UPDATE.ACKS'],
    ['ws-edge', '$JS.API.CONSUMER.CREATE.ACKS'],
    ['ws-edge', '$JS.API.CONSUMER.DELETE.ACKS.api-service'],
    ['ws-edge', '$JS.ACK.ACKS.api-service.1.1.1.1.0'],
    ['ws-edge', '$JS.API.CONSUMER.MSG.NEXT.ACKS.api-service'],
    ['artifacts-service', subjects.gatewayEvent('gateway')],
    ['artifacts-service', subjects.gatewayAck('gateway')],
    ['artifacts-service', '$JS.API.STREAM.DELETE.EVENTS'],
    ['api-service', subjects.gatewayAck('gateway')],
    ['api-service', '$JS.API.STREAM.PURGE.EVENTS'],
    ['api-service', subjects.receipts],
    ['api-service', subjects.presence],
    ['api-service', subjects.authenticate],
    ['api-service', subjects.cursors],
  ])('%s may not publish on %s', async (service, subject) => {
    const { client, refused } = await steal(service);
    client.publish(subject, '{}', { reply: `_INBOX.${service}.answer` });
    await client.flush();
    await until(() => refused).toEqual([`publish ${subject}`]);
    await client.close();
  });

  test.each<[Service, string]>([
    ['ws-edge', '>'],
    ['ws-edge', 'gateway.*.ack'],
    ['ws-edge', subjects.authenticate],
    ['ws-edge', '_INBOX.>'],
    ['ws-edge', '_INBOX.artifacts-service.>'],
    ['ws-edge', '$SYS.>'],
    ['artifacts-service', 'gateway.*.event'],
    ['api-service', subjects.authenticate],
    ['artifacts-service', subjects.heardEntities],
    ['api-service', '_INBOX.ws-edge.>'],
  ])('%s may not listen on %s', async (service, subject) => {
    const { client, refused } = await steal(service);
    client.subscribe(subject, { callback: () => undefined });
    await client.flush();
    await until(() => refused).toEqual([`subscription ${subject}`]);
    await client.close();
  });

  test('after all that the streams are as they were, and nothing forged is in them', async () => {
    const owner = open('api-service');
    await owner.opened;
    expect(await lastEvent(owner)).toMatchObject({ revision: 1 });
    expect(await ensureEventStream(owner, streams)).toMatchObject({ lastSequence: 1 });
    await owner.close();
  });

  test('an edge reads nothing of another account, nor does that account read or reach anything here', async () => {
    const [edge, owner, other] = [await steal('ws-edge'), await steal('api-service'), await steal('neighbour')];
    const heard: string[] = [];
    const heardByOther: string[] = [];
    edge.client.subscribe(subjects.relayHeads, { callback: (_error, message) => heard.push(message.string()) });
    other.client.subscribe('gateway.>', { callback: (_error, message) => heardByOther.push(message.subject) });
    other.client.subscribe('gatecast.>', { callback: (_error, message) => heardByOther.push(message.subject) });
    await Promise.all([edge.client.flush(), other.client.flush()]);

    const manager = await other.client.jetstreamManager();
    await manager.streams.add({ name: 'EVENTS', subjects: ['gateway.*.event'] });
    await other.client.jetstream().publish(subjects.gatewayEvent('theirs'), 'theirs');
    other.client.publish(subjects.relayHeads, 'theirs');
    await other.client.flush();
    edge.client.publish(subjects.receipts, '{}');
    await edge.client.flush();
    owner.client.publish(subjects.relayHeads, 'ours');
    await until(() => heard).toEqual(['ours']);

    const answer = await edge.client.request('$JS.API.STREAM.INFO.EVENTS', '');
    expect(answer.json()).toMatchObject({
      state: { messages: 1 },
      config: { subjects: expect.arrayContaining(['org.*.event']) },
    });
    other.client.publish(subjects.relayHeads, 'theirs');
    await until(() => heardByOther).toEqual([subjects.gatewayEvent('theirs'), subjects.relayHeads, subjects.relayHeads]);
    await Promise.all([edge.client.close(), owner.client.close(), other.client.close()]);
  });

  test('nobody comes in without a password, or with a wrong one', async () => {
    await expect(connect({ servers: address, maxReconnectAttempts: 0 })).rejects.toThrow(/authorization violation/i);
    await expect(connect({ servers: address, user: 'ws-edge', pass: 'guessed', maxReconnectAttempts: 0 })).rejects.toThrow(
      /authorization violation/i,
    );
  });
});
