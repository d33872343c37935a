import { notify } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startWaiting, type Waiting } from '../../../services/api-service/dist/waiting/waiting.js';
import { type Office, openOffice } from '../deployments/office.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { until } from '../until.js';

let office: Office;
let broker: OwnBroker;
let waiting: Waiting;
let statements: number;
beforeEach(async () => {
  [office, broker] = await Promise.all([openOffice(), startOwnBroker()]);
  statements = 0;
  const counting: Database = {
    ...office.database,
    query: (statement) => {
      statements += 1;
      return office.database.query(statement);
    },
  };
  waiting = startWaiting({ database: counting, broker: broker.connection, logger: createLogger('test', 'silent') });
  await broker.connection.live().flush();
});
afterEach(async () => {
  vi.useRealTimers();
  await waiting.stop();
  await broker.stop();
  await office.close();
});

/** Waits until a deployment is settled, for as long as it takes. */
const settled = (deploymentId: string, signal = new AbortController().signal) =>
  waiting.deployments.wait({
    ids: [deploymentId],
    isOver: ([sight]) => sight?.status !== 'DEPLOYING',
    timeoutMs: 3_600_000,
    signal,
  });

async function deployed() {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const deploymentId = await office.deploy(artifact, gateway);
  return { deploymentId, ack: () => office.ack(artifact, gateway) };
}

/** How many may wait at once, each for one deployment. */
const room = 20_000;

test('an outcome that another replica announces ends a wait without waiting for the next look at everything', async () => {
  const { deploymentId, ack } = await deployed();
  // From here on no timer of the waits goes off.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const waited = settled(deploymentId);
  await until(() => statements).toBe(1);
  await ack();
  notify(broker.connection, subjects.settled, { settled: office.settled });
  expect(await waited).toMatchObject({ isOver: true, sights: [{ deploymentId, status: 'DEPLOYED' }] });
});

test('ten thousand wait at once by a few statements, and all are answered', async () => {
  const places = await Promise.all(Array.from({ length: 20 }, deployed));
  const waits = Array.from({ length: 10_000 }, (_, index) => settled(places[index % 20]?.deploymentId as string));
  await until(() => statements).toBeGreaterThan(2);
  for (const { ack } of places) await ack();
  const answers = await Promise.all(waits);
  expect(answers.every((answer) => answer?.isOver)).toBe(true);
  expect(statements).toBeLessThan(500);
});

test('those that go away or stop to wait make room for others; beyond the room nobody waits', async () => {
  const { deploymentId, ack } = await deployed();
  for (let round = 0; round < 2; round += 1) {
    const clients = Array.from({ length: room }, () => new AbortController());
    const waits = clients.map(({ signal }) => settled(deploymentId, signal));
    expect(await settled(deploymentId)).toBeUndefined();
    expect(waiting.count()).toBe(room);
    for (const client of clients) client.abort();
    expect((await Promise.all(waits)).some((answer) => answer?.isOver)).toBe(false);
    expect(waiting.count()).toBe(0);
  }
  const waits = Array.from({ length: room }, () => settled(deploymentId));
  await ack();
  expect((await Promise.all(waits)).every((answer) => answer?.isOver)).toBe(true);
  expect(await settled(deploymentId)).toMatchObject({ isOver: true });
});

test('a wait survives a database that can not be asked for a while, and fails when it can not be asked at its end', async () => {
  const { deploymentId, ack } = await deployed();
  const waited = settled(deploymentId);
  await until(() => statements).toBeGreaterThan(0);
  await office.database.query(sql`ALTER TABLE deployments RENAME TO hidden`);
  const seen = statements;
  await until(() => statements).toBeGreaterThan(seen + 1);
  await expect(
    waiting.deployments.wait({ ids: [deploymentId], isOver: () => false, timeoutMs: 0, signal: new AbortController().signal }),
  ).rejects.toThrow();
  await office.database.query(sql`ALTER TABLE hidden RENAME TO deployments`);
  await ack();
  expect(await waited).toMatchObject({ isOver: true });
});

test('everyone is answered when the service stops, and nobody waits after that', async () => {
  const { deploymentId } = await deployed();
  const waits = Array.from({ length: 1_000 }, () => settled(deploymentId));
  await waiting.stop();
  for (const answer of [...(await Promise.all(waits)), await settled(deploymentId)]) {
    expect(answer).toMatchObject({ isOver: false, sights: [{ status: 'DEPLOYING' }] });
  }
});
