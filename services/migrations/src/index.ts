import { migrate } from '@gatecast/database';
import { runService } from '@gatecast/service-kit';
import { readEnvironment } from './environment.js';

// Ends when the database is as this version needs it; with exit code 1 when it can't be made so.
await runService('migrations', readEnvironment, async (service, { DATABASE_URL, MIGRATIONS_DIR }) => {
  let isMigrated = false;
  // Told to stop before that: whoever waits for it must not take it for done.
  service.onStop('migrating', () => {
    if (!isMigrated) process.exit(1);
  });
  const applied = await migrate(DATABASE_URL, MIGRATIONS_DIR);
  isMigrated = true;
  service.logger.info({ applied }, 'migrated');
  await service.stop('migrated', 0);
});
