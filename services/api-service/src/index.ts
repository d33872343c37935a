import { openConnection } from '@gatecast/broker';
import { openDatabase } from '@gatecast/database';
import { listen, runService } from '@gatecast/service-kit';
import { buildApp } from './app.js';
import { apiServiceSettings } from './environment.js';
import { ensureFirstUser } from './first-start.js';
import { createAccessTokens, readSigningKey } from './login/access-tokens.js';
import { createUsers } from './login/users.js';
import { createOrganizations } from './organizations/organizations.js';

await runService('api-service', apiServiceSettings, async (service, settings) => {
  const { logger } = service;
  const accessTokens = createAccessTokens(await readSigningKey(settings.JWT_KEY_FILE), settings.TOKEN_LIFETIME_MS);

  const database = openDatabase({
    url: settings.DATABASE_URL,
    connectionsMax: settings.DATABASE_CONNECTIONS_MAX,
    onError: (error) => logger.warn({ err: error }, 'idle database connection broke'),
  });
  service.onStop('database', () => database.close());

  const broker = openConnection({
    url: settings.NATS_URL,
    name: 'api-service',
    onStatus: (status) => logger.info({ status }, 'broker connection'),
  });
  service.onStop('broker', () => broker.close());

  const stopping = new AbortController();
  service.onStop('wait for the database', () => stopping.abort());
  const organizations = createOrganizations(database);
  const users = createUsers(database);
  await ensureFirstUser(
    { database, organizations, users, logger, signal: stopping.signal },
    { organization: settings.ORGANIZATION, username: settings.ADMIN_USERNAME, password: settings.ADMIN_PASSWORD },
  );

  // ---- The way of an event starts here: relay, acks, settling. ----

  const app = await buildApp({ logger, database, broker, accessTokens, users, organizations });
  service.onStop('http', () => app.close());
  const port = await listen(app, settings.HOST, settings.PORT);
  logger.info({ host: settings.HOST, port }, 'listening');
});
