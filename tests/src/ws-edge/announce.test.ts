import { expect, test } from 'vitest';
import type { GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';
import { Subscription } from '../../../services/ws-edge/dist/subscription.js';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';

const organizationId = 'organization';

const event = (revision: number, gatewayId: string | null): HeldEvent => ({
  correlationId: `event-${revision}`,
  organizationId,
  gatewayId,
  revision,
  entity: `artifact:${revision}`,
  type: gatewayId === null ? 'api.deleted' : 'api.deployed',
  action: gatewayId === null ? 'DELETE' : 'CREATE',
  committedAtMs: 0,
  publishedAtMs: null,
  heardAtMs: 0,
  frame: new Uint8Array(100),
});

/** An edge of 5 gateways that writes to 2 in a turn, and which revisions each of them was written. */
function edgeOfFive() {
  const gateways = new ConnectedGateways(2);
  const window = new EventWindow(1_000_000, (heard) => gateways.announce(heard));
  window.hold(organizationId, 0);
  const written = new Map<string, number[]>();
  for (const gatewayId of ['a', 'b', 'c', 'd', 'e']) {
    const revisions: number[] = [];
    written.set(gatewayId, revisions);
    const subscription = new Subscription({
      organizationId,
      gatewayId,
      window,
      missed: { read: () => Promise.reject(new Error('Nobody is asked here.')) },
      outlet: {
        room: () => ({ events: 100, bytes: 100_000 }),
        write: (events) => void revisions.push(...events.map(({ revision }) => revision)),
        caughtUp: () => undefined,
        needsResync: () => expect.unreachable('nothing is trimmed here'),
      },
      onError: () => expect.unreachable('all is in the window'),
      retryMs: 1,
    });
    subscription.start(0);
    gateways.add({ gateway: { gatewayId, organizationId }, subscription } as unknown as GatewayConnection);
  }
  return { window, writtenTo: () => Object.fromEntries(written) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('an event for all is written to a few gateways in a turn of the event loop', async () => {
  const { window, writtenTo } = edgeOfFive();
  window.add(event(1, null));

  expect(writtenTo()).toEqual({ a: [1], b: [1], c: [], d: [], e: [] });
  await turn();
  expect(writtenTo()).toEqual({ a: [1], b: [1], c: [1], d: [1], e: [] });
  await turn();
  expect(writtenTo()).toEqual({ a: [1], b: [1], c: [1], d: [1], e: [1] });
});

test('what comes meanwhile comes after it, once', async () => {
  const { window, writtenTo } = edgeOfFive();
  window.add(event(1, null));
  window.add(event(2, 'e'));
  window.add(event(3, 'a'));
  window.add(event(4, null));

  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(writtenTo()).toEqual({ a: [1, 3, 4], b: [1, 4], c: [1, 4], d: [1, 4], e: [1, 2, 4] });
});
