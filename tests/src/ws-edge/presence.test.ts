import { randomUUID } from 'node:crypto';
import type { ConnectionReport, PresenceRequest } from '@gatecast/contracts';
import { createLogger } from '@gatecast/service-kit';
import { expect, onTestFinished, test } from 'vitest';
import { startPresence } from '../../../services/ws-edge/dist/presence.js';
import { until } from '../until.js';

const newConnection = (): ConnectionReport => ({
  connectionId: randomUUID(),
  gatewayId: randomUUID(),
  remoteAddress: '127.0.0.1',
  connectedAt: new Date().toISOString(),
});

test('a connection that came and went while a report was under way is not told as opened after it was told as closed', async () => {
  const told: PresenceRequest[] = [];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const presence = startPresence({
    edgeId: randomUUID(),
    logger: createLogger('test', 'silent'),
    intervalMs: 60_000,
    artifactsService: {
      async reportPresence(request) {
        told.push(request);
        await answered;
        return { isNew: false };
      },
    },
  });
  onTestFinished(() => presence.stop());
  await until(() => told.length).toBe(1);

  // So many that they are told in two parts.
  const connections = Array.from({ length: 2_500 }, newConnection);
  for (const connection of connections) presence.opened(connection);
  const [gone, ...others] = connections.reverse();
  presence.closed(gone?.connectionId ?? '');
  answer();

  const opened = () => told.flatMap((request) => request.opened ?? []).map(({ connectionId }) => connectionId);
  await until(() => opened().length).toBeGreaterThanOrEqual(others.length);
  expect(opened().sort()).toEqual(others.map(({ connectionId }) => connectionId).sort());
});
