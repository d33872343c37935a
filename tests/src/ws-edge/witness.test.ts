import { type BrokerConnection, hear, requestAll } from '@gatecast/broker';
import { type HeardEntities, type HeardEvents, subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';
import { startWitness } from '../../../services/ws-edge/dist/witness.js';
import { type OwnBroker, startOwnBroker } from '../own-broker.js';
import { until } from '../until.js';

let broker: OwnBroker;
let connection: BrokerConnection;
let window: EventWindow;
let told: HeardEvents[];

beforeEach(async () => {
  broker = await startOwnBroker();
  connection = broker.connection;
  window = new EventWindow(1_000, () => undefined);
  told = [];
  await hear<HeardEvents>(
    connection,
    subjects.heardEvents,
    (message) => told.push(message),
    () => undefined,
  );
});
afterEach(() => broker.stop());

const [organizationId, logEpoch] = [newId(), newId()];
const logger = createLogger('test', 'silent');
const event = (revision: number): HeldEvent => ({
  correlationId: newId(),
  organizationId,
  gatewayId: null,
  revision,
  entity: `artifact:${newId()}`,
  type: 'api.deleted',
  action: 'DELETE',
  committedAtMs: 0,
  publishedAtMs: null,
  heardAtMs: 0,
  frame: Buffer.alloc(400),
});

test('of each organization the last event without a gap is told, also when the window holds it no more', async () => {
  const [first, second, third, afterAHole] = [event(1), event(2), event(3), event(5)];
  for (const one of [first, second, third, afterAHole]) window.add(one);
  // Whatever came before an organization was followed, nobody here has heard.
  window.hold(newId(), 7);
  const witness = startWitness({ connection, window, logEpoch: () => logEpoch, intervalMs: 60_000, logger });
  witness.soon();
  witness.soon();

  await until(() => told).toEqual([{ events: [{ organizationId, revision: 3, correlationId: third.correlationId, logEpoch }] }]);
  witness.stop();
});

test('it is told again and again, once the epoch is known', async () => {
  window.add(event(1));
  let epoch: string | undefined;
  const witness = startWitness({ connection, window, logEpoch: () => epoch, intervalMs: 50, logger });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told).toEqual([]);
  epoch = logEpoch;

  await until(() => told.length).toBeGreaterThan(2);
  witness.stop();
});

const ask = () => requestAll<HeardEntities>(connection, subjects.heardEntities, {}, 500);

test('who asks is told by every edge what its events were about, however many there are', async () => {
  expect(await ask()).toEqual([]);
  const large = new EventWindow(10_000_000, () => undefined);
  for (let revision = 1; revision <= 4_500; revision += 1) large.add(event(revision));
  const again = { ...event(1), gatewayId: newId() };
  window.add(again);
  window.add({ ...again, revision: 2, type: 'api.undeployed' });
  for (const one of [window, large])
    startWitness({ connection, window: one, logEpoch: () => logEpoch, intervalMs: 60_000, logger });

  await until(async () => (await ask()).flatMap(({ entities }) => entities).length).toBe(4_501);
  const told = (await ask()).flatMap(({ entities }) => entities);
  expect(told).toEqual(expect.arrayContaining([...large.heardEntities()]));
  const { gatewayId, entity } = again;
  expect(told).toContainEqual({ organizationId, gatewayId, entity, type: 'api.undeployed' });
});
