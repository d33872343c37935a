import { type BrokerConnection, eventPublisher, lastEvent, openConnection, streamedEntities } from '@gatecast/broker';
import { artifactEnvelope, type EventPosition, type StreamEvent } from '@gatecast/contracts';
import { type Database, newId, openDatabase, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lostEvents, readLogEpoch, settleLogEpoch } from '../../../services/api-service/dist/relay/log-epoch.js';
import { openTcpProxy } from '../../../stack/dist/chaos/tcp-proxy.js';
import { seedArtifact, seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { createDatabase } from '../setup.js';
import { commitEvents } from './published-events.js';
import { ensureStream } from './replica.js';

let broker: OwnBroker;
let database: Database;
let connection: BrokerConnection;

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  database = openDatabase({ url: await createDatabase(), onError: () => undefined });
  await ensureStream(connection);
});
afterEach(async () => {
  await broker.stop();
  await database.close();
});

async function publish(organizationId: string, artifactIds: readonly string[], gatewayId = newId()): Promise<string> {
  const logEpoch = await readLogEpoch(database);
  const publisher = eventPublisher(connection);
  for (const [index, artifactId] of artifactIds.entries()) {
    const correlationId = newId();
    const envelope = artifactEnvelope({ kind: 'LlmProxy', verb: 'deployed', artifactId }, correlationId, new Date());
    const event: StreamEvent = {
      correlationId,
      organizationId,
      gatewayId,
      revision: index + 1,
      logEpoch,
      entity: `artifact:${artifactId}`,
      type: envelope.type,
      action: 'CREATE',
      committedAtMs: Date.now(),
      frame: Buffer.from(JSON.stringify(envelope)),
    };
    await publisher.publish(event, index);
  }
  return logEpoch;
}

/** With what the stream ends with, and what somebody else knows beside it. */
const settle = async (known: readonly EventPosition[] = []) => {
  const last = await lastEvent(connection);
  const events = last ? [last, ...known] : known;
  return settleLogEpoch(database, { events, entities: () => streamedEntities(connection) }, createLogger('test', 'silent'));
};

test('artifacts that the stream tells of and a set-back database does not know get tombstones, so that gateways let go of them', async () => {
  const organizationId = await seedOrganization(database);
  const known = newId();
  await database.query(sql`
    INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
    VALUES (${known}, ${organizationId}, 'LlmProxy', 'known', 'Known', 'v1.0', '{}', 'test')`);
  const [lost, alsoLost] = [newId(), newId()];
  const before = await publish(organizationId, [known, lost, alsoLost, lost]);

  // The organization's head is 0: nothing of this is in the event log.
  expect(await settle()).not.toBe(before);

  const tombstones = await database.query<{ id: string; type: string; payload: object }>(sql`
    SELECT entity_id AS id, type, payload FROM tombstones WHERE organization_id = ${organizationId}`);
  expect(tombstones.map(({ id }) => id).sort()).toEqual([lost, alsoLost].sort());
  expect(
    tombstones.every(({ id, type, payload }) => type === 'llmproxy.deleted' && 'proxyId' in payload && payload.proxyId === id),
  ).toBe(true);
  const settled = await readLogEpoch(database);
  expect(await settle()).toBe(settled);
});

test('an artifact that only came to a gateway after the backup is to be undeployed there', async () => {
  const organizationId = await seedOrganization(database);
  const { gatewayId } = await seedGateway(database, organizationId);
  const { artifactId } = await seedArtifact(database, organizationId, 'LlmProxy');
  await publish(organizationId, [artifactId], gatewayId);

  await settle();

  expect(
    await database.query(sql`
    SELECT artifact_id AS "artifactId", gateway_id AS "gatewayId", desired_state AS "desiredState" FROM artifact_gateways`),
  ).toEqual([{ artifactId, gatewayId, desiredState: 'UNDEPLOYED' }]);
  expect(await database.query(sql`SELECT 1 FROM tombstones`)).toEqual([]);
});

test('a stream whose last event is in the event log tells of nothing that is lost', async () => {
  const organizationId = await seedOrganization(database);
  const before = await publish(organizationId, [newId()]);
  const last = await lastEvent(connection);
  await database.query(sql`
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, user_id, committed_at)
    VALUES (${organizationId}, 1, ${last?.correlationId}, NULL, 'artifact', ${newId()}, 'CREATE', 'llmproxy.deployed', '{}', 'test', now())`);
  await database.query(sql`UPDATE organization_heads SET revision = 1 WHERE organization_id = ${organizationId}`);

  expect(await settle()).toBe(before);
  expect(await database.query(sql`SELECT 1 FROM tombstones`)).toEqual([]);
});

test('a database that was set back to a time before its log epoch began has been set back', async () => {
  const organizationId = await seedOrganization(database);
  const earlier = await readLogEpoch(database);
  await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);
  const later = await publish(organizationId, [newId()]);
  // As the backup has it: what came after this epoch it can't know.
  await database.query(sql`UPDATE log_epoch SET epoch = ${earlier}`);
  await database.query(sql`UPDATE log_epoch SET earlier = '{}'`);

  const settled = await settle();

  expect([earlier, later]).not.toContain(settled);
  expect(await settle()).toBe(settled);
});

test('an event that somebody knows of is enough, where the stream was emptied or ends with an event from before the backup', async () => {
  const organizationId = await seedOrganization(database);
  await commitEvents(database, organizationId, 2);
  const before = await readLogEpoch(database);
  const [kept] = await database.query<{ correlationId: string }>(
    sql`SELECT id AS "correlationId" FROM events WHERE revision = 2`,
  );
  const known = { organizationId, revision: 2, correlationId: kept?.correlationId ?? '', logEpoch: before };
  expect(await settle([known])).toBe(before);

  expect(await settle([known, { ...known, revision: 3, correlationId: newId() }])).not.toBe(before);
});

test('lost is what is beyond the head or another event there; not what was trimmed, nor what is of a log that is over', async () => {
  const organizationId = await seedOrganization(database);
  await commitEvents(database, organizationId, 3);
  const over = await readLogEpoch(database);
  await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);
  const logEpoch = await readLogEpoch(database);
  await database.query(sql`DELETE FROM events WHERE revision = 1`);
  await database.query(sql`UPDATE organization_heads SET trimmed_through = 1`);
  const at = (revision: number, epoch = logEpoch) => ({ organizationId, revision, correlationId: newId(), logEpoch: epoch });
  const [replaced, beyond, unknown] = [at(2), at(4), at(1, newId())];

  const lost = await lostEvents(database, [at(1), replaced, at(3, over), beyond, unknown]);

  const byRevision = (events: readonly EventPosition[]) => [...events].sort((a, b) => a.revision - b.revision);
  expect(byRevision(lost)).toEqual(byRevision([replaced, beyond, unknown]));
});

test('a log epoch that was begun by a person stays, though the stream ends with the one before', async () => {
  await publish(await seedOrganization(database), [newId()]);
  await database.query(sql`UPDATE log_epoch SET epoch = gen_random_uuid()`);
  const begun = await readLogEpoch(database);

  expect(await settle()).toBe(begun);
});

test('a broker that falls silent while the stream is read is an error like any other', async () => {
  await publish(await seedOrganization(database), [newId()]);
  const link = await openTcpProxy(Number(new URL(broker.server.url).port));
  const over = openConnection({ url: `nats://127.0.0.1:${link.port}`, name: 'test', onStatus: () => undefined });
  await over.opened;
  link.swallow();

  await expect(streamedEntities(over)).rejects.toThrow();

  await over.close();
  await link.close();
}, 30_000);
