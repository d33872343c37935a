import { ackStream } from '@gatecast/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../until.js';
import type { RawGateway } from './raw-gateway.js';
import { dialHead, frameOf, opcodes, openSocket, type RawSocket } from './raw-socket.js';
import { type EdgeWorld, openWorld, type TestGateway } from './world.js';

let world: EdgeWorld;
let edge: string;
/** On the same edge; whatever others do, its events must flow. */
let bystander: { gateway: TestGateway; connection: RawGateway } | undefined;
let raws: RawSocket[] = [];

beforeAll(async () => {
  const impatient = { IDLE_LIMIT_MS: '1000' };
  world = await openWorld({ settings: { 'ws-edge': { PING_INTERVAL_MS: '200' }, 'ws-edge-2': impatient } });
  edge = world.edges[0];
});
afterEach(() => {
  for (const { socket } of raws) socket.destroy();
  raws = [];
});
afterAll(async () => {
  await world?.cutAll();
  await world?.close();
});

async function newBystander() {
  const gateway = await world.newGateway();
  const connection = await world.dial(edge, gateway);
  connection.answerPings();
  return { gateway, connection };
}

async function bystanderGetsItsEvents(): Promise<void> {
  bystander ??= await newBystander();
  const { gateway, connection } = bystander;
  const before = connection.events().length;
  const { status } = await world.deploy(gateway);
  await until(() => connection.events().length).toBe(before + 1);
  connection.ack(connection.events().at(-1));
  await until(status).toBe('DEPLOYED');
  expect(connection.closed()).toBeUndefined();
}

/** Writes a dial, and with it what `also` says; returns the socket and what was answered so far. */
async function write(head: string, also: Buffer | string = '') {
  const raw = await openSocket(edge);
  raws.push(raw);
  const answered = raw.read();
  raw.socket.write(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(also as string)]));
  return { ...raw, answered };
}

/** Dials as a gateway of its own. */
async function dialRaw() {
  const gateway = await world.newGateway();
  const raw = await write(dialHead(gateway.token));
  await until(raw.answered).toContain('connection.ack');
  return { gateway, ...raw };
}

describe('a frame that breaks the protocol', () => {
  const closeWith = (code: number) => Buffer.from([0x88, 2, code >> 8, code & 255]).toString('latin1');

  test.each<[string, number, () => Buffer]>([
    ['that is not masked', 1002, () => frameOf(opcodes.text, '{}', { isMasked: false })],
    ['of text that is not UTF-8', 1007, () => frameOf(opcodes.text, Buffer.from([0xc3, 0x28]))],
    ['with a reserved opcode', 1002, () => Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['that continues nothing', 1002, () => frameOf(opcodes.continuation, 'x')],
    ['of control that is fragmented', 1002, () => frameOf(opcodes.ping, 'x', { isFinal: false })],
    ['of control with more than 125 bytes', 1002, () => frameOf(opcodes.ping, 'x'.repeat(126))],
    [
      'that announces a terabyte',
      1009,
      () => Buffer.concat([Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0]), Buffer.from([1, 2, 3, 4])]),
    ],
    [
      'whose parts are too large together',
      1009,
      () =>
        Buffer.concat([
          frameOf(opcodes.text, 'x'.repeat(40_000), { isFinal: false }),
          frameOf(opcodes.continuation, 'x'.repeat(40_000), { isFinal: false }),
        ]),
    ],
    [
      'in very many parts',
      1008,
      () =>
        Buffer.concat([
          frameOf(opcodes.text, 'x', { isFinal: false }),
          ...Array.from({ length: 1_000 }, () => frameOf(opcodes.continuation, 'x', { isFinal: false })),
        ]),
    ],
  ])('%s closes its connection with %i and no other', async (_, code, bytes) => {
    const { socket, answered, isClosed } = await dialRaw();
    socket.write(bytes());
    await until(isClosed).toBe(true);
    expect(answered()).toContain(closeWith(code));
    await bystanderGetsItsEvents();
  });

  test('a message whose end never comes costs nothing: what is said in between counts', async () => {
    const { gateway, socket, answered, isClosed } = await dialRaw();
    socket.write(frameOf(opcodes.text, '{"type":"deployment.ack",', { isFinal: false }));

    await world.deploy(gateway);
    await until(answered).toContain('api.deployed');
    await until(async () => (await world.cursorOf(gateway)).written).toBeGreaterThan(await world.confirmedBy(gateway));
    const { written } = await world.cursorOf(gateway);
    socket.write(frameOf(opcodes.pong, String(written)));

    await until(() => world.confirmedBy(gateway)).toBe(written);
    expect(isClosed()).toBe(false);
    await bystanderGetsItsEvents();
  });
});

