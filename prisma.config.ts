import path from 'node:path';
import { defineConfig } from 'prisma/config';

// Prisma's command line looks for a native schema engine, which it would download. `prisma/schema-engine.mjs` does the same work
// with the engine's WebAssembly build from the registry, so that every command works offline.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(import.meta.dirname, 'prisma/schema-engine.mjs');

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
