import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { newId } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { EventWindow } from '../../../services/ws-edge/dist/window.js';
import { until } from '../until.js';

const hourMs = 3_600_000;
const ignore = () => undefined;

afterEach(() => vi.useRealTimers());

test('gateways that answer stay connected when somebody sets the clock', async () => {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, stream, head) =>
    server.handleUpgrade(request, stream, head, (socket) =>
      new GatewayConnection({
        connectionId: newId(),
        socket,
        stream: stream as Socket,
        gateway: { gatewayId: newId(), organizationId: newId(), tokenId: newId(), cursor: 0, head: 0, logEpoch: newId() },
        tokenHash: '',
        window: new EventWindow(1_000_000, ignore),
        missed: { read: () => Promise.reject(new Error('Nothing was missed.')) },
        resync: () => Promise.reject(new Error('Nothing is owed.')),
        acks: { store: async () => undefined },
        cursors: { note: ignore },
        onCaughtUp: ignore,
        onWritten: ignore,
        onReceipts: ignore,
        onClosed: ignore,
        limits: {
          pingIntervalMs: 10,
          idleLimitMs: hourMs,
          busyLimitMs: hourMs,
          unconfirmedEventsMax: 1,
          bufferedBytesMax: 1_000,
        },
        logger: createLogger('test', 'silent'),
      }).open(),
    ),
  );
  const gateway = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  let pings = 0;
  let closed = 0;
  gateway.on('ping', () => {
    pings += 1;
  });
  gateway.on('close', () => {
    closed += 1;
  });

  for (let turn = 1; turn <= 5; turn += 1) {
    const before = pings;
    await until(() => pings + closed).toBeGreaterThan(before + 1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hourMs });
  }
  const before = pings;
  await until(() => pings + closed).toBeGreaterThan(before + 5);
  expect(closed).toBe(0);

  gateway.terminate();
  http.close();
});
