import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Gateway, type GatewayOptions, type Log, memoryStore, startGateway } from '@gatecast/gateway-client';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ControlPlane, definition, gatewayId, startControlPlane } from './control-plane.js';

const minute = 60_000;
let controlPlane: ControlPlane;
let gateway: Gateway | undefined;
let lines: string[];

beforeEach(async () => {
  controlPlane = await startControlPlane();
  lines = [];
});
afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await controlPlane.stop();
});

function start(options: Partial<GatewayOptions> = {}): Gateway {
  const write = (_fields: object, message: string) => void lines.push(message);
  const log: Log = { info: write, warn: write, error: write };
  gateway = startGateway({
    controlPlane: { url: controlPlane.url, token: 'a-token' },
    store: memoryStore(),
    log,
    manifest: { policies: [] },
    ...options,
  });
  return gateway;
}

const deploy = (artifactId: string) =>
  ({ kind: 'RestApi', verb: 'deployed', artifactId, deploymentId: randomUUID(), performedAt: new Date() }) as const;

describe('connecting', () => {
  test('the token goes with the dial, and the session is what connection.ack said', async () => {
    const started = start();
    const socket = await controlPlane.connected();
    expect(socket.apiKey).toBe('a-token');
    await vi.waitUntil(() => started.state === 'CONNECTED');
    expect(started.session).toMatchObject({ gatewayId, connectionId: expect.any(String), connectedAt: expect.any(Date) });
  });

  test('the manifest is posted after each connect', async () => {
    start({ manifest: { version: '1.2.0', policies: [] } });
    const first = await controlPlane.connected();
    expect(await controlPlane.manifest()).toEqual({ gatewayId, body: { version: '1.2.0', policies: [] } });
    first.cut();
    await controlPlane.connected();
    expect(await controlPlane.manifest()).toMatchObject({ gatewayId });
  });

  test('a manifest that was not taken is posted again', async () => {
    controlPlane.answerManifestsWith(503);
    start();
    await controlPlane.connected();
    await controlPlane.manifest();
    await controlPlane.manifest();
  });

  test('a manifest that is refused for good ends the gateway', async () => {
    controlPlane.answerManifestsWith(409);
    const refused = start();
    await controlPlane.connected();
    expect((await refused.ended)?.status).toBe(409);
    expect(refused.state).toBe('REFUSED');
  });

  test('TLS works with the given certificate authority, for the socket and for requests, and only with it', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const secure = await startControlPlane({ key, cert });
    try {
      const distrusting = start({ controlPlane: { url: secure.url, token: 'a-token' } });
      await vi.waitUntil(() => distrusting.state === 'WAITING');
      await distrusting.stop();
      expect(secure.dials).toBe(0);

      start({ controlPlane: { url: secure.url, token: 'a-token', ca: cert } });
      const socket = await secure.connected();
      const artifactId = randomUUID();
      secure.serve('RestApi', artifactId, definition('RestApi', 'tls'));
      socket.change(deploy(artifactId));
      expect(await socket.next()).toMatchObject({ ack: { artifactId, status: 'success' } });
    } finally {
      await gateway?.stop();
      await secure.stop();
    }
  });
});

describe('reading in turn', () => {
  test('a ping that arrives while an event is handled is answered after that event, its ack first', async () => {
    start();
    const socket = await controlPlane.connected();
    const artifactId = randomUUID();
    const content = withResolvers<string>();
    controlPlane.serve('RestApi', artifactId, content.promise);
    socket.change(deploy(artifactId));
    socket.ping('7');
    await controlPlane.asked('RestApi', artifactId);
    socket.ping('8');
    content.resolve(definition('RestApi', 'slow'));

    expect(await socket.next()).toMatchObject({ ack: { artifactId } });
    expect(await socket.next()).toEqual({ pong: '7' });
    expect(await socket.next()).toEqual({ pong: '8' });
  });

  test('events and pings sent at once come back one after the other, in the order sent', async () => {
    start();
    const socket = await controlPlane.connected();
    const artifactIds = Array.from({ length: 20 }, () => randomUUID());
    for (const [index, artifactId] of artifactIds.entries())
      controlPlane.serve('RestApi', artifactId, definition('RestApi', `a${index}`));
    for (const [index, artifactId] of artifactIds.entries()) {
      socket.change(deploy(artifactId));
      socket.ping(`${index}`);
    }
    for (const [index, artifactId] of artifactIds.entries()) {
      expect(await socket.next()).toMatchObject({ ack: { artifactId } });
      expect(await socket.next()).toEqual({ pong: `${index}` });
    }
  });

  test('what arrived before the connection ended is handled before the next connection is made', async () => {
    const store = memoryStore();
    start({ store });
    const socket = await controlPlane.connected();
    const artifactId = randomUUID();
    const content = withResolvers<string>();
    controlPlane.serve('RestApi', artifactId, content.promise);
    socket.change(deploy(artifactId));
    await controlPlane.asked('RestApi', artifactId);
    socket.cut();
    expect(controlPlane.dials).toBe(1);
    content.resolve(definition('RestApi', 'slow'));
    await controlPlane.dialled();
    expect(store.artifacts()).toMatchObject([{ id: artifactId }]);
  });

  test('frames that are binary, not JSON, without a type or of an unknown type change nothing and cost nothing', async () => {
    const outcomes: string[] = [];
    start({ onEvent: ({ outcome }) => outcomes.push(outcome) });
    const socket = await controlPlane.connected();
    socket.send(Buffer.from([1, 2, 3]));
    socket.send('{ this is not JSON');
    socket.send('null');
    socket.send('{"payload":{}}');
    socket.send('{"type":"gateway.config.updated","payload":{},"correlationId":"c"}');
    socket.send('{"type":"api.deployed","payload":{"apiId":7}}');
    socket.send('{"type":"api.deployed","payload":{}}');
    socket.send('{"type":"api.deployed","payload":{"apiId":"a","deploymentId":"d","performedAt":"yesterday"}}');
    socket.ping('still here');
    expect(await socket.next()).toEqual({ pong: 'still here' });
    expect(outcomes).toEqual(Array.from({ length: 8 }, () => 'ignored'));
    expect(lines).toEqual(
      expect.arrayContaining([
        'binary frame ignored',
        'frame is not JSON',
        'frame has no type',
        'event of an unknown type ignored',
        'event is malformed',
        'event names no artifact',
      ]),
    );
    expect(controlPlane.dials).toBe(1);
  });
});

