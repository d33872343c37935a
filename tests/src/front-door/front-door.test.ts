import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { type Credentials, openCredentials, openSecureClient, projectFolder, type SecureClient } from '@gatecast/stack';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Backend, startBackend } from './backend.js';

let folder: string;
let credentials: Credentials;
let client: SecureClient;
const started: { close(): unknown }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'front-door-'));
  credentials = await openCredentials(folder);
  client = openSecureClient(credentials.caFile);
});
afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.close();
});

async function backend(...args: Parameters<typeof startBackend>): Promise<Backend> {
  const one = await startBackend(...args);
  started.push(one);
  return one;
}

/** A port on which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

interface FrontDoor {
  readonly url: string;
  readonly metricsUrl: string;
  readonly process: ChildProcess;
  readonly exitCode: Promise<number>;
}

/** Starts the real process and resolves when it listens. */
async function frontDoor(
  services: { api?: string[]; edges?: string[]; artifacts?: string[] },
  settings: Record<string, string> = {},
): Promise<FrontDoor> {
  const dead = [await deadUrl()];
  const child = spawn(process.execPath, [path.join(projectFolder, 'services/front-door/dist/index.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: '0',
      TLS_KEY_FILE: credentials.tlsKeyFile,
      TLS_CERT_FILE: credentials.tlsCertFile,
      API_SERVICE_URLS: (services.api ?? dead).join(),
      WS_EDGE_URLS: (services.edges ?? dead).join(),
      ARTIFACTS_SERVICE_URLS: (services.artifacts ?? dead).join(),
      EXIT_WITH_PARENT: 'true',
      PROBE_INTERVAL_MS: '50',
      METRICS_PORT: '0',
      ...settings,
    },
  });
  const exitCode = once(child, 'exit').then(([code]) => code as number);
  started.push({
    async close() {
      child.kill('SIGKILL');
      await exitCode;
    },
  });
  let metricsUrl = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port: number };
    if (msg === 'metrics are served') metricsUrl = `http://127.0.0.1:${port}/metrics`;
    if (msg !== 'listening') continue;
    child.stdout.resume();
    return { url: `https://localhost:${port}`, metricsUrl, process: child, exitCode };
  }
  throw new Error(`the front door ended with ${await exitCode}`);
}

/** Dials and resolves with the open socket, or with the status of the refusal. */
function dial(
  url: string,
  headers: Record<string, string> = {},
): Promise<WebSocket | { status: number; retryAfter: string | undefined; body: string }> {
  const socket = new WebSocket(`${url.replace('https:', 'wss:')}/api/internal/v1/ws/gateways/connect`, {
    ca: readFileSync(credentials.caFile),
    headers,
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket)).once('error', reject);
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      let body = '';
      response
        .on('data', (part) => (body += part))
        .on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body }));
    });
  });
}

async function dialOpen(url: string): Promise<WebSocket> {
  const socket = await dial(url);
  if (!(socket instanceof WebSocket)) throw new Error(`refused: ${JSON.stringify(socket)}`);
  started.push({ close: () => socket.terminate() });
  return socket;
}

/** A connection over which anything can be said, also what no client library sends. */
function rawConnection(url: string, options: { allowHalfOpen?: boolean } = {}): TLSSocket {
  const socket = tlsConnect({
    host: 'localhost',
    port: Number(new URL(url).port),
    ca: readFileSync(credentials.caFile),
    ...options,
  });
  started.push({ close: () => socket.destroy() });
  return socket;
}

const dialHead = [
  'GET /api/internal/v1/ws/gateways/connect HTTP/1.1',
  'host: x',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
  '\r\n',
].join('\r\n');

