import { defineConfig } from 'vitest/config';

/** Tests that each start a whole stack, on containers or under faults. */
const wholeStacks = 'tests/src/{chaos,containers}/**/*.test.ts';

const timeouts = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    globalSetup: ['tests/src/setup.ts'],
    teardownTimeout: 30_000,
    // Tests start real processes; a machine with two cores must not start too many at once. What takes minutes goes first: last, it would
    // keep one worker busy while the others have nothing left.
    projects: [
      { test: { name: 'whole stacks', include: [wholeStacks], maxWorkers: 2, sequence: { groupOrder: 0 }, ...timeouts } },
      {
        test: {
          name: 'parts',
          include: ['tests/src/**/*.test.ts'],
          exclude: [wholeStacks],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
    ],
  },
});
