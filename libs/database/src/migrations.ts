import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Queryable } from './database.js';
import { isUnavailable, isUndefinedTable } from './errors.js';
import { sql } from './sql.js';

/** The migrations of this release, each a folder of its own. */
export const migrationsFolder = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** The database can't be used yet: `message` says why, and what to do. A later attempt may find it usable. */
export class DatabaseNotUsableError extends Error {
  override readonly name = 'DatabaseNotUsableError';
}

/** Where a database stands, by Prisma's own record. */
export interface MigrationsSeen {
  readonly applied: ReadonlySet<string>;
  /** Begun and not finished: it is under way, or it failed. */
  readonly unfinished: string | undefined;
  /** Applied, and none of this release's. */
  readonly unknown: string | undefined;
}

/** Returns the names of the migrations in a folder, oldest first. */
export async function migrationNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Returns what the database has seen of the migrations `names`. */
export async function migrationsSeen(database: Queryable, names: readonly string[]): Promise<MigrationsSeen> {
  const rows = await database.query<{ name: string; isFinished: boolean }>(sql`
    SELECT migration_name AS name, finished_at IS NOT NULL AS "isFinished" FROM _prisma_migrations
    WHERE rolled_back_at IS NULL ORDER BY migration_name`);
  return {
    applied: new Set(rows.map(({ name }) => name)),
    unfinished: rows.find(({ isFinished }) => !isFinished)?.name,
    unknown: rows.find(({ name }) => !names.includes(name))?.name,
  };
}

/**
 * Resolves when the database is migrated exactly as far as this release. Asked at the start only: a replica that runs goes on
 * while the next release migrates the database further.
 * @throws DatabaseNotUsableError when it is not, or does not answer; Error with one clear sentence when it refuses.
 */
export async function requireMigrated(database: Queryable): Promise<void> {
  const names = await migrationNames(migrationsFolder);
  const { applied, unfinished, unknown } = await migrationsSeen(database, names).catch((error: unknown) => {
    if (isUndefinedTable(error)) return { applied: new Set<string>(), unfinished: undefined, unknown: undefined };
    throw databaseProblem(error);
  });
  const missing = names.filter((name) => !applied.has(name));
  if (unfinished)
    throw new DatabaseNotUsableError(
      `Migration ${unfinished} is not finished: wait while it runs; if it failed, mend it with 'npx prisma migrate resolve' in a checkout and run the migrations again.`,
    );
  if (unknown) throw new DatabaseNotUsableError(unknownMigration(unknown));
  if (missing.length > 0)
    throw new DatabaseNotUsableError(
      `The database is not migrated as far as this release: run its migrations (the service migrations). It lacks ${missing.join(', ')}.`,
    );
}

/** Returns what to tell of an error at the start: a DatabaseNotUsableError when a later attempt may succeed. */
export function databaseProblem(error: unknown): Error {
  if (error instanceof DatabaseNotUsableError) return error;
  const said = (error as Error).message || (error as { code?: string }).code;
  return isUnavailable(error)
    ? new DatabaseNotUsableError(`The database cannot be reached: start it, or correct DATABASE_URL (${said}).`, {
        cause: error,
      })
    : new Error(`The database refuses: ${said}. Look at DATABASE_URL.`, { cause: error });
}

/** Returns the sentence for a database that is migrated further than this release. */
export function unknownMigration(name: string): string {
  return `The database has migration ${name}, which this release does not know: start the release that brought it, or a newer one.`;
}
