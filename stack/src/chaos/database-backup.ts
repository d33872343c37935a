import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Queryable, sql } from '@gatecast/database';
import type { LoggedEvent } from './history.js';
import { readEventLog } from './observation.js';
import { startAgain } from './start-again.js';
import type { ChaosWorld } from './world.js';

/** A copy of the database's folder, taken while it was stopped. */
export interface DatabaseBackup {
  /**
   * Sets the database back to the copy. Resolves with the event log as it was directly before; nothing was committed after that. All of it is
   * published by then: what gateways got from the event log alone, while the broker took nothing, nobody knows of afterwards.
   */
  restore(): Promise<LoggedEvent[]>;
}

type Backed = Pick<ChaosWorld, 'stack' | 'database'>;

/** Stops the database, copies its folder, and starts it again. */
export async function backUpDatabase({ stack, database }: Backed): Promise<DatabaseBackup> {
  const { postgres } = stack;
  if (!postgres) throw new Error("The database is somebody else's and can't be stopped.");
  const folder = path.join(stack.dataFolder, 'postgres');
  if (!existsSync(path.join(folder, 'PG_VERSION'))) throw new Error(`The database's folder is not ${folder}.`);
  const copyFolder = path.join(stack.dataFolder, 'postgres.backup');

  await postgres.stop();
  copy(folder, copyFolder);
  await startAgain(postgres);
  return {
    async restore() {
      let events: LoggedEvent[] | undefined;
      // The lock is held until the server stops: what is committed is what was read.
      await database
        .transaction(async (transaction) => {
          await transaction.query(sql`LOCK TABLE events IN EXCLUSIVE MODE`);
          await allPublished(transaction);
          events = await readEventLog(transaction);
          await postgres.stop();
        })
        .catch(() => undefined);
      if (!events) throw new Error('The event log could not be read before the database was set back.');
      renameSync(folder, `${folder}.replaced`);
      copy(copyFolder, folder);
      rmSync(`${folder}.replaced`, { recursive: true });
      await startAgain(postgres);
      return events;
    },
  };
}

/** Longer than the relay needs once everything answers; a database that is held longer than its clients wait would be another fault. */
const publishedWithinMs = 20_000;

/** Resolves when nothing waits for the broker any more, or after a while: what is wrong then the checker finds. */
async function allPublished(transaction: Queryable): Promise<void> {
  const end = performance.now() + publishedWithinMs;
  while (performance.now() < end) {
    const unpublished = await transaction.query(sql`
      SELECT 1 FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
      WHERE heads.revision > coalesce(published.revision, 0) LIMIT 1`);
    if (unpublished.length === 0) return;
    await delay(50);
  }
}

/** With owners and modes, which the server insists on. */
function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The database's folder could not be copied: ${stderr}`);
}