describe('an ack', () => {
  test.each<[string, object, string]>([
    ['with a foreign performedAt', { performedAt: '2026-01-02T03:04:05.678Z' }, 'DEPLOYING'],
    ['for another artifact', { artifactId: '01890000-0000-7000-8000-000000000000' }, 'DEPLOYING'],
    ['of an undeploy that nobody asked for', { action: 'undeploy' }, 'DEPLOYING'],
    ['that is right', {}, 'DEPLOYED'],
  ])('%s, said twice, leaves the status as it should be', async (_, wrong, expected) => {
    const gateway = await world.newGateway();
    const connection = await world.dial(edge, gateway);
    const { status } = await world.deploy(gateway);
    const [event] = await connection.received(1);
    const { apiId: artifactId, deploymentId, performedAt } = event.payload;
    const payload = { deploymentId, artifactId, resourceType: 'api', action: 'deploy', status: 'success', performedAt, ...wrong };

    for (const _again of [1, 2]) connection.send(JSON.stringify({ type: 'deployment.ack', payload }));

    // The queue is in order: what the bystander says after it is applied after it.
    await bystanderGetsItsEvents();
    await until(world.acksQueued).toBe(0);
    expect(await status()).toBe(expected);
  });

  test("for another gateway's deployment settles nothing and is no receipt", async () => {
    const [owner, stranger] = [await world.newGateway(), await world.newGateway()];
    const [mine, foreign] = [await world.dial(edge, owner), await world.dial(edge, stranger)];
    const { status } = await world.deploy(owner);
    const [event] = await mine.received(1);
    const before = await world.confirmedBy(owner);

    for (const verdict of ['success', 'failed'] as const) foreign.ack(event, verdict);
    foreign.pong(mine.lastReceiptAsked() ?? '');
    await bystanderGetsItsEvents();
    await until(world.acksQueued).toBe(0);

    expect(await status()).toBe('DEPLOYING');
    expect(await world.confirmedBy(owner)).toBe(before);
  });
});

describe('a pong', () => {
  test('of an old revision moves no cursor, neither back nor on', async () => {
    const gateway = await world.newGateway();
    const connection = await world.dial(edge, gateway);
    const asked: string[] = [];
    for (const count of [1, 2, 3]) {
      await world.deploy(gateway);
      await until(() => connection.events().length).toBe(count);
      await until(() => connection.lastReceiptAsked()).not.toBe(asked.at(-1));
      asked.push(connection.lastReceiptAsked() ?? '');
    }
    const [first = '', second = ''] = asked;
    connection.pong(second);
    await until(() => world.confirmedBy(gateway)).toBe(Number(second));

    for (const payload of [first, second, first]) connection.pong(payload);
    await connection.cut();
    await until(async () => (await world.api.gateway(gateway.id)).isActive).toBe(false);

    expect(await world.confirmedBy(gateway)).toBe(Number(second));
    const again = await world.dial(edge, gateway);
    await until(() => again.events().length).toBe(1);
  });
});

