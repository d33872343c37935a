import type {} from '@fastify/swagger';
import { createLogger } from '@gatecast/service-kit';
import { type AppParts, buildApp } from './app.js';

// Prints the OpenAPI document of the management API without a database, a broker or a port: its routes are registered and never
// asked, so nobody needs to be behind them, and no console is in this folder.
const nobody: unknown = new Proxy(() => nobody, { get: (_target, name) => (name === 'then' ? undefined : nobody) });
const logger = createLogger('api-service', 'silent');
const parts = new Proxy({ logger, consoleFolder: import.meta.dirname } as AppParts, {
  get: (own, name) => Reflect.get(own, name) ?? nobody,
});

const app = await buildApp(parts);
await app.ready();
process.stdout.write(`${JSON.stringify(app.swagger(), null, 2)}\n`);
