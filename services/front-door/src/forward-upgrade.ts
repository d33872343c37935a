import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { urlToHttpOptions } from 'node:url';
import { type Logger, letGo } from '@gatecast/service-kit';
import type { Backend } from './backends.js';
import { answerHeaders, hasBody, requestHeaders } from './headers.js';
import type { FrontDoorMetrics } from './metrics.js';
import type { Route } from './routes.js';
import { json, type OwnAnswer, unavailable } from './unavailable.js';

export interface UpgradeOptions {
  /** The longest that a backend may take to accept or refuse. */
  readonly answerTimeoutMs: number;
  readonly metrics: Pick<FrontDoorMetrics, 'onBackendFailed'>;
  readonly logger: Logger;
}

/** A dead peer is noticed in the end, also one that nobody sends to. */
const keepAliveMs = 30_000;

/**
 * Passes a WebSocket through to a ready backend of its route and resolves when it has ended. A backend's refusal is passed on as
 * it is; 503 when none answers.
 */
export async function forwardUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  route: Route,
  options: UpgradeOptions,
): Promise<void> {
  client.on('error', () => client.destroy());
  // Node takes a dial's body for the first frames (RFC 6455, section 4.1: a dial has none).
  if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket' || hasBody(request)) {
    const message = 'The only upgrade served here is to websocket, by GET and without a body.';
    return answer(client, json(400, { status: 'error', code: 'VALIDATION_FAILED', message }));
  }
  for (const backend of route.backends.inOrder()) {
    backend.active += 1;
    const outcome = await tryBackend(backend, request, client, head, options).finally(() => {
      backend.active -= 1;
    });
    if (outcome === 'done') return;
    options.metrics.onBackendFailed(route.backends.service);
    options.logger.warn({ backendOf: route.backends.service, backend: backend.url.origin, err: outcome }, 'backend failed');
    // Not before the next probe again.
    backend.isReady = false;
  }
  if (!client.destroyed) answer(client, unavailable(route));
}

/** Resolves with `done` when the WebSocket has ended, was refused, or the client has gone; else with what went wrong. */
function tryBackend(
  backend: Backend,
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  options: UpgradeOptions,
): Promise<'done' | Error> {
  return new Promise((resolve) => {
    const outgoing = httpRequest({
      ...urlToHttpOptions(backend.url),
      path: request.url,
      headers: { ...requestHeaders(request), connection: 'Upgrade', upgrade: 'websocket' },
      agent: false,
      timeout: options.answerTimeoutMs,
    });
    const clientGone = () => {
      outgoing.destroy();
      resolve('done');
    };
    client.once('close', clientGone);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${options.answerTimeoutMs} ms`)));
    let isRefused = false;
    outgoing.on('error', (error) => {
      // Too late for another answer: this one is cut where the refusal breaks off.
      if (isRefused) return;
      // A dial changes nothing, so the next backend may be tried whatever it was.
      client.off('close', clientGone);
      resolve(error);
    });

    outgoing.once('upgrade', (accepted: IncomingMessage, server: Socket, first: Buffer) => {
      client.off('close', clientGone);
      for (const socket of [client, server]) {
        if (!(socket instanceof Socket)) continue;
        socket.setNoDelay(true);
        socket.setKeepAlive(true, keepAliveMs);
        socket.setTimeout(0);
      }
      client.write(statusLine(accepted, rawHeaderLines(accepted)), 'latin1');
      if (first.length > 0) client.write(first);
      if (head.length > 0) server.write(head);
      client.pipe(server).pipe(client);
      // Whichever side goes, what it said last still reaches the other.
      server.once('error', () => client.destroy()).once('close', () => letGo(client));
      client.once('close', () => {
        letGo(server);
        resolve('done');
      });
      if (client.destroyed) clientGone();
    });

    outgoing.once('response', (refusal) => {
      isRefused = true;
      const headers = Object.entries({ ...answerHeaders(refusal), connection: 'close' });
      client.write(
        statusLine(
          refusal,
          headers.flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`)),
        ),
        'latin1',
      );
      refusal.pipe(client, { end: false });
      refusal.once('error', () => client.destroy());
      refusal.once('end', () => {
        client.off('close', clientGone);
        letGo(client);
        resolve('done');
      });
    });
    outgoing.end();
  });
}

function statusLine(message: IncomingMessage, headers: readonly string[]): string {
  return `HTTP/1.1 ${message.statusCode} ${message.statusMessage}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
}

/** The headers as they came: a client checks what the backend made of its key. */
function rawHeaderLines({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines;
}

function answer(client: Duplex, { status, headers, body }: OwnAnswer): void {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  client.write(`HTTP/1.1 ${status} ${status === 503 ? 'Service Unavailable' : 'Bad Request'}\r\n${lines.join('')}\r\n${body}`);
  letGo(client);
}