describe('where requests go', () => {
  test('each family of paths goes to its service', async () => {
    const [api, edge, artifacts] = [await backend('api'), await backend('edge'), await backend('artifacts')];
    const { url } = await frontDoor({ api: [api.url], edges: [edge.url], artifacts: [artifacts.url] });
    const at = async (where: string) => (await client.ask(url + where)).text;
    expect(await at('/api/internal/v1/ws/gateways/connect')).toBe('edge');
    expect(await at('/api/internal/v1/deployments?since=x')).toBe('artifacts');
    expect(await at('/internal/gateway/.well-known')).toBe('artifacts');
    expect(await at('/api/v0.9/gateways')).toBe('api');
    expect(await at('/api/internal/v10/ws')).toBe('api');
    expect(await at('/')).toBe('api');
    expect(artifacts.requests.map((request) => request.url)).toEqual([
      '/api/internal/v1/deployments?since=x',
      '/internal/gateway/.well-known',
    ]);
  });

  test('replicas take turns', async () => {
    const replicas = [await backend('one'), await backend('two')];
    const { url } = await frontDoor({ api: replicas.map((one) => one.url) });
    for (let n = 0; n < 6; n += 1) await client.ask(`${url}/`);
    expect(replicas.map(({ requests }) => requests.length)).toEqual([3, 3]);
  });

  test('WebSockets go to the edge that has the fewest', async () => {
    const edges = [await backend('one'), await backend('two')];
    const { url } = await frontDoor({ edges: edges.map((one) => one.url) });
    const first = await dialOpen(url);
    await dialOpen(url);
    expect(edges.map(({ sockets }) => sockets.clients.size)).toEqual([1, 1]);
    const emptied = edges.find(({ sockets }) => sockets.clients.size === 1) as Backend;
    const other = edges.find((one) => one !== emptied) as Backend;
    for (const socket of emptied.sockets.clients) socket.close();
    await vi.waitUntil(() => emptied.sockets.clients.size === 0);
    await vi.waitUntil(async () => {
      await dialOpen(url);
      return emptied.sockets.clients.size === 2;
    });
    expect(other.sockets.clients.size).toBeLessThanOrEqual(2);
    first.terminate();
  });

  test('a replica that is not ready gets nothing until it is ready again', async () => {
    const [one, two] = [await backend('one'), await backend('two')];
    one.isReady = false;
    const { url } = await frontDoor({ api: [one.url, two.url] });
    for (let n = 0; n < 4; n += 1) await client.ask(`${url}/`);
    expect(one.requests).toHaveLength(0);
    one.isReady = true;
    await vi.waitUntil(async () => (await client.ask(`${url}/`)).text === 'one');
  });
});

describe('when no backend answers', () => {
  test('each API answers 503 in its own shape, with Retry-After, and never anything else', async () => {
    const { url } = await frontDoor({});
    for (const where of ['/api/v0.9/gateways', '/api/internal/v1/ws/gateways/connect']) {
      const { status, text, headers } = await client.ask(url + where);
      expect([status, headers['retry-after'], JSON.parse(text)]).toEqual([
        503,
        '1',
        { status: 'error', code: 'SERVICE_UNAVAILABLE', message: expect.any(String) },
      ]);
    }
    for (const where of ['/api/internal/v1/deployments', '/internal/gateway/.well-known']) {
      const { status, text, headers } = await client.ask(url + where);
      expect([status, headers['retry-after'], JSON.parse(text)]).toEqual([
        503,
        '1',
        { code: 503, message: 'Service Unavailable', description: expect.any(String) },
      ]);
    }
  });

  test('a dial is refused with 503', async () => {
    const { url } = await frontDoor({});
    expect(await dial(url)).toEqual({ status: 503, retryAfter: '1', body: expect.stringContaining('SERVICE_UNAVAILABLE') });
  });

  test('a backend that hangs up without an answer leads to 503', async () => {
    const api = await backend('api', (request) => request.socket.destroy());
    const { url } = await frontDoor({ api: [api.url] });
    expect((await client.ask(url, { method: 'POST', body: 'x' })).status).toBe(503);
    expect(api.requests).toHaveLength(1);
  });

  test('a backend that stays silent too long leads to 503', async () => {
    const api = await backend('api', () => undefined);
    const { url } = await frontDoor({ api: [api.url] }, { ANSWER_TIMEOUT_MS: '100' });
    expect((await client.ask(url, { method: 'POST', body: 'x' })).status).toBe(503);
  });

  test('the front door itself is alive and ready', async () => {
    const { url } = await frontDoor({});
    expect((await client.ask(`${url}/healthz`)).status).toBe(200);
    expect((await client.ask(`${url}/readyz`)).status).toBe(200);
  });
});

