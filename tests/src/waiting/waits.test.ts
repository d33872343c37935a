import { notify } from '@gatecast/broker';
import { type CursorsMoved, type RelayHeads, type Revocation, type SettledMessage, subjects } from '@gatecast/contracts';
import { type Database, type Sql, sql } from '@gatecast/database';
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
let answers: number;
/** What answers of the database wait for. */
let held: Promise<void> | undefined;
beforeEach(async () => {
  [office, broker] = await Promise.all([openOffice(), startOwnBroker()]);
  statements = 0;
  answers = 0;
  held = undefined;
  const counting: Database = {
    ...office.database,
    async query<Row extends Record<string, unknown>>(statement: Sql) {
      statements += 1;
      const rows = await office.database.query<Row>(statement);
      answers += 1;
      await held;
      return rows;
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

/** Waits until its gateway has handled a deployment, for as long as it takes; or until it is there no more. */
const confirmed = (deploymentId: string) =>
  waiting.deployments.wait({
    ids: [deploymentId],
    isOver: ([sight]) => !sight || sight.isConfirmed || sight.status === 'ARCHIVED',
    timeoutMs: 3_600_000,
    signal: new AbortController().signal,
  });

async function deployed() {
  const [artifact, gateway] = [await office.artifact(), await office.gateway()];
  const deploymentId = await office.deploy(artifact, gateway);
  const say = (subject: string, message: object) => notify(broker.connection, subject, message);
  return {
    deploymentId,
    /** Applies the gateway's ack, and announces it as the replica that does so. */
    async ack() {
      await office.ack(artifact, gateway);
      say(subjects.settled, { settled: office.settled } satisfies SettledMessage);
    },
    /** Stores that the gateway has handled everything, and announces it as artifacts-service does. */
    async confirm() {
      await office.database.query(sql`
        INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written)
        SELECT ${gateway.id}::uuid, epoch, 1000, 1000 FROM log_epoch
        ON CONFLICT (gateway_id) DO UPDATE SET confirmed = EXCLUDED.confirmed`);
      say(subjects.cursorsMoved, { gatewayIds: [gateway.id] } satisfies CursorsMoved);
    },
    /** Decides anew, or deletes the artifact, and announces the head as the relay does. */
    async supersede(by: 'deploy' | 'delete') {
      if (by === 'deploy') await office.deploy(artifact, gateway);
      else await office.deployments.deleteArtifact(artifact, 'test');
      const head = (await office.events()).length;
      say(subjects.relayHeads, { logEpoch: 'epoch', heads: { [office.organizationId]: head } } satisfies RelayHeads);
    },
    async deleteGateway() {
      await office.database.query(sql`DELETE FROM gateways WHERE id = ${gateway.id}`);
      say(subjects.revocations, { gatewayId: gateway.id } satisfies Revocation);
    },
  };
}

/** Resolves when all that is waited for was looked at once. */
const firstLook = () => until(() => answers > 0 && answers === statements).toBe(true);

type Deployed = Awaited<ReturnType<typeof deployed>>;

/** How many may wait at once, each for one deployment. */
const room = 20_000;

test.each<[string, (one: Deployed) => Promise<void>, object | undefined]>([
  ['a confirmation', ({ confirm }) => confirm(), { isConfirmed: true, status: 'DEPLOYING' }],
  ['another decision', ({ supersede }) => supersede('deploy'), { status: 'ARCHIVED' }],
  ['the deletion of the artifact', ({ supersede }) => supersede('delete'), undefined],
  ['the deletion of the gateway', ({ deleteGateway }) => deleteGateway(), undefined],
])('%s that is announced ends a wait without waiting for the next look at everything', async (_, happen, sight) => {
  const one = await deployed();
  // From here on no timer of the waits goes off.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const waited = confirmed(one.deploymentId);
  await until(() => answers).toBe(1);
  await happen(one);
  expect(await waited).toMatchObject({ isOver: true, sights: [sight] });
});

test('an outcome that another replica announces ends a wait without waiting for the next look at everything', async () => {
  const { deploymentId, ack } = await deployed();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const waited = settled(deploymentId);
  await until(() => answers).toBe(1);
  await ack();
  expect(await waited).toMatchObject({ isOver: true, sights: [{ deploymentId, status: 'DEPLOYED' }] });
});

test('what is announced while the first look is under way is not missed', async () => {
  const { deploymentId, confirm } = await deployed();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  let release: (() => void) | undefined;
  held = new Promise((resolve) => {
    release = resolve;
  });
  const waited = confirmed(deploymentId);
  await until(() => answers).toBe(1);
  await confirm();
  // What was published is heard when this comes back.
  await broker.connection.live().flush();
  release?.();
  expect(await waited).toMatchObject({ isOver: true, sights: [{ isConfirmed: true }] });
});

test('while nothing is said nobody asks, but now and then, in case it was said in vain', async () => {
  const places = await Promise.all([deployed(), deployed(), deployed()]);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const waits = places.map(({ deploymentId }) => settled(deploymentId));
  await until(() => waiting.count()).toBe(3);
  await firstLook();
  const asked = statements;
  await office.database.query(sql`UPDATE artifact_gateways SET status = 'DEPLOYED'`);
  vi.advanceTimersByTime(9_000);
  expect(statements).toBe(asked);
  vi.advanceTimersByTime(1_000);
  expect((await Promise.all(waits)).every((answer) => answer?.isOver)).toBe(true);
  expect(statements).toBe(asked + 1);
});

test('ten thousand wait at once by a few statements, and all are answered', async () => {
  const places = await Promise.all(Array.from({ length: 20 }, deployed));
  const waits = Array.from({ length: 10_000 }, (_, index) => settled(places[index % 20]?.deploymentId as string));
  await firstLook();
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

test('a wait survives a database that cannot be asked for a while, and fails when it cannot be asked at its end', async () => {
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
