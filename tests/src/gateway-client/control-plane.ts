import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  type ArtifactChange,
  artifactEnvelope,
  connectionAckFrame,
  type DeploymentAck,
  type Kind,
  kindTraits,
} from '@gatecast/contracts';
import { strToU8, zipSync } from 'fflate';
import { type WebSocket, WebSocketServer } from 'ws';

/** What came from a gateway, in the order in which it came. */
type Received = { ack: DeploymentAck } | { pong: string } | { closed: number };

/** The control plane's end of one gateway's connection. */
export interface GatewaySocket {
  readonly apiKey: string | undefined;
  send(frame: string | Buffer): void;
  /** Sends an artifact event and returns its correlationId. */
  change(change: ArtifactChange, correlationId?: string): string;
  ping(payload: string): void;
  /** The next thing that comes, now or later. */
  next(): Promise<Received>;
  /** Ends the TCP connection without a word. */
  cut(): void;
}

/**
 * How a question is answered: with JSON, with bytes, with a status and no body, not at all, with an answer that breaks off, or with what
 * a function returns.
 */
export type Answer = object | Buffer | number | 'never' | 'cut' | ((body: unknown) => Answer | Promise<Answer>);

/** The other side of the contract, as small as it can be: a real server whose every answer the test decides. */
export interface ControlPlane {
  readonly url: URL;
  /** The next connection, before `connection.ack`. */
  dialled(): Promise<GatewaySocket>;
  /** The next connection, acknowledged. */
  connected(): Promise<GatewaySocket>;
  /** Status with which dials are refused from now on; undefined: they are accepted. */
  refuseDialsWith(status: number | undefined): void;
  readonly dials: number;
  /** Answers a content request from now on: with YAML, a status, or what a promise brings. */
  serve(kind: Kind, artifactId: string, answer: string | Buffer | number | Promise<string | Buffer | number>): void;
  /** Resolves when a request for this content is there. */
  asked(kind: Kind, artifactId: string): Promise<void>;
  /** Paths of the content requests so far. */
  readonly requests: readonly string[];
  /**
   * Answers a question other than for content from now on, named like `GET /deployments` or `POST /artifacts/exists`. What nobody
   * gave an answer to is answered with 503.
   */
  answer(question: string, answer: Answer): void;
  /** Answers those by what another server answers from now on. */
  forwardTo(base: string): void;
  /** The questions so far. */
  readonly questions: readonly string[];
  /** The next manifest that is posted. */
  manifest(): Promise<{ readonly gatewayId: string; readonly body: unknown }>;
  /** Statuses for the next manifests; 204 after those. */
  answerManifestsWith(...statuses: number[]): void;
  stop(): Promise<void>;
}

export const gatewayId = randomUUID();

