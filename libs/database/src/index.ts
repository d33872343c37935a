export * from './database.js';
export * from './errors.js';
export { Prisma } from './generated/client.js';
export * from './ids.js';
export * from './migrate.js';
export { DatabaseNotUsableError, databaseProblem, migrationsFolder, requireMigrated } from './migrations.js';
export * from './sql.js';
