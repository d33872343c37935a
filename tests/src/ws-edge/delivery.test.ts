import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Receipts } from '../../../services/ws-edge/dist/receipts.js';
import { Subscription } from '../../../services/ws-edge/dist/subscription.js';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';

const organizationId = 'organization';
const gatewayId = 'mine';

function event(
  revision: number,
  to: string | null = gatewayId,
  entity = `artifact:${revision}`,
  type = 'api.deployed',
): HeldEvent {
  return {
    correlationId: `event-${revision}`,
    organizationId,
    gatewayId: to,
    revision,
    entity,
    type,
    action: type.endsWith('.deployed') ? 'CREATE' : 'DELETE',
    committedAtMs: 0,
    publishedAtMs: null,
    heardAtMs: 0,
    frame: new Uint8Array(100),
  };
}

/** An event log, an edge's window that may miss and repeat, and one gateway that connects, confirms and goes. */
class World {
  readonly log: HeldEvent[] = [];
  readonly window: EventWindow;
  /** What the gateway handled, in the order in which it did. */
  readonly handled: HeldEvent[] = [];
  cursor = 0;
  /** What its subscriptions said of where they caught up from. */
  readonly caughtUpFrom: string[] = [];
  logReads = 0;
  isLogDown = false;
  #subscription: Subscription | undefined;
  #receipts = new Receipts();
  /** Written to the socket and not yet read by the gateway. */
  #socket: { events: readonly HeldEvent[]; payload: string }[] = [];

  constructor(
    windowBytes = 1_000_000,
    private readonly room = 5,
  ) {
    this.window = new EventWindow(windowBytes, (heard) => {
      if (heard.gatewayId !== null && heard.gatewayId !== gatewayId) return;
      this.#subscription?.fallBehind(heard.revision);
      this.#subscription?.pull();
    });
  }

  get head(): number {
    return this.log.length;
  }

  commit(to: string | null, entity: string, type: string): void {
    this.log.push(event(this.head + 1, to, entity, type));
  }

  hear(revision: number): void {
    const heard = this.log[revision - 1];
    if (heard) this.window.add(heard);
  }

  /** What the feed does with a hole, or with a head that is ahead. */
  fill(): void {
    const from = this.window.contiguous(organizationId);
    if (from !== undefined) for (const missed of this.log.slice(from)) this.window.add(missed);
  }

  connect(): void {
    this.disconnect();
    this.window.hold(organizationId, this.head);
    this.#receipts = new Receipts();
    this.#receipts.confirm(this.cursor);
    this.#subscription = new Subscription({
      organizationId,
      gatewayId,
      window: this.window,
      missed: {
        read: async (_organization, _gateway, after, through) => {
          this.logReads += 1;
          if (this.isLogDown) throw new Error('the log cannot be read');
          const end = Math.min(through, after + 4);
          return {
            events: this.log.slice(after, end).filter((one) => one.gatewayId === null || one.gatewayId === gatewayId),
            through: end,
          };
        },
      },
      outlet: {
        room: () => ({ events: this.room - this.#receipts.outstanding, bytes: 250 }),
        write: (events, through) => {
          const contiguous = this.window.contiguous(organizationId) ?? 0;
          for (const written of events) expect(written.revision).toBeLessThanOrEqual(contiguous);
          this.#socket.push({ events, payload: this.#receipts.expect({ through, events, writtenAtMs: 0 }) });
        },
        caughtUp: (source) => void this.caughtUpFrom.push(source),
        needsResync: () => expect.unreachable('nothing is trimmed here'),
      },
      onError: () => undefined,
      retryMs: 1,
    });
    this.#subscription.start(this.cursor);
  }

