import { type BrokerConnection, hear } from '@gatecast/broker';
import { type HeardEvents, subjects } from '@gatecast/contracts';
import { newId } from '@gatecast/database';
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
  const witness = startWitness({ connection, window, logEpoch: () => logEpoch, intervalMs: 60_000 });
  witness.soon();
  witness.soon();

  await until(() => told).toEqual([{ events: [{ organizationId, revision: 3, correlationId: third.correlationId, logEpoch }] }]);
  witness.stop();
});

test('it is told again and again, once the epoch is known', async () => {
  window.add(event(1));
  let epoch: string | undefined;
  const witness = startWitness({ connection, window, logEpoch: () => epoch, intervalMs: 50 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(told).toEqual([]);
  epoch = logEpoch;

  await until(() => told.length).toBeGreaterThan(2);
  witness.stop();
});
