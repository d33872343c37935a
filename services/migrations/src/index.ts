import { migrate } from '@gatecast/database';
import { runService } from '@gatecast/service-kit';
import { readEnvironment } from './environment.js';

// Ends when the database is as this version needs it; with exit code 1 when it can't be made so.
await runService('migrations', readEnvironment, async (service, { DATABASE_URL, MIGRATIONS_DIR }) => {
  const applied = await migrate(DATABASE_URL, MIGRATIONS_DIR);
  service.logger.info({ applied }, 'migrated');
  await service.stop('migrated', 0);
});
