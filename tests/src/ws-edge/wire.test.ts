import { ackStream } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../../../services/ws-edge/dist/environment.js';
import { until } from '../until.js';
import { type EdgeWorld, openWorld, type TestGateway } from './world.js';

let world: EdgeWorld;
let { stack, api, database, broker, edges, newGateway, dial, deploy, cursorOf, confirmedBy, acksQueued, refusal } =
  {} as EdgeWorld;

beforeAll(async () => {
  world = await openWorld({ settings: { 'ws-edge': { PING_INTERVAL_MS: '200' } } });
  ({ stack, api, database, broker, edges, newGateway, dial, deploy, cursorOf, confirmedBy, acksQueued, refusal } = world);
});
afterEach(() => world.cutAll());
afterAll(() => world?.close());

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('frames', () => {
  test("the first frame is connection.ack with the contract's fields, also when events are waiting", async () => {
    const gateway = await newGateway();
    const { deploymentId } = await deploy(gateway);

    const connection = await dial(edges[0], gateway);
    await connection.received(1);

    const [ack, event] = connection.frames;
    expect(Object.keys(ack)).toEqual(['type', 'gatewayId', 'connectionId', 'timestamp']);
    expect(ack).toMatchObject({
      type: 'connection.ack',
      gatewayId: expect.stringMatching(uuid),
      connectionId: expect.stringMatching(uuid),
    });
    expect(ack.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Object.keys(event)).toEqual(['type', 'payload', 'timestamp', 'correlationId', 'userId']);
    expect(event).toMatchObject({ type: 'api.deployed', correlationId: expect.stringMatching(uuid), userId: 'admin' });
    expect(event.payload).toEqual({
      apiId: expect.stringMatching(uuid),
      deploymentId,
      performedAt: expect.stringMatching(/\.\d{3}Z$/),
    });
  });

  test.each([
    ['a binary frame', Buffer.from([0, 1, 2, 255])],
    ['what is not JSON', '{"type":'],
    ['JSON that is no object', '[]'],
    ['a type that nobody knows', '{"type":"gateway.hello","payload":{}}'],
    ['a malformed ack', '{"type":"deployment.ack","payload":{"status":"success"}}'],
    [
      'an ack with an instant that does not exist',
      '{"type":"deployment.ack","payload":{"deploymentId":"","artifactId":"01890000-0000-7000-8000-000000000000","action":"deploy","status":"success","performedAt":"2026-13-45T99:00:00Z"}}',
    ],
  ])('%s from a gateway costs nothing: its connection goes on', async (_, frame) => {
    const gateway = await newGateway();
    const connection = await dial(edges[0], gateway);

    connection.send(frame);
    const { status } = await deploy(gateway);
    const [event] = await connection.received(1);
    connection.ack(event);
    connection.receipt();

    await until(status).toBe('DEPLOYED');
    expect(connection.closed()).toBeUndefined();
    await until(acksQueued).toBe(0);
  });

  test('a frame of more than 64 KiB closes that connection with 1009 and no other', async () => {
    const [talkative, other] = [await newGateway(), await newGateway()];
    const [loud, quiet] = [await dial(edges[0], talkative), await dial(edges[0], other)];

    loud.send('x'.repeat(64 * 1024 + 1));

    await until(loud.closed).toMatchObject({ code: 1009 });
    await deploy(other);
    await quiet.received(1);
    expect(quiet.closed()).toBeUndefined();
  });

  test('an idle connection is pinged, by default at least as often as the contract says', async () => {
    const connection = await dial(edges[0], await newGateway());
    await until(() => connection.pings.length).toBeGreaterThanOrEqual(3);
    const settings = { PORT: '0', NATS_URL: 'nats://127.0.0.1:4222' };
    expect(readEnvironment(settings).PING_INTERVAL_MS).toBeLessThanOrEqual(20_000);
    expect(() => readEnvironment({ ...settings, PING_INTERVAL_MS: '35000' })).toThrow(/PING_INTERVAL_MS.*from 1 to 30000/);
    expect(() => readEnvironment({ ...settings, IDLE_LIMIT_MS: '15000' })).toThrow(/IDLE_LIMIT_MS.*longer than PING_INTERVAL_MS/);
  });
});