describe('when one of several backends fails', () => {
  test('a request that could not be sent goes to the next one, body and all', async () => {
    const echo: Parameters<typeof startBackend>[1] = (request, response) => void request.pipe(response);
    const [gone, alive] = [await backend('gone', echo), await backend('alive', echo)];
    // Probed once, at the start: the front door still takes it for ready when it is gone.
    const { url } = await frontDoor({ api: [gone.url, alive.url] }, { PROBE_INTERVAL_MS: '600000' });
    await gone.close();
    for (let n = 0; n < 3; n += 1)
      expect(await client.ask(url, { method: 'POST', body: `body ${n}` })).toMatchObject({ status: 200, text: `body ${n}` });
    expect(alive.requests).toHaveLength(3);
  });

  test('a dial goes to the next one', async () => {
    const [gone, alive] = [await backend('gone'), await backend('alive')];
    const { url } = await frontDoor({ edges: [gone.url, alive.url] }, { PROBE_INTERVAL_MS: '600000' });
    await gone.close();
    await dialOpen(url);
    await dialOpen(url);
    expect(alive.sockets.clients.size).toBe(2);
  });

  test('a write that may have been done is not done again', async () => {
    const hangUp: Parameters<typeof startBackend>[1] = (request) =>
      void request.resume().on('end', () => request.socket.destroy());
    const [one, two] = [await backend('one', hangUp), await backend('two', hangUp)];
    const { url } = await frontDoor({ api: [one.url, two.url] });
    expect((await client.ask(url, { method: 'POST', body: 'x' })).status).toBe(503);
    expect(one.requests.length + two.requests.length).toBe(1);
  });

  test('a read is done again', async () => {
    const [one, two] = [await backend('one', (request) => request.socket.destroy()), await backend('two')];
    const { url } = await frontDoor({ api: [one.url, two.url] });
    for (let n = 0; n < 2; n += 1) expect((await client.ask(url)).text).toBe('two');
    expect(one.requests.length).toBeGreaterThan(0);
  });
});

