import { DatabaseNotUsableError } from '@gatecast/database';
import { expect, test } from 'vitest';
import { ensureFirstUser } from '../../../services/api-service/dist/first-start.js';

const start = (ensure: () => Promise<string>) =>
  ensureFirstUser(
    { organizations: { ensure: async () => undefined }, users: { ensure } },
    { organization: 'default', username: 'admin', password: 'secret' },
  );

test('a start can go on later when the database goes away in its midst', async () => {
  // As Prisma gives on what PostgreSQL says to a session that it ends.
  const ended = Object.assign(new Error('terminating connection due to administrator command'), {
    code: 'P2039',
    meta: { driverAdapterError: { cause: { originalCode: '57P01' } } },
  });
  await expect(start(() => Promise.reject(ended))).rejects.toThrow(DatabaseNotUsableError);
});

test('a start that the database refuses says so at once', async () => {
  await expect(start(() => Promise.reject(new Error('permission denied')))).rejects.toThrow(
    'The database refuses: permission denied',
  );
});