describe('a flood from one gateway', () => {
  const nothing = '01890000-0000-7000-8000-000000000000';
  const ackOfNothing = {
    type: 'deployment.ack',
    payload: {
      deploymentId: nothing,
      artifactId: nothing,
      action: 'deploy',
      status: 'success',
      performedAt: '2026-01-01T00:00:00Z',
    },
  };

  test.each<[string, () => Buffer]>([
    ['of frames that no gateway sends', () => frameOf(opcodes.text, '{"type":"gateway.hello"}')],
    ['of connection.ack frames', () => frameOf(opcodes.text, '{"type":"connection.ack","gatewayId":"me","connectionId":"mine"}')],
    ['of malformed acks', () => frameOf(opcodes.text, '{"type":"deployment.ack","payload":{}}')],
    ['of binary frames', () => frameOf(opcodes.binary, Buffer.alloc(64))],
    ['of pongs that nobody asked for', () => frameOf(opcodes.pong, '1')],
  ])('%s is taken without an end, while the events of others flow', async (_, frame) => {
    const { gateway, socket, isClosed } = await dialRaw();
    const before = await world.confirmedBy(gateway);
    const { status } = await world.deploy(gateway);
    await until(async () => (await world.cursorOf(gateway)).written).toBeGreaterThan(before);
    const some = Buffer.concat(Array.from({ length: 50 }, frame));
    let sent = 0;
    let isEnough = false;
    const flood = () => {
      sent += 50;
      socket.write(some, (error) => void (!error && !isEnough && setImmediate(flood)));
    };
    flood();
    await until(() => sent).toBeGreaterThan(5_000);

    for (let n = 0; n < 3; n += 1) await bystanderGetsItsEvents();

    isEnough = true;
    expect(isClosed()).toBe(false);
    expect(await world.confirmedBy(gateway)).toBe(before);
    expect(await status()).toBe('DEPLOYING');
  });

  // By ws, which holds no more than 60 pongs that are not written yet.
  test('of pings is cut when its answers pile up, and costs the others nothing', async () => {
    const { gateway, socket, isClosed } = await dialRaw();
    const before = await world.confirmedBy(gateway);
    await world.deploy(gateway);
    await until(async () => (await world.cursorOf(gateway)).written).toBeGreaterThan(before);
    socket.write(Buffer.concat(Array.from({ length: 1_000 }, () => frameOf(opcodes.ping, 'x'))));

    await until(isClosed).toBe(true);
    await bystanderGetsItsEvents();
    expect(await world.confirmedBy(gateway)).toBe(before);
  });

  test('of pings that waits for its answers is answered without an end', async () => {
    const { socket, answered, isClosed } = await dialRaw();
    const already = answered().length;
    const [ping, pongBytes, rounds] = [frameOf(opcodes.ping, 'x'.repeat(125)), 127, 50];
    for (let n = 1; n <= rounds; n += 1) {
      for (let m = 0; m < 20; m += 1) socket.write(ping);
      await until(() => answered().length - already).toBeGreaterThanOrEqual(n * 20 * pongBytes);
    }
    expect(isClosed()).toBe(false);
  });

  test('of well-formed acks of nothing is applied to the end, and settles nothing', async () => {
    const { gateway, socket } = await dialRaw();
    const { status } = await world.deploy(gateway);
    for (let n = 0; n < 500; n += 1) socket.write(frameOf(opcodes.text, JSON.stringify(ackOfNothing)));

    await bystanderGetsItsEvents();
    await until(world.acksQueued).toBe(0);
    expect(await status()).toBe('DEPLOYING');
  });

  test('of acks waits by itself: those of others do not queue up behind it', async () => {
    const stored = async () => (await (await world.broker.live().jetstreamManager()).streams.info(ackStream)).state.last_seq;
    const before = await stored();
    const { socket, isClosed } = await dialRaw();
    const flood = 30_000;
    socket.write(Buffer.concat(Array.from({ length: flood }, () => frameOf(opcodes.text, JSON.stringify(ackOfNothing)))));
    await until(stored).toBeGreaterThan(before + 1_000);
    // In which an edge stores tens of thousands.
    await new Promise((resolve) => setTimeout(resolve, 3_000));

    await bystanderGetsItsEvents();
    expect((await stored()) - before).toBeLessThan(flood / 2);
    expect(isClosed()).toBe(false);
  });
});

describe('a gateway that never answers pings', () => {
  test('is closed when it has nothing to handle, and not yet while it may be handling something; one that answers stays', async () => {
    const [idle, busy, alive] = [await world.newGateway(), await world.newGateway(), await world.newGateway()];
    const there = await world.dial(world.edges[1], alive);
    there.answerPings();
    // Its event waits for it: it is busy from the beginning.
    const { status } = await world.deploy(busy);
    const before = await world.confirmedBy(busy);
    const handling = await world.dial(world.edges[1], busy);
    const [event] = await handling.received(1);

    // The busy one stays for longer than two idle ones in a row.
    for (const _again of [1, 2]) {
      const silent = await world.dial(world.edges[1], idle);
      await until(silent.closed).toBeDefined();
    }

    expect(handling.closed()).toBeUndefined();
    expect(there.closed()).toBeUndefined();
    await handling.cut();
    expect(await status()).toBe('DEPLOYING');
    expect(await world.confirmedBy(busy)).toBe(before);
    const again = await world.dial(edge, busy);
    expect(await again.received(1)).toEqual([event]);
  });
});

