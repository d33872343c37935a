import type { CursorsRequest } from '@gatecast/contracts';
import { createLogger } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { startCursors } from '../../../services/ws-edge/dist/cursors.js';

const hourMs = 3_600_000;

test('a connection of an earlier log epoch moves no cursor of the new one, not even with its last receipt', async () => {
  const reported: CursorsRequest[] = [];
  let logEpoch = 'before';
  const cursors = startCursors({
    artifactsService: {
      async reportCursors(request) {
        reported.push(request);
      },
    },
    logger: createLogger('test', 'silent'),
    logEpoch: () => logEpoch,
    intervalMs: hourMs,
  });

  cursors.note('gateway', 'before', 5, 5);
  logEpoch = 'after';
  cursors.forget();
  // The sockets are closed by now, but a pong, or the position at the close, still comes.
  cursors.note('gateway', 'before', 7, 7);
  await cursors.flush();
  expect(reported).toEqual([]);

  cursors.note('gateway', 'after', 2, 3);
  await cursors.stop();
  expect(reported).toEqual([{ logEpoch: 'after', cursors: [{ gatewayId: 'gateway', confirmed: 2, written: 3 }] }]);
});
