import { setTimeout as delay } from 'node:timers/promises';
import type { SupervisedProcess } from '../supervised-process.js';

const startTimeoutMs = 60_000;
const retryMs = 250;

/**
 * Starts a process; again when what it needs is broken at the same time, or its predecessor's children have not gone yet.
 * @throws StackError of the last attempt.
 */
export async function startAgain(process: SupervisedProcess): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await process.start();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(retryMs);
    }
  }
}
