import { openConnection } from '@gatecast/broker';
import { edgeTimeoutMs } from '@gatecast/contracts';
import { DatabaseNotUsableError, openDatabase, requireMigrated } from '@gatecast/database';
import { listen, openTraces, runService, startSweep, waitUntilUsable } from '@gatecast/service-kit';
import { createApp } from './app.js';
import { createPresenceAnnouncement } from './edges/announcements.js';
import { answerEdges } from './edges/answers.js';
import { removeSilentEdges } from './edges/presence.js';
import { readEnvironment } from './environment.js';
import { errorBody } from './errors.js';
import { createMetrics } from './metrics.js';

const name = 'artifacts-service';

await runService(name, readEnvironment, async (service, settings) => {
  const { logger } = service;
  // Ended last.
  const traces = await openTraces(name, service, settings);

  const database = openDatabase({
    url: settings.DATABASE_URL,
    connectionsMax: settings.DATABASE_CONNECTIONS_MAX,
    onError: (err) => logger.warn({ err }, 'database connection lost'),
  });
  service.onStop('database', () => database.close());
  const metrics = createMetrics(service.metrics, () => ({ requests: database }));
  await waitUntilUsable({
    service,
    host: settings.HOST,
    port: settings.PORT,
    errorBody,
    attempt: () => requireMigrated(database),
    mayPass: (error) => error instanceof DatabaseNotUsableError,
  });

  const broker = openConnection({
    url: settings.NATS_URL,
    name,
    onStatus: (status, reason) => {
      logger[reason ? 'warn' : 'info']({ status, reason }, 'broker connection');
      metrics.onBroker(status);
    },
  });
  service.onStop('broker', () => broker.close());

  const silentEdges = startSweep(
    edgeTimeoutMs / 3,
    () => removeSilentEdges(database, createPresenceAnnouncement(broker)),
    (err) => logger.warn({ err }, 'silent edges could not be removed'),
  );
  service.onStop('silent edges', () => silentEdges.stop());
  // Not waited for: gateways are answered by HTTPS without the broker too.
  answerEdges(broker, database, logger, metrics).then(
    () => logger.info('answering edges'),
    (err: unknown) => logger.error({ err }, 'edges cannot be answered'),
  );

  const app = await createApp(logger, database, settings.sealing, metrics, traces);
  service.onStop('http', () => app.close());
  const port = await listen(app, settings.HOST, settings.PORT);
  logger.info({ port }, 'listening');
});
