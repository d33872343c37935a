import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectionsWaitingMax, type Logger, whyNotListening } from '@gatecast/service-kit';
import { forwardRequest } from './forward-request.js';
import { forwardUpgrade } from './forward-upgrade.js';
import type { FrontDoorMetrics } from './metrics.js';
import type { Route } from './routes.js';
import { json, type OwnAnswer } from './unavailable.js';

export interface FrontDoorOptions {
  /** PEM. */
  readonly tlsKey: string;
  readonly tlsCertificate: string;
  readonly answerTimeoutMs: number;
  readonly routeOf: (path: string) => Route;
  readonly metrics: FrontDoorMetrics;
  readonly logger: Logger;
}

export interface FrontDoor {
  /** Listens and returns the port that is really used. @throws Error with one clear sentence when it is taken. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new connections and resolves when the existing ones have ended; cuts those that have not within `withinMs`. */
  drain(withinMs: number): Promise<void>;
}

/** Longer than clients and proxies keep idle connections (Go: 30 s), so that none of them sends on one that is being closed here. */
const idleTimeoutMs = 75_000;

/** What proxies note when the client went before there was an answer. */
const clientClosedRequest = 499;

/** Makes the server that stands before all services: HTTPS and WSS on one port. */
export function createFrontDoor(options: FrontDoorOptions): FrontDoor {
  const agent = new Agent({ keepAlive: true });
  let isDraining = false;
  // What can't be passed on (a path that Node's client refuses to send) costs its own connection, not everybody's.
  const cut = (socket: Duplex) => (error: unknown) => {
    options.logger.error({ err: error }, 'could not forward');
    socket.destroy();
  };

  const server = createServer(
    { key: options.tlsKey, cert: options.tlsCertificate, minVersion: 'TLSv1.2', keepAliveTimeout: idleTimeoutMs, noDelay: true },
    (request: IncomingMessage, response: ServerResponse) => {
      if (isDraining) response.setHeader('connection', 'close');
      response.once('close', () => {
        if (isDraining) server.closeIdleConnections();
      });
      const own = ownAnswer(request.url ?? '', isDraining);
      if (own) return void response.writeHead(own.status, own.headers).end(own.body);
      const route = options.routeOf(request.url ?? '');
      const began = performance.now();
      response.once('close', () =>
        options.metrics.onRequest(
          route.backends.service,
          response.headersSent ? response.statusCode : clientClosedRequest,
          (performance.now() - began) / 1_000,
        ),
      );
      forwardRequest(request, response, route, { ...options, agent }).catch(cut(request.socket));
    },
  );
  const tunnels = new Set<Duplex>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    tunnels.add(socket);
    options.metrics.onTunnel(1);
    socket.once('close', () => {
      tunnels.delete(socket);
      options.metrics.onTunnel(-1);
    });
    forwardUpgrade(request, socket, head, options.routeOf(request.url ?? ''), options).catch(cut(socket));
  });

  return {
    async listen(host, port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error) => reject(whyNotListening(error, host, port)));
        server.listen({ port, host, backlog: connectionsWaitingMax }, resolve);
      });
      return (server.address() as AddressInfo).port;
    },
    async drain(withinMs) {
      isDraining = true;
      const closed = new Promise((resolve) => server.close(resolve));
      const overdue = setTimeout(() => {
        options.logger.warn({ tunnels: tunnels.size }, 'cutting what is still connected');
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }, withinMs);
      await closed;
      clearTimeout(overdue);
      agent.destroy();
    },
  };
}

/** Health of the front door itself; that of the services behind it is nobody's business outside. */
function ownAnswer(path: string, isDraining: boolean): OwnAnswer | undefined {
  if (path === '/healthz') return json(200, { status: 'ok' });
  if (path === '/readyz')
    return isDraining
      ? json(503, { status: 'not ready', reason: 'stopping' }, { 'retry-after': '1' })
      : json(200, { status: 'ready' });
  return undefined;
}
