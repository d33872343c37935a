import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { internalApi } from '@gatecast/gateway-client';
import { afterEach, expect, test } from 'vitest';

type Respond = (socket: Socket) => void;
const emptyList: Respond = (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]');
const cut: Respond = (socket) => void socket.destroy();

const teardown: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of teardown.splice(0).reverse()) await end();
});

/** A server that treats each request as the next of some ways says, and a client of it. */
async function serverThat(...ways: readonly Respond[]) {
  let requests = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const way = ways[requests];
      requests += 1;
      way?.(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  teardown.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const api = internalApi({ url: new URL(`http://127.0.0.1:${port}`), token: 'token' }, 2_000);
  teardown.push(() => api.close());
  return { api, counts: () => ({ requests, connections }) };
}

test('a question on a connection that the server has just closed is asked again', async () => {
  const { api, counts } = await serverThat(emptyList, cut, emptyList);
  await api.plans();
  await expect(api.plans()).resolves.toEqual([]);
  expect(counts()).toEqual({ requests: 3, connections: 2 });
});

test('one that is cut on a new connection fails: nobody knows what became of it', async () => {
  const { api, counts } = await serverThat(cut, emptyList);
  await expect(api.plans()).rejects.toThrow();
  expect(counts().requests).toBe(1);
});

test('connections are used again, and at most ten at a time', async () => {
  const waiting: Socket[] = [];
  const later: Respond = (socket) => {
    waiting.push(socket);
    if (waiting.length === 10) for (const one of waiting) emptyList(one);
    if (waiting.length > 10) emptyList(socket);
  };
  const { api, counts } = await serverThat(...Array.from({ length: 30 }, () => later));
  await Promise.all(Array.from({ length: 30 }, () => api.plans()));
  expect(counts()).toEqual({ requests: 30, connections: 10 });
});

test('an answer that does not come in time, and one that comes when the client is closed, are errors that say so', async () => {
  const { api } = await serverThat(() => undefined);
  const asked = api.plans();
  await expect(asked).rejects.toThrow('no answer within 2000 ms');
  api.close();
  await expect(api.plans()).rejects.toThrow('the gateway is stopping');
});
