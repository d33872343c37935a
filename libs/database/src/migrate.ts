import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { migrationNames, migrationsSeen, unknownMigration } from './migrations.js';

/** The lock that Prisma's own tool takes, so that it and any number of replicas never migrate at once. */
const prismaLock = 72_707_369;

/**
 * Applies the migrations of a folder that the database has not seen, in order, and keeps Prisma's own record of them
 * (`prisma migrate status` agrees). Returns the names of those applied now.
 * Each is applied whole or not at all, whatever ends this process, the connection or the server.
 * @throws Error when a migration fails, when Prisma's own tool left one half-way, or when the database is migrated further than this folder.
 */
export async function migrate(databaseUrl: string, folder: string): Promise<string[]> {
  const client = new pg.Client(databaseUrl);
  // Whatever ends the connection is told to who asks next.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [prismaLock]);
    await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
      id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
      migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
      started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
    const names = await migrationNames(folder);
    const {
      applied: before,
      unfinished,
      unknown,
    } = await migrationsSeen({ query: async ({ text, values }) => (await client.query(text, [...values])).rows }, names);
    // Nobody else is at it while the lock is ours.
    if (unfinished)
      throw new Error(
        `Migration ${unfinished} failed half-way: mend it with 'npx prisma migrate resolve' in a checkout, then start again.`,
      );
    if (unknown) throw new Error(unknownMigration(unknown));

    const applied: string[] = [];
    for (const name of names.filter((candidate) => !before.has(candidate))) {
      await apply(client, name, await readFile(path.join(folder, name, 'migration.sql'), 'utf8'));
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function apply(client: pg.Client, name: string, statements: string): Promise<void> {
  const id = randomUUID();
  const checksum = createHash('sha256').update(statements).digest('hex');
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [id, checksum, name]);
    await client.query(statements);
    await client.query('UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1', [
      id,
    ]);
  } catch (error) {
    // With the connection gone the server does it by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`Migration ${name} failed, and nothing of it is done: ${(error as Error).message}`, { cause: error });
  }
  await client.query('COMMIT');
}
