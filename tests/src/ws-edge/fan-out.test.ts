import { describe, expect, test } from 'vitest';
import type { GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';
import { Subscription } from '../../../services/ws-edge/dist/subscription.js';
import { EventWindow } from '../../../services/ws-edge/dist/window.js';
import { until } from '../until.js';

const organizationId = 'organization';
const writeMs = 2;

/** An edge with many connected gateways of one organization, to each of which it takes a while to write. */
class Edge {
  readonly gateways = new ConnectedGateways();
  readonly connections: GatewayConnection[];
  /** In the order in which it was written: to which gateway, and which revisions. */
  readonly written: { readonly gatewayId: string; readonly revisions: readonly number[] }[] = [];
  readonly #window = new EventWindow(1_000_000, (event) => this.gateways.announce(event));
  #revision = 0;

  constructor(count: number) {
    this.#window.hold(organizationId, 0);
    this.connections = Array.from({ length: count }, (_, index) => this.#connection(`gateway ${index}`));
    for (const connection of this.connections) this.gateways.add(connection);
  }

  /** Hears the next event. */
  hear(gatewayId: string | null): void {
    this.#revision += 1;
    this.#window.add({
      correlationId: `event ${this.#revision}`,
      organizationId,
      gatewayId,
      revision: this.#revision,
      entity: `artifact:${this.#revision}`,
      type: 'api.deleted',
      action: 'DELETE',
      committedAtMs: 0,
      publishedAtMs: null,
      heardAtMs: 0,
      frame: new Uint8Array(100),
    });
  }

  revisionsOf(gatewayId: string): number[] {
    return this.written.filter((one) => one.gatewayId === gatewayId).flatMap(({ revisions }) => revisions);
  }

  #connection(gatewayId: string): GatewayConnection {
    const subscription = new Subscription({
      organizationId,
      gatewayId,
      window: this.#window,
      missed: { read: () => expect.unreachable('the window has everything') },
      outlet: {
        room: () => ({ events: 100, bytes: 100_000 }),
        write: (events) => {
          this.written.push({ gatewayId, revisions: events.map(({ revision }) => revision) });
          const end = performance.now() + writeMs;
          while (performance.now() < end);
        },
        needsResync: () => expect.unreachable('nothing is trimmed here'),
      },
      onError: () => undefined,
      retryMs: 1,
    });
    subscription.start(0);
    return { gateway: { gatewayId, organizationId }, subscription } as unknown as GatewayConnection;
  }
}

describe('an event for all gateways of a large organization', () => {
  test('lets an event for one of them pass, and is written before it there', async () => {
    const edge = new Edge(100);
    edge.hear(null);
    await new Promise((resolve) => setImmediate(resolve));
    edge.hear('gateway 99');
    expect(edge.written.at(-1)).toEqual({ gatewayId: 'gateway 99', revisions: [1, 2] });
    expect(edge.written.length).toBeLessThan(100);

    await until(() => edge.written.length).toBe(100);
    expect(edge.revisionsOf('gateway 98')).toEqual([1]);
  });

  test('counts as not written as long as it waits for its turn', () => {
    const edge = new Edge(100);
    edge.hear(null);
    const positions = edge.connections.map(({ subscription }) => subscription.position);
    expect(positions.filter((position) => position === 1)).toHaveLength(edge.written.length);
    expect(positions.filter((position) => position === 0)).toHaveLength(100 - edge.written.length);
  });

  test('is written once, together with what was heard while it waited', async () => {
    const edge = new Edge(100);
    edge.hear(null);
    edge.hear(null);
    await until(() => edge.revisionsOf('gateway 99')).toEqual([1, 2]);
    for (const { gateway } of edge.connections) expect(edge.revisionsOf(gateway.gatewayId)).toEqual([1, 2]);
  });

  test('is not written to who left before its turn, and does not hold up the rest', async () => {
    const edge = new Edge(100);
    edge.hear(null);
    const left = edge.connections.at(50) as GatewayConnection;
    edge.gateways.remove(left);
    await until(() => edge.revisionsOf('gateway 99')).toEqual([1]);
    expect(edge.written).toHaveLength(99);
    expect(edge.revisionsOf('gateway 50')).toEqual([]);
  });
});
