import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import type { Credentials } from '../credentials.js';
import type { AnyStack } from '../stack.js';
import { type Direction, openFrameGate } from './frame-gate.js';

/** A text frame that went over the socket. */
export interface SeenFrame {
  readonly direction: Direction;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the two sides said.
  readonly body: any;
}

/** A request that a gateway made. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Undefined until the answer is complete or given up. */
  readonly status: number | 'none' | undefined;
}

/** What becomes of a request in place of its answer. */
export type Failure = { readonly status: number; readonly body: string } | 'no answer' | 'connection reset';

/**
 * What stands between one gateway and the control plane: it sees all that the two say to each other, can hold back frames without
 * closing the socket, and can fail requests. By this a flow knows what a gateway asked without asking the gateway.
 */
export interface Link {
  /** What the gateway takes for its control plane. */
  readonly url: string;
  readonly frames: readonly SeenFrame[];
  readonly requests: readonly SeenRequest[];
  /** How many sockets are open. */
  readonly sockets: number;
  /**
   * Holds back frames of one direction until they are released; what is first on a socket, `connection.ack`, passes. The gateway is
   * pinged meanwhile, so that it does not take its control plane for dead.
   */
  hold(direction: Direction): void;
  /** Lets through what is held, and all that follows. */
  release(): void;
  /** Fails requests to paths that end like this, until {@link mend}. */
  fail(pathEnd: string, failure: Failure): void;
  /** Lets everything through again. */
  mend(): void;
  close(): Promise<void>;
}

const pingWhileHeldMs = 10_000;

/** Opens a link to a front door, with a certificate of ours, on a free port of 127.0.0.1. */
export async function openLink(
  { frontDoor, caFile }: Pick<AnyStack['endpoints'], 'frontDoor' | 'caFile'>,
  { tlsKeyFile, tlsCertFile }: Pick<Credentials, 'tlsKeyFile' | 'tlsCertFile'>,
): Promise<Link> {
  const target = new URL(frontDoor);
  const ca = readFileSync(caFile);
  const agent = new Agent({ ca, keepAlive: true });
  const frames: SeenFrame[] = [];
  const requests: { method: string; path: string; status: number | 'none' | undefined }[] = [];
  const failures = new Map<string, Failure>();
  const held = new Set<Direction>();
  const sockets = new Set<ReturnType<typeof openFrameGate>>();
  const server = createServer({ key: readFileSync(tlsKeyFile), cert: readFileSync(tlsCertFile) }, onRequest);
  server.on('upgrade', onUpgrade);
  const pings = setInterval(() => {
    if (held.has('to gateway')) for (const socket of sockets) socket.ping();
  }, pingWhileHeldMs);

  function onRequest(incoming: IncomingMessage, answer: ServerResponse): void {
    const { pathname } = new URL(incoming.url ?? '/', target);
    const seen = { method: incoming.method ?? '', path: pathname, status: undefined as number | 'none' | undefined };
    requests.push(seen);
    answer.once('close', () => {
      seen.status = answer.writableFinished ? answer.statusCode : 'none';
    });
    const failure = [...failures].find(([end]) => pathname.endsWith(end))?.[1];
    if (failure === 'no answer') return void incoming.resume();
    if (failure === 'connection reset') return void incoming.socket.destroy();
    if (failure) {
      incoming.resume();
      answer.writeHead(failure.status, { 'content-type': 'application/json' }).end(failure.body);
      return;
    }
    const outgoing = request(
      { host: target.hostname, port: target.port, agent, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
        answered.once('error', () => answer.destroy());
      },
    );
    outgoing.once('error', () => answer.destroy());
    answer.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  function onUpgrade(incoming: IncomingMessage, gateway: Duplex, head: Buffer): void {
    const controlPlane: TLSSocket = connect({ host: target.hostname, port: Number(target.port), ca, servername: 'localhost' });
    const lines = incoming.rawHeaders.flatMap((name, n, all) => (n % 2 === 0 ? [`${name}: ${all[n + 1]}`] : []));
    controlPlane.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    controlPlane.write(head);
    const gate = openFrameGate({
      gateway,
      controlPlane,
      isHeld: (direction) => held.has(direction),
      onText: (direction, text) => frames.push({ direction, body: JSON.parse(text) }),
    });
    sockets.add(gate);
    void gate.ended.then(() => sockets.delete(gate));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    frames,
    requests,
    get sockets() {
      return sockets.size;
    },
    hold: (direction) => void held.add(direction),
    release,
    fail: (pathEnd, failure) => void failures.set(pathEnd, failure),
    mend() {
      failures.clear();
      release();
    },
    async close() {
      clearInterval(pings);
      for (const socket of sockets) socket.cut();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };

  function release(): void {
    held.clear();
    for (const socket of sockets) socket.flush();
  }
}
