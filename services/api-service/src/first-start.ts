import { setTimeout as wait } from 'node:timers/promises';
import { type Database, isUnavailable, isUndefinedTable } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import type { Users } from './login/users.js';
import type { Organizations } from './organizations/organizations.js';

const databaseWaitMs = 30_000;
const retryMs = 500;
const notMigrated = "The database lacks this version's tables: run the migrations first (npx prisma migrate deploy).";

export interface FirstStart {
  readonly database: Pick<Database, 'ping'>;
  readonly organizations: Pick<Organizations, 'ensure'>;
  readonly users: Pick<Users, 'ensure'>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Makes sure that there is an organization and a user that may do everything in it: without them nobody could ever sign in. Waits
 * for the database for a short while.
 * @throws Error with one clear sentence when the database stays away or lacks this version's tables.
 */
export async function ensureFirstUser(
  { database, organizations, users, logger, signal }: FirstStart,
  first: { readonly organization: string; readonly username: string; readonly password: string },
): Promise<void> {
  const until = Date.now() + databaseWaitMs;
  for (let attempt = 1; ; attempt++) {
    try {
      await database.ping();
      return await organizations.ensure(first.organization, await users.ensure(first.username, first.password));
    } catch (error) {
      if (isUndefinedTable(error)) throw new Error(notMigrated, { cause: error });
      if (!isUnavailable(error))
        throw new Error(`The database refuses: ${(error as Error).message}. Look at DATABASE_URL.`, { cause: error });
      if (Date.now() > until)
        throw new Error('The database can not be reached: start it, or correct DATABASE_URL.', { cause: error });
      if (attempt === 1) logger.warn({ err: error }, 'waiting for the database');
      await wait(retryMs, undefined, { signal });
    }
  }
}