describe('a dial', () => {
  const statuses = (text: string) => text.match(/HTTP\/1\.1 \d+/g)?.map((line) => Number(line.slice(9))) ?? [];
  let token: string;
  beforeAll(async () => {
    ({ token } = await world.newGateway());
  });

  test.each<[string, number, () => string]>([
    ['without a key', 400, () => dialHead(token, { 'Sec-WebSocket-Key': undefined })],
    ['with a key that is none', 400, () => dialHead(token, { 'Sec-WebSocket-Key': 'abc' })],
    ['without a version', 400, () => dialHead(token, { 'Sec-WebSocket-Version': undefined })],
    ['with a version of the future', 400, () => dialHead(token, { 'Sec-WebSocket-Version': '99' })],
    ['to another protocol', 400, () => dialHead(token, { Upgrade: 'h2c' })],
    ['by POST', 405, () => dialHead(token).replace('GET', 'POST')],
    ['at another path', 404, () => dialHead(token).replace('/connect ', '/connect/me ')],
    ['with its token twice', 401, () => dialHead(token).replace('\r\n\r\n', `\r\napi-key: ${token}\r\n\r\n`)],
    ['with a token of 10 KB', 401, () => dialHead('x'.repeat(10_000))],
    ['with a token of other bytes', 401, () => dialHead('\xff\xfe')],
    ['with headers of 100 KB', 431, () => dialHead(token, { 'x-much': 'x'.repeat(100_000) })],
    ['that is not HTTP', 400, () => 'hello\r\n\r\n'],
  ])('%s is answered by %i once, and costs the others nothing', async (_, status, head) => {
    const { answered, isClosed } = await write(head());
    await until(isClosed).toBe(true);
    expect(statuses(answered())).toEqual([status]);
    await bystanderGetsItsEvents();
  });

  test.each([
    ['refused', () => 'nobody', [401]],
    ['accepted', () => token, [101]],
  ])('that is %s takes no other request along', async (_, whose, expected) => {
    const { answered, isClosed } = await write(dialHead(whose()), 'GET /healthz HTTP/1.1\r\nHost: edge\r\n\r\n');
    await until(isClosed).toBe(true);
    expect(statuses(answered())).toEqual(expected);
    await bystanderGetsItsEvents();
  });

  test('that is refused and goes on talking is answered in full, and let go', async () => {
    const { socket, read, isClosed } = await openSocket(edge, { allowHalfOpen: true });
    const answered = read();
    socket.write(dialHead('nobody'));
    const talking = setInterval(() => socket.write('and another thing'), 100);
    onTestFinished(() => clearInterval(talking));
    await until(answered).toMatch(/^HTTP\/1\.1 401 .*\}$/s);
    await until(isClosed).toBe(true);
  });

  test('whose frames come with it is acknowledged first, and its frames count', async () => {
    const gateway = await world.newGateway();
    const { answered, isClosed } = await write(dialHead(gateway.token), frameOf(opcodes.ping, 'early'));
    await until(answered).toContain('early');
    expect(answered().indexOf('connection.ack')).toBeLessThan(answered().indexOf('early'));
    expect(isClosed()).toBe(false);
  });

  test('that never ends is held without harm, also when there are very many', async () => {
    const slow = await Promise.all(Array.from({ length: 300 }, () => write(dialHead(token).slice(0, -4))));
    for (const { socket } of slow) socket.write('\r\nx-more: x');

    await bystanderGetsItsEvents();
    const gateway = await world.newGateway();
    const connection = await world.dial(edge, gateway);
    await world.deploy(gateway);
    await connection.received(1);
    expect(slow.flatMap(({ answered }) => statuses(answered()))).toEqual([]);
  });
});