describe('a dial', () => {
  const unauthorized = { status: 'error', code: 'UNAUTHORIZED', message: 'Invalid or expired credentials.' };

  test.each([
    ['without a token', {}],
    ['with an empty token', { 'api-key': '' }],
    ['with a token that nobody has', { 'api-key': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])("%s is answered by 401 with the contract's body", async (_, headers: Record<string, string>) => {
    const answer = await refusal(edges[0], headers);
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(JSON.parse(answer.text)).toEqual(unauthorized);
  });

  test('through the front door is answered in the same way', async () => {
    const answer = await refusal(stack.endpoints.frontDoor, { 'api-key': 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([401, unauthorized]);
  });

  test.each([
    ['is gone', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ] as const)('is answered by 503, whatever its token, while artifacts-service %s', async (_, signal) => {
    const gateway = await newGateway();
    const artifactsService = stack.service('artifacts-service-1');
    await artifactsService.kill(signal);
    try {
      for (const token of [gateway.token, 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']) {
        const answer = await refusal(edges[0], { 'api-key': token });
        expect(answer.status).toBe(503);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    } finally {
      await artifactsService.kill('SIGCONT');
      await artifactsService.start();
    }
    // It is ready before it answers edges: until then the answer stays 503.
    await until(() =>
      dial(edges[0], gateway).then(
        () => 'connected',
        (error: Error) => error.message,
      ),
    ).toBe('connected');
  });
});

describe('receipts', () => {
  test('a ping after the event asks for its receipt; with the pong the cursor moves, and the verdict is another matter', async () => {
    const gateway = await newGateway();
    const connection = await dial(edges[0], gateway);
    const { status } = await deploy(gateway);
    await connection.received(1);
    const before = await cursorOf(gateway);
    const asked = Number(connection.lastReceiptAsked());
    expect(asked).toBeGreaterThan(before.confirmed);
    await until(async () => (await cursorOf(gateway)).written).toBe(asked);
    expect(await confirmedBy(gateway)).toBe(before.confirmed);

    connection.receipt();

    await until(() => confirmedBy(gateway)).toBe(asked);
    expect(await status()).toBe('DEPLOYING');
  });

  test('a pong with an invented payload moves no cursor', async () => {
    const gateway = await newGateway();
    const before = await confirmedBy(gateway);
    const connection = await dial(edges[0], gateway);
    const { status } = await deploy(gateway);
    const [event] = await connection.received(1);
    const asked = Number(connection.lastReceiptAsked());

    for (const payload of ['', 'alive', 'x', '-1', '0', `${asked + 1}`, `${asked}.0`, ` ${asked}`, '9007199254740991'])
      connection.pong(payload);
    // The edge reads in order: with the ack it has read the pongs.
    connection.ack(event);
    await until(status).toBe('DEPLOYED');
    await connection.cut();
    await until(async () => (await api.gateway(gateway.id)).isActive).toBe(false);

    expect(await confirmedBy(gateway)).toBe(before);
    const again = await dial(edges[1], gateway);
    expect(await again.received(1)).toEqual([event]);
  });

  test('a receipt that does not come is asked for again by the next ping that keeps the connection', async () => {
    const gateway = await newGateway();
    const connection = await dial(edges[0], gateway);
    await deploy(gateway);
    await connection.received(1);
    const asked = connection.lastReceiptAsked();

    await until(() => connection.pings.filter((payload) => payload === asked).length).toBeGreaterThan(1);
    connection.receipt();

    await until(() => confirmedBy(gateway)).toBeGreaterThanOrEqual(Number(asked));
    const before = connection.pings.length;
    await until(() => connection.pings.slice(before)).toContain('alive');
  });

  test('a receipt counts only when the acks before it are stored', async () => {
    const [gateway, other] = [await newGateway(), await newGateway()];
    const [connection, otherConnection] = [await dial(edges[0], gateway), await dial(edges[0], other)];
    const { status } = await deploy(gateway);
    await deploy(other);
    const [event] = await connection.received(1);
    await otherConnection.received(1);
    const before = await confirmedBy(gateway);

    // Nobody makes the queue again before api-service is back.
    await stack.service('api-service-1').stop();
    await (await broker.live().jetstreamManager()).streams.delete(ackStream);
    try {
      connection.ack(event);
      connection.receipt();
      otherConnection.receipt();
      await until(() => confirmedBy(other)).toBe(Number(otherConnection.lastReceiptAsked()));
      expect(await confirmedBy(gateway)).toBe(before);
    } finally {
      await stack.service('api-service-1').start();
    }

    // Once nothing is owed to it, it moves along with its organization, at latest after a minute.
    await until(() => confirmedBy(gateway)).toBeGreaterThanOrEqual(Number(connection.lastReceiptAsked()));
    await until(status).toBe('DEPLOYED');
  });
});

describe('reconnect', () => {
  test('goes on after the last receipt: what was written and not confirmed comes again as the same event, what was confirmed does not', async () => {
    const gateway = await newGateway();
    const first = await dial(edges[0], gateway);
    await deploy(gateway);
    const [confirmed] = await first.received(1);
    first.ack(confirmed);
    first.receipt();
    await until(() => confirmedBy(gateway)).toBe(Number(first.lastReceiptAsked()));
    await deploy(gateway);
    const [, unconfirmed] = await first.received(2);
    await first.cut();

    for (const edge of edges) {
      const again = await dial(edge, gateway);
      expect(await again.received(1)).toEqual([unconfirmed]);
      await again.cut();
    }
    const last = await dial(edges[1], gateway);
    await last.received(1);
    last.ack(unconfirmed);
    last.receipt();
    await deploy(gateway);
    const [, third] = await last.received(2);
    expect([confirmed.correlationId, unconfirmed.correlationId]).not.toContain(third.correlationId);
    expect(last.events()).toEqual([unconfirmed, third]);
  });

  test.each([
    ['one edge', 0],
    ['two edges', 1],
  ] as const)(
    'two connections of one gateway on %s both get each event, and it is active until the last one is gone',
    async (_, second) => {
      const gateway = await newGateway();
      const isActive = async () => (await api.gateway(gateway.id)).isActive;
      const count = async () =>
        (
          await database.query(
            sql`SELECT 1 FROM gateway_connections JOIN gateways ON gateways.id = gateway_id WHERE handle = ${gateway.id}`,
          )
        ).length;
      expect(await isActive()).toBe(false);
      const [one, two] = [await dial(edges[0], gateway), await dial(edges[second], gateway)];
      await until(count).toBe(2);

      await deploy(gateway);
      await deploy(gateway);
      const events = await one.received(2);
      expect(await two.received(2)).toEqual(events);

      await one.cut();
      await until(count).toBe(1);
      expect(await isActive()).toBe(true);
      await deploy(gateway);
      await two.received(3);
      await two.cut();
      await until(isActive).toBe(false);
    },
  );
});

describe('an edge that is told to end', () => {
  test('closes its connections in order and lets nobody in; the gateways go on elsewhere, and here when it is back', async () => {
    const edge = stack.service('ws-edge-2');
    const gateways = [await newGateway(), await newGateway(), await newGateway()];
    const [gateway] = gateways as [TestGateway, ...TestGateway[]];
    const leaving = await Promise.all(gateways.map((one) => dial(edge.url, one)));
    const staying = await dial(edges[0], gateway);

    const ended = edge.kill('SIGTERM');
    await until(() => leaving.some(({ closed }) => closed() !== undefined)).toBe(true);
    expect(await refusal(edge.url, { 'api-key': gateway.token })).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
    });
    await ended;

    for (const { closed } of leaving) expect(closed()).toEqual({ code: 1001, reason: expect.stringMatching(/./) });
    expect(staying.closed()).toBeUndefined();
    await edge.start();
    const back = await dial(edge.url, gateway);
    await deploy(gateway);
    expect(await back.received(1)).toEqual(await staying.received(1));
  });

  test('has stored how far its gateways have come when it is gone', async () => {
    const edge = stack.service('ws-edge-2');
    const gateway = await newGateway();
    const connection = await dial(edge.url, gateway);
    const { status } = await deploy(gateway);
    const [event] = await connection.received(1);
    connection.ack(event);
    await until(status).toBe('DEPLOYED');

    connection.receipt();
    await edge.kill('SIGTERM');

    expect(await confirmedBy(gateway)).toBe(Number(connection.lastReceiptAsked()));
    await edge.start();
  });
});