describe('what passes through', () => {
  test('status, headers and body of an answer are the backend’s', async () => {
    const api = await backend('api', (_request, response) =>
      response.writeHead(404, { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end('not here'),
    );
    const { url } = await frontDoor({ api: [api.url] });
    const { status, text, headers } = await client.ask(`${url}/api/v0.9/rest-apis/x`);
    expect([status, text, headers['x-own'], headers['set-cookie']]).toEqual([404, 'not here', 'yes', ['a=1', 'b=2']]);
  });

  test('what a client claims about its way is replaced by the truth', async () => {
    const api = await backend('api');
    const { url } = await frontDoor({ api: [api.url] });
    await client.ask(url, {
      headers: {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'http',
        forwarded: 'for=203.0.113.9',
        'x-real-ip': '203.0.113.9',
        'api-key': 'kept',
      },
    });
    const { headers } = api.requests[0] as IncomingMessage;
    expect(headers['x-forwarded-for']).toMatch(/^(::ffff:)?127\.0\.0\.1$|^::1$/);
    expect(headers['x-forwarded-proto']).toBe('https');
    expect([headers.forwarded, headers['x-real-ip']]).toEqual([undefined, undefined]);
    expect(headers['api-key']).toBe('kept');
    expect(headers.host).toBe(new URL(url).host);
  });

  test('large bodies pass unchanged, both ways', async () => {
    const api = await backend('api', (request, response) => void request.pipe(response));
    const { url } = await frontDoor({ api: [api.url] });
    const body = randomBytes(8 * 1024 * 1024);
    const outgoing = httpsRequest(url, { method: 'POST', ca: readFileSync(credentials.caFile) });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const hash = createHash('sha256');
    for await (const part of answer) hash.update(part as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
  });

  test('an answer streams while its request still does', async () => {
    const api = await backend('api', (request, response) => void request.pipe(response));
    const { url } = await frontDoor({ api: [api.url] });
    const outgoing = httpsRequest(url, { method: 'POST', ca: readFileSync(credentials.caFile) });
    outgoing.write('first');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(String((await once(answer, 'data'))[0])).toBe('first');
    outgoing.end('last');
    expect(String((await once(answer, 'data'))[0])).toBe('last');
  });

  test('a backend that refuses a large body without reading it is heard', async () => {
    const api = await backend('api', (_request, response) => response.writeHead(413).end('too large'));
    const { url } = await frontDoor({ api: [api.url] });
    const { status, text } = await client.ask(url, { method: 'POST', body: 'x'.repeat(4 * 1024 * 1024) });
    expect([status, text]).toEqual([413, 'too large']);
    expect((await client.ask(url)).status).toBe(413);
  });

  test('an answer that breaks off breaks off for the client too', async () => {
    const api = await backend('api', (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    const { url } = await frontDoor({ api: [api.url] });
    await expect(client.ask(url)).rejects.toThrow();
  });

  test('a client that goes away takes its request at the backend along', async () => {
    let gone: Promise<unknown> | undefined;
    const api = await backend('api', (_request, response) => {
      gone = once(response, 'close');
    });
    const { url } = await frontDoor({ api: [api.url] });
    const outgoing = httpsRequest(url, { ca: readFileSync(credentials.caFile) });
    outgoing.on('error', () => undefined).end();
    await vi.waitUntil(() => api.requests.length === 1);
    outgoing.destroy();
    await gone;
  });

  test('frames pass both ways, also the first one, which comes with the upgrade', async () => {
    const edge = await backend('edge');
    edge.sockets.on('connection', (socket) => {
      socket.send('first');
      socket.on('message', (data) => socket.send(`heard ${data}`));
    });
    const { url } = await frontDoor({ edges: [edge.url] });
    const socket = new WebSocket(`${url.replace('https:', 'wss:')}/api/internal/v1/ws/gateways/connect`, {
      ca: readFileSync(credentials.caFile),
      headers: { 'api-key': 'secret' },
    });
    started.push({ close: () => socket.terminate() });
    const heard: string[] = [];
    socket.on('message', (data) => heard.push(String(data))).on('open', () => socket.send('x'.repeat(300_000)));
    await vi.waitUntil(() => heard.length === 2);
    expect(heard).toEqual(['first', `heard ${'x'.repeat(300_000)}`]);
    expect(edge.requests[0]?.headers['api-key']).toBe('secret');
    const pong = once(socket, 'pong');
    socket.ping('42');
    expect(String((await pong)[0])).toBe('42');
  });

  test('an edge’s refusal of a dial is passed on as it is', async () => {
    const edge = await backend('edge');
    edge.server.removeAllListeners('upgrade');
    edge.server.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'),
    );
    const { url } = await frontDoor({ edges: [edge.url] });
    expect(await dial(url)).toEqual({ status: 401, retryAfter: undefined, body: '{}' });
  });

  test('a close code reaches the gateway, and a killed edge ends its sockets', async () => {
    const edge = await backend('edge');
    const { url } = await frontDoor({ edges: [edge.url] });
    const [polite, cut] = [await dialOpen(url), await dialOpen(url)];
    const [first, second] = [...edge.sockets.clients];
    const politeClose = once(polite, 'close');
    first?.close(1012, 'restart');
    expect((await politeClose)[0]).toBe(1012);
    const cutClose = once(cut, 'close');
    second?.terminate();
    expect((await cutClose)[0]).toBe(1006);
  });

  test.each([
    'GET /a\tb HTTP/1.1\r\nhost: x',
    'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked',
    'nonsense',
  ])('%j is refused with 400 and reaches no backend', async (head) => {
    const api = await backend('api');
    const { url } = await frontDoor({ api: [api.url] });
    const socket = rawConnection(url);
    socket.write(`${head}\r\n\r\n`);
    let answer = '';
    for await (const part of socket) answer += part;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(api.requests).toHaveLength(0);
    expect((await client.ask(url)).text).toBe('api');
  });

  test('TLS 1.1 is refused', async () => {
    const { url } = await frontDoor({});
    const socket = tlsConnect({
      host: 'localhost',
      port: Number(new URL(url).port),
      ca: readFileSync(credentials.caFile),
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toMatch(/ALERT_PROTOCOL_VERSION|ECONNRESET/);
  });
});

describe('where a request ends', () => {
  const inner = 'GET /inner HTTP/1.1\r\nhost: x\r\n\r\n';
  const chunked = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;

  const framings = [
    ['transfer-encoding: chunked', chunked],
    ['connection: transfer-encoding\r\ntransfer-encoding: chunked', chunked],
    [`content-length: ${inner.length}`, inner],
    [`connection: content-length\r\ncontent-length: ${inner.length}`, inner],
  ] as const;

  test.each(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST'])('the body of a %s is no request of its own', async (method) => {
    const seen: string[] = [];
    const api = await backend('api', async (request, response) => {
      seen.push(`${request.method} ${request.url} ${await text(request)}`);
      response.end(request.url);
    });
    const { url } = await frontDoor({ api: [api.url] });
    for (const [framing, body] of framings) {
      const socket = rawConnection(url);
      socket.write(`${method} /outer HTTP/1.1\r\nhost: x\r\n${framing}\r\n\r\n${body}`);
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
      expect((await client.ask(`${url}/next`)).text).toBe('/next');
      expect(seen.splice(0)).toEqual([`${method} /outer ${inner}`, 'GET /next ']);
    }
  });

  test('`Connection` takes along what it names, but neither Host nor what is set here', async () => {
    const api = await backend('api');
    const { url } = await frontDoor({ api: [api.url] });
    const socket = rawConnection(url);
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nx-own: 1\r\nx-other: 2\r\nconnection: x-own, Host, x-forwarded-for\r\n\r\n');
    await once(socket, 'data');
    const { headers } = api.requests[0] as IncomingMessage;
    expect(headers).toMatchObject({ host: 'x', 'x-other': '2', 'x-forwarded-host': 'x', 'x-forwarded-for': expect.any(String) });
    expect(headers['x-own']).toBeUndefined();
  });

  test.each(['content-length: 5\r\n\r\nhello', 'transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'])(
    'a dial with a body, %j, is refused with 400 and reaches no edge',
    async (rest) => {
      const edge = await backend('edge');
      const { url } = await frontDoor({ edges: [edge.url] });
      const socket = rawConnection(url);
      socket.write(dialHead.replace(/\r\n$/, rest));
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 400 /);
      expect(edge.requests).toHaveLength(0);
    },
  );

  test('a refusal that does not go on ends the dial, and no other edge is asked', async () => {
    const [one, two] = [await backend('one'), await backend('two')];
    for (const { server, requests } of [one, two]) {
      server.removeAllListeners('upgrade');
      server.on('upgrade', (request, socket) => {
        requests.push(request);
        socket.write('HTTP/1.1 401 Unauthorized\r\ncontent-length: 100\r\n\r\nhalf');
        started.push({ close: () => socket.destroy() });
      });
    }
    const { url } = await frontDoor({ edges: [one.url, two.url] }, { ANSWER_TIMEOUT_MS: '200' });
    const socket = rawConnection(url);
    socket.write(dialHead);
    expect((await text(socket)).match(/HTTP\/1\.1/g)).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(one.requests.length + two.requests.length).toBe(1);
  });
});

describe('a refused dial whose client does not close', () => {
  /** Dials, says more than it should, and resolves with all that it is answered; never closes its own half. */
  async function dialAndStay(url: string): Promise<string> {
    const socket = rawConnection(url, { allowHalfOpen: true });
    socket.write(dialHead);
    socket.write('more than was asked for');
    let answer = '';
    socket.on('data', (part) => (answer += part));
    await once(socket, 'end');
    return answer;
  }

  async function refusingEdge(): Promise<Backend> {
    const edge = await backend('edge');
    edge.server.removeAllListeners('upgrade');
    edge.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 7\r\n\r\nrefused'));
    return edge;
  }

  test.each([
    ['an edge', async () => ({ edges: [(await refusingEdge()).url] }), /^HTTP\/1\.1 401 .*refused$/s],
    ['the front door itself', async () => ({}), /^HTTP\/1\.1 503 .*\}$/s],
  ] as const)('is answered by %s in full, and then let go', async (_who, services, whole) => {
    const door = await frontDoor(await services());
    for (const answer of await Promise.all(Array.from({ length: 20 }, () => dialAndStay(door.url))))
      expect(answer).toMatch(whole);
    const tunnels = async () => /^gatecast_front_door_tunnels (\d+)$/m.exec((await client.ask(door.metricsUrl)).text)?.[1];
    await vi.waitUntil(async () => (await tunnels()) === '0', { timeout: 20_000, interval: 100 });
  });

  test('holds nothing up when it is told to stop', async () => {
    const door = await frontDoor({ edges: [(await refusingEdge()).url] }, { SHUTDOWN_GRACE_MS: '600000' });
    await Promise.all(Array.from({ length: 20 }, () => dialAndStay(door.url)));
    door.process.kill('SIGTERM');
    expect(await door.exitCode).toBe(0);
  });
});

describe('when it is told to stop', () => {
  test('a request under way is answered, new connections are not taken, and it ends with 0', async () => {
    let release = () => {};
    const api = await backend('api', (_request, response) => {
      release = () => response.end('late');
    });
    const door = await frontDoor({ api: [api.url] });
    const answer = client.ask(door.url);
    await vi.waitUntil(() => api.requests.length === 1);
    door.process.kill('SIGTERM');
    const fresh = openSecureClient(credentials.caFile);
    await vi.waitUntil(() =>
      fresh.ask(`${door.url}/healthz`).then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    );
    release();
    expect(await answer).toMatchObject({ status: 200, text: 'late' });
    expect(await door.exitCode).toBe(0);
  });

  test('WebSockets that stay are cut within the grace', async () => {
    const edge = await backend('edge');
    const door = await frontDoor({ edges: [edge.url] }, { SHUTDOWN_GRACE_MS: '500' });
    const socket = await dialOpen(door.url);
    const closed = once(socket, 'close');
    door.process.kill('SIGTERM');
    expect((await closed)[0]).toBe(1006);
    expect(await door.exitCode).toBe(0);
  });
});
