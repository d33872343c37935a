import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { drain } from '../../../services/ws-edge/dist/drain.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('an edge that goes away closes its connections one after the other, and waits for the last', async () => {
  const gateways = new ConnectedGateways();
  const closed: number[] = [];
  const began = performance.now();
  for (const gatewayId of ['a', 'b', 'c', 'd', 'e']) {
    const connection = {
      gateway: { gatewayId, organizationId: 'organization' },
      close(code: number) {
        expect(code).toBe(1001);
        closed.push(performance.now() - began);
        setTimeout(() => gateways.remove(connection), 100);
      },
    } as unknown as GatewayConnection;
    gateways.add(connection);
  }
  let isOver = false;
  void drain(gateways, 1_000).then(() => {
    isOver = true;
  });

  await vi.advanceTimersByTimeAsync(850);
  expect(closed).toEqual([0, 200, 400, 600, 800]);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(150);
  expect(isOver).toBe(true);
});
