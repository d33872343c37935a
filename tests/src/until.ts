import { expect } from 'vitest';

/** How long a condition may take to hold. Only a failure takes that long. */
const deadlineMs = 30_000;

/** Asks `look` again and again: `await until(() => status()).toBe('DEPLOYED')` resolves when that holds, and fails with what was seen last. */
export function until(look: () => unknown): ReturnType<typeof expect.poll> {
  return expect.poll(look, { timeout: deadlineMs, interval: 20 });
}
