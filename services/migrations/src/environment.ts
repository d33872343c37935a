import { databaseUrl, processSettings, readSettings, text } from '@gatecast/service-kit';

/** Returns the settings of the migrations. @throws SettingsError naming every mistake at once. */
export const readEnvironment = (environment: NodeJS.ProcessEnv) =>
  readSettings(environment, {
    ...processSettings,
    DATABASE_URL: databaseUrl(),
    /** Folder with the migrations. */
    MIGRATIONS_DIR: text({ default: 'prisma/migrations' }),
  });