/** Starts a control plane on a free port, with TLS when there is a certificate. */
export async function startControlPlane(tls?: { key: string; cert: string }): Promise<ControlPlane> {
  const sockets = queue<GatewaySocket>();
  const manifests = queue<{ gatewayId: string; body: unknown }>();
  const content = new Map<string, string | Buffer | number | Promise<string | Buffer | number>>();
  const requests: string[] = [];
  const arrived = queue<string>();
  const answers = new Map<string, Answer>();
  const questions: string[] = [];
  let forwardedTo: string | undefined;
  let manifestStatuses: number[] = [];
  let refusal: number | undefined;
  let dials = 0;

  async function answerQuestion(request: http.IncomingMessage, body: string, response: http.ServerResponse): Promise<void> {
    const question = `${request.method} ${(request.url ?? '').replace('/api/internal/v1', '')}`;
    questions.push(question);
    let found = answers.get(question) ?? (forwardedTo === undefined ? 503 : await forward(forwardedTo, request, body));
    while (typeof found === 'function') found = await found(body === '' ? undefined : JSON.parse(body));
    if (found === 'never') return;
    if (found === 'cut') {
      // Once it is on its way, so that it does arrive.
      response.writeHead(200, { 'content-length': 1_000_000 }).write('{"list":[', () => setImmediate(() => response.destroy()));
    } else if (typeof found === 'number') response.writeHead(found).end();
    else if (Buffer.isBuffer(found)) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  }

  const answer: http.RequestListener = async (request, response) => {
    const path = request.url ?? '';
    const body = Buffer.concat(await request.toArray()).toString();
    const manifestOf = /^\/api\/internal\/v1\/gateways\/([^/]+)\/manifest$/.exec(path)?.[1];
    if (manifestOf && request.method === 'POST') {
      response.writeHead(manifestStatuses.shift() ?? 204).end();
      manifests.push({ gatewayId: manifestOf, body: JSON.parse(body) });
      return;
    }
    if (request.headers.accept !== 'application/zip') return answerQuestion(request, body, response);
    requests.push(path);
    arrived.push(path);
    const found = await (content.get(path) ?? 404);
    if (typeof found === 'number') response.writeHead(found).end();
    else response.writeHead(200, { 'content-type': 'application/zip' }).end(typeof found === 'string' ? zip(found) : found);
  };
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  const upgrades = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    dials += 1;
    if (request.url !== '/api/internal/v1/ws/gateways/connect') socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    else if (refusal) socket.end(`HTTP/1.1 ${refusal} ${http.STATUS_CODES[refusal]}\r\ncontent-length: 0\r\n\r\n`);
    else
      upgrades.handleUpgrade(request, socket, head, (webSocket) =>
        sockets.push(gatewaySocket(webSocket, request.headers['api-key'])),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: new URL(`${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`),
    dialled: () => sockets.next(),
    async connected() {
      const socket = await sockets.next();
      socket.send(connectionAckFrame(gatewayId, randomUUID(), new Date()));
      return socket;
    },
    refuseDialsWith(status) {
      refusal = status;
    },
    get dials() {
      return dials;
    },
    serve: (kind, artifactId, found) => void content.set(contentPath(kind, artifactId), found),
    async asked(kind, artifactId) {
      while ((await arrived.next()) !== contentPath(kind, artifactId));
    },
    requests,
    answer: (question, given) => void answers.set(question, given),
    forwardTo(base) {
      forwardedTo = base;
    },
    questions,
    manifest: () => manifests.next(),
    answerManifestsWith(...statuses) {
      manifestStatuses = statuses;
    },
    async stop() {
      for (const client of upgrades.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(base: string, request: http.IncomingMessage, body: string): Promise<Answer> {
  const answered = await fetch(`${base}${(request.url ?? '').replace('/api/internal/v1', '')}`, {
    method: request.method ?? 'GET',
    headers: {
      'api-key': String(request.headers['api-key']),
      accept: String(request.headers.accept),
      ...(body !== '' && { 'content-type': 'application/json' }),
    },
    ...(body !== '' && { body }),
  });
  return answered.ok ? Buffer.from(await answered.arrayBuffer()) : answered.status;
}

/** A definition that a gateway accepts. */
export function definition(kind: Kind, handle: string, displayName = handle, version = 'v1.0'): string {
  return [
    'apiVersion: gateway.api-platform.wso2.com/v1',
    `kind: ${kind}`,
    `metadata: { name: ${handle} }`,
    `spec: { displayName: ${displayName}, version: ${version} }`,
    '',
  ].join('\n');
}

export function zip(text: string, name = 'definition.yaml'): Buffer {
  return Buffer.from(zipSync({ 'readme.txt': strToU8('not this one'), [name]: strToU8(text) }));
}

/** A gzip'd tar archive with these files (POSIX.1-1988). */
export function archive(files: readonly (readonly [name: string, content: string])[]): Buffer {
  const blocks = files.flatMap(([name, content]) => {
    const header = Buffer.alloc(512);
    const body = Buffer.from(content);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0        0', 136);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function contentPath(kind: Kind, artifactId: string): string {
  return `/api/internal/v1/${kindTraits(kind).contentPath}/${artifactId}`;
}

function gatewaySocket(webSocket: WebSocket, apiKey: string | string[] | undefined): GatewaySocket {
  const received = queue<Received>();
  webSocket.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.type === 'deployment.ack') received.push({ ack: frame.payload });
  });
  webSocket.on('pong', (payload) => received.push({ pong: payload.toString() }));
  webSocket.on('close', (code) => received.push({ closed: code }));
  return {
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    send: (frame) => webSocket.send(frame),
    change(change, correlationId = randomUUID()) {
      webSocket.send(JSON.stringify(artifactEnvelope(change, correlationId, new Date())));
      return correlationId;
    },
    ping: (payload) => webSocket.ping(payload),
    next: () => received.next(),
    cut: () => webSocket.terminate(),
  };
}

function queue<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    push(item: T) {
      const taker = waiting.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    next: () => (items.length > 0 ? Promise.resolve(items.shift() as T) : new Promise<T>((resolve) => waiting.push(resolve))),
  };
}