  /** The gateway handles the next batch; its pong may get lost with the connection. */
  handle(isPongLost = false): void {
    const batch = this.#socket.shift();
    if (!batch) return;
    this.handled.push(...batch.events);
    if (isPongLost) return this.disconnect();
    const last = this.#receipts.proven(batch.payload).at(-1);
    if (last) this.#receipts.confirm(last.through);
    this.cursor = Math.max(this.cursor, this.#receipts.confirmed);
    this.#subscription?.pull();
  }

  disconnect(): void {
    this.#subscription?.close();
    this.#subscription = undefined;
    this.#socket = [];
  }

  async settle(): Promise<void> {
    this.isLogDown = false;
    if (!this.#subscription) this.connect();
    for (let revision = 1; revision <= this.head; revision += 1) this.hear(revision);
    this.fill();
    for (let quiet = 0; quiet < 3; ) {
      const before = this.handled.length;
      await new Promise((resolve) => setTimeout(resolve, 2));
      while (this.#socket.length > 0) this.handle();
      quiet = this.handled.length === before ? quiet + 1 : 0;
    }
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      to: fc.constantFrom(gatewayId, 'other', null),
      entity: fc.integer({ min: 1, max: 4 }),
      type: fc.constantFrom('api.deployed', 'api.undeployed'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('hear' as const), back: fc.integer({ min: 0, max: 3 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'fill' as const }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('handle' as const), isPongLost: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: 'connect' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'disconnect' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('logDown' as const), isDown: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: 'turn' as const }) },
);

describe('delivery from window and event log', () => {
  test('a gateway handles, in order, every event that no later one of the same entity replaced, whatever is missed, repeated or cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.constantFrom(600, 3_000, 1_000_000),
        async (steps, windowBytes) => {
          const world = new World(windowBytes);
          for (const one of steps) {
            if (one.do === 'commit') world.commit(one.to, `artifact:${one.entity}`, one.type);
            else if (one.do === 'hear') world.hear(world.head - one.back);
            else if (one.do === 'fill') world.fill();
            else if (one.do === 'handle') world.handle(one.isPongLost);
            else if (one.do === 'connect') world.connect();
            else if (one.do === 'disconnect') world.disconnect();
            else if (one.do === 'logDown') world.isLogDown = one.isDown;
            else await Promise.resolve();
          }
          await world.settle();

          const owed = world.log.filter((one) => one.gatewayId === null || one.gatewayId === gatewayId);
          const lastOf = new Map(owed.map((one) => [one.entity, one.revision]));
          for (const [entity, revision] of lastOf) {
            const handled = world.handled.filter((one) => one.entity === entity).map((one) => one.revision);
            expect(handled.at(-1)).toBe(revision);
          }
          for (const handled of world.handled) expect(owed).toContain(handled);
          expect(world.cursor).toBeLessThanOrEqual(world.head);
          if (owed.length > 0) expect(world.cursor).toBeGreaterThanOrEqual(owed.at(-1)?.revision ?? 0);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a gateway that keeps up gets each live event exactly once and never asks the log', async () => {
    const world = new World();
    world.connect();
    for (let n = 1; n <= 200; n += 1) {
      world.commit(n % 3 === 0 ? null : n % 2 === 0 ? 'other' : gatewayId, `artifact:${n}`, 'api.deployed');
      world.hear(n);
      world.handle();
    }
    await world.settle();
    expect(world.handled.map(({ revision }) => revision)).toEqual(
      world.log.filter((one) => one.gatewayId !== 'other').map(({ revision }) => revision),
    );
    expect(world.logReads).toBe(0);
  });

  test('it is told once for each connection from where the gateway caught up', async () => {
    const world = new World();
    world.connect();
    expect(world.caughtUpFrom).toEqual(['nothing']);
    world.commit(gatewayId, 'artifact:1', 'api.deployed');
    world.hear(1);
    world.disconnect();
    world.connect();
    expect(world.caughtUpFrom).toEqual(['nothing', 'window']);
    world.disconnect();
    const late = new World();
    late.commit(gatewayId, 'artifact:1', 'api.deployed');
    late.connect();
    await late.settle();
    expect(late.caughtUpFrom).toEqual(['event_log']);
  });

  test('what one read could not take is in the next one, also where the gateway’s own and common events alternate', () => {
    const window = new EventWindow(1_000_000, () => undefined);
    for (const revision of [1, 2, 3]) window.add(event(revision));
    window.add(event(4, null));
    expect(window.read(organizationId, gatewayId, 0, 2, 1_000)).toMatchObject({
      events: [{ revision: 1 }, { revision: 2 }],
      through: 2,
    });
    expect(window.read(organizationId, gatewayId, 2, 2, 1_000)).toMatchObject({
      events: [{ revision: 3 }, { revision: 4 }],
      through: 4,
    });
    expect(window.read(organizationId, gatewayId, 0, 9, 1)).toMatchObject({ events: [{ revision: 1 }], through: 1 });
  });

  test('nothing beyond a hole is delivered before the hole is filled', async () => {
    const world = new World();
    world.connect();
    for (const revision of [1, 2, 3]) world.commit(gatewayId, `artifact:${revision}`, 'api.deployed');
    world.hear(1);
    world.hear(3);
    world.handle();
    world.handle();
    expect(world.handled.map(({ revision }) => revision)).toEqual([1]);
    expect(world.window.holeBefore(organizationId)).toBe(3);
    world.hear(2);
    world.handle();
    world.handle();
    expect(world.handled.map(({ revision }) => revision)).toEqual([1, 2, 3]);
  });

  test('a gateway that was away hears only the last word about each artifact, what is taken away first', async () => {
    const world = new World();
    world.commit(gatewayId, 'artifact:proxy', 'llmproxy.deployed');
    world.commit(gatewayId, 'artifact:api', 'api.deployed');
    world.commit(gatewayId, 'artifact:provider', 'llmprovider.deployed');
    world.commit(gatewayId, 'artifact:api', 'api.undeployed');
    world.connect();
    await world.settle();
    expect(world.handled.map(({ entity, type }) => `${entity} ${type}`)).toEqual([
      'artifact:api api.undeployed',
      'artifact:provider llmprovider.deployed',
      'artifact:proxy llmproxy.deployed',
    ]);
  });

  test('no more events than the limit are on their way without a receipt', () => {
    const world = new World(1_000_000, 5);
    world.connect();
    for (let n = 1; n <= 20; n += 1) {
      world.commit(gatewayId, `artifact:${n}`, 'api.deployed');
      world.hear(n);
    }
    expect(world.handled).toEqual([]);
    for (let n = 0; n < 5; n += 1) world.handle();
    expect(world.handled.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('receipts', () => {
  const batch = (through: number) => ({ through, events: [event(through)], writtenAtMs: 0 });

  test('a pong is the receipt for its batch and all before it', () => {
    const receipts = new Receipts();
    for (const through of [1, 2, 3]) receipts.expect(batch(through));
    expect(receipts.proven('2').map(({ through }) => through)).toEqual([1, 2]);
    expect(receipts.outstanding).toBe(1);
  });

  test.each(['', '0', '4', '99', 'alive', '2.0', ' 2', '-1'])(
    'the pong %j, which belongs to nothing outstanding, proves nothing',
    (payload) => {
      const receipts = new Receipts();
      for (const through of [1, 2, 3]) receipts.expect(batch(through));
      expect(receipts.proven(payload)).toEqual([]);
      expect(receipts.outstanding).toBe(3);
    },
  );

  test('an old pong that comes twice proves nothing the second time', () => {
    const receipts = new Receipts();
    for (const through of [1, 2]) receipts.expect(batch(through));
    expect(receipts.proven('1')).toHaveLength(1);
    expect(receipts.proven('1')).toEqual([]);
    receipts.confirm(1);
    receipts.confirm(0);
    expect(receipts.confirmed).toBe(1);
  });
});
