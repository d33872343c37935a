import { createLogger } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { ensureFirstUser } from '../../../services/api-service/dist/first-start.js';

const first = { organization: 'default', username: 'admin', password: 'secret' };
const start = (ensure: () => Promise<string>) =>
  ensureFirstUser(
    {
      database: { ping: async () => undefined },
      organizations: { ensure: async () => undefined },
      users: { ensure },
      logger: createLogger('test', 'silent'),
      signal: new AbortController().signal,
    },
    first,
  );

test('a start goes on when the database goes away in its midst and comes back', async () => {
  // As Prisma gives on what PostgreSQL says to a session that it ends.
  const ended = Object.assign(new Error('terminating connection due to administrator command'), {
    code: 'P2039',
    meta: { driverAdapterError: { cause: { originalCode: '57P01' } } },
  });
  let attempts = 0;
  await start(async () => {
    attempts += 1;
    if (attempts === 1) throw ended;
    return 'a user';
  });
  expect(attempts).toBe(2);
});

test('a start that the database refuses says so at once', async () => {
  await expect(start(() => Promise.reject(new Error('permission denied')))).rejects.toThrow(
    'The database refuses: permission denied',
  );
});
