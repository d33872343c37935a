import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A server that stands for a replica of some service: ready unless told otherwise, and it says who it is. */
export interface Backend {
  readonly url: string;
  readonly server: Server;
  /** WebSockets of this replica. */
  readonly sockets: WebSocketServer;
  isReady: boolean;
  /** Everything but the probes that came here. */
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Starts a backend that answers requests with `answer`; default: 200 and its name. */
export async function startBackend(
  name: string,
  answer: RequestListener = (_request, response) => response.end(name),
  port = 0,
): Promise<Backend> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/readyz') {
      response.writeHead(backend.isReady ? 200 : 503).end();
      return;
    }
    requests.push(request);
    answer(request, response);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const backend: Backend = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    sockets,
    isReady: true,
    requests,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return backend;
}