describe('reconnecting', () => {
  test('a connection that is cut is dialled again at once', async () => {
    start({ limits: { reconnectFirstMs: 60 * minute, reconnectMaxMs: 60 * minute } });
    for (let time = 0; time < 3; time += 1) (await controlPlane.connected()).cut();
    await controlPlane.connected();
  });

  test('a failed attempt is followed by another one after a wait', async () => {
    controlPlane.refuseDialsWith(503);
    const waiting = start({ limits: { reconnectFirstMs: 20, reconnectMaxMs: 50 } });
    await vi.waitUntil(() => controlPlane.dials >= 3);
    expect(waiting.state).toMatch(/WAITING|CONNECTING/);
    controlPlane.refuseDialsWith(undefined);
    await controlPlane.connected();
    await vi.waitUntil(() => waiting.state === 'CONNECTED');
  });

  test.each([401, 403, 404, 409, 422])('a dial that is answered with %i is never repeated', async (status) => {
    controlPlane.refuseDialsWith(status);
    const refused = start({ limits: { reconnectFirstMs: 1, reconnectMaxMs: 1 } });
    expect((await refused.ended)?.status).toBe(status);
    expect(refused.state).toBe('REFUSED');
    expect(controlPlane.dials).toBe(1);
  });

  test('a connection that does not begin with connection.ack is given up and dialled again', async () => {
    start({ limits: { reconnectFirstMs: 1, reconnectMaxMs: 1 } });
    const socket = await controlPlane.dialled();
    socket.send('{"type":"error","message":"maximum connection limit reached (1)"}');
    expect(await socket.next()).toMatchObject({ closed: expect.any(Number) });
    await controlPlane.connected();
  });

  test('a connection on which connection.ack is late is given up and dialled again', async () => {
    start({ limits: { ackMs: 50, reconnectFirstMs: 1, reconnectMaxMs: 1 } });
    expect(await (await controlPlane.dialled()).next()).toMatchObject({ closed: expect.any(Number) });
    await controlPlane.dialled();
  });

  test('a connection without pings is given up, however much else arrives on it', async () => {
    start({ limits: { pingSilenceMs: 200 } });
    const socket = await controlPlane.connected();
    const chatter = setInterval(() => socket.send('{"type":"unknown","payload":{}}'), 10);
    expect(await socket.next()).toMatchObject({ closed: expect.any(Number) });
    clearInterval(chatter);
    await controlPlane.connected();
    expect(lines).toContain('no ping in time');
  });

  test('a peer that speaks nonsense or hangs up is one more failed attempt', async () => {
    let dials = 0;
    const nonsense = createServer((socket) => {
      dials += 1;
      socket.on('error', () => undefined);
      if (dials % 2) socket.resetAndDestroy();
      else socket.end('220 this is no web server\r\n');
    });
    nonsense.listen(0, '127.0.0.1');
    await once(nonsense, 'listening');
    const trying = start({
      controlPlane: { url: new URL(`http://127.0.0.1:${(nonsense.address() as AddressInfo).port}`), token: 'a-token' },
      limits: { reconnectFirstMs: 1, reconnectMaxMs: 1 },
    });
    await vi.waitUntil(() => dials >= 4);
    await trying.stop();
    expect(trying.state).toBe('STOPPED');
    nonsense.close();
  });
});

describe('stopping', () => {
  test('the connection is closed with 1000 and not dialled again', async () => {
    const stopped = start();
    const socket = await controlPlane.connected();
    await vi.waitUntil(() => stopped.state === 'CONNECTED');
    await stopped.stop();
    expect(await socket.next()).toEqual({ closed: 1000 });
    expect(await stopped.ended).toBeUndefined();
    expect(stopped.state).toBe('STOPPED');
    expect(controlPlane.dials).toBe(1);
  });

  test('a fetch under way is given up, without an ack', async () => {
    const stopped = start();
    const socket = await controlPlane.connected();
    const artifactId = randomUUID();
    controlPlane.serve('RestApi', artifactId, new Promise(() => undefined));
    socket.change(deploy(artifactId));
    await controlPlane.asked('RestApi', artifactId);
    await stopped.stop();
    expect(await socket.next()).toEqual({ closed: 1000 });
  });

  test('a wait between two attempts ends at once', async () => {
    controlPlane.refuseDialsWith(503);
    const waiting = start({ limits: { reconnectFirstMs: 60 * minute, reconnectMaxMs: 60 * minute } });
    await vi.waitUntil(() => waiting.state === 'WAITING');
    await waiting.stop();
    expect(waiting.state).toBe('STOPPED');
  });
});

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
