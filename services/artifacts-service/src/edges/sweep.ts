import type { Queryable } from '@gatecast/database';
import { removeSilentEdges } from './presence.js';

/** Removes silent edges a few times per time-out, one run after the other. `close` resolves when none is under way. */
export function sweepEdges(
  database: Queryable,
  timeoutMs: number,
  onError: (error: unknown) => void,
): { close(): Promise<void> } {
  let running = Promise.resolve();
  let isRunning = false;
  const timer = setInterval(
    () => {
      if (isRunning) return;
      isRunning = true;
      running = removeSilentEdges(database, timeoutMs)
        .catch(onError)
        .finally(() => {
          isRunning = false;
        });
    },
    Math.ceil(timeoutMs / 3),
  );
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
