import type { Database } from '@gatecast/database';
import { createHttpApp, type HttpApp, type Logger, type Sealing, serveApiDocument, type Traces } from '@gatecast/service-kit';
import { apiKeyRoutes } from './api-keys.js';
import { authenticate } from './authentication.js';
import { contentRoutes } from './content.js';
import { deploymentArchiveRoutes } from './deployment-archive.js';
import { deploymentRoutes } from './deployments.js';
import { errorBody } from './errors.js';
import { existenceRoutes } from './existence.js';
import { manifestRoutes } from './manifest.js';
import type { ArtifactsServiceMetrics } from './metrics.js';
import { discoveryRoute, importRoute } from './not-served.js';
import { orUnavailable } from './primary.js';
import { secretRoutes } from './secrets.js';
import { subscriptionPlanRoutes } from './subscription-plans.js';
import { subscriptionRoutes } from './subscriptions.js';

const base = '/api/internal/v1';

/** Returns the HTTP app that gateways ask (gateway protocol 2), with its OpenAPI document. Ready while the database answers. */
export async function createApp(
  logger: Logger,
  database: Pick<Database, 'query' | 'ping'>,
  sealing: Sealing | undefined,
  metrics: Pick<ArtifactsServiceMetrics, 'all' | 'onExistenceCheck'>,
  traces?: Traces,
): Promise<HttpApp> {
  const app = createHttpApp({
    logger,
    metrics: metrics.all,
    ready: () => database.ping(),
    errorBody,
  });
  await serveApiDocument(app, {
    title: 'Gatecast internal API',
    version: '1',
    description: 'What gateways ask by HTTPS. A 503 means that nothing could be told: ask again, and keep what you have.',
    path: `${base}/docs`,
    securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'api-key', description: "The gateway's token." } },
    tags: [
      { name: 'content', description: 'What a gateway is to run, one artifact at a time.' },
      { name: 'deployments', description: 'What is decided for a gateway, all at once.' },
      { name: 'existence', description: 'What may be deleted.' },
      { name: 'credentials', description: 'Who may use what is run. What a 200 does not list, a gateway removes.' },
      { name: 'secrets', description: 'Values that deployments refer to.' },
      { name: 'gateway', description: 'The gateway itself.' },
      { name: 'not served', description: 'Refused.' },
    ],
  });
  discoveryRoute(app);

  const store = orUnavailable(database);
  await app.register(
    async (scope) => {
      const gateways = scope as unknown as HttpApp;
      gateways.decorateRequest('gateway', null as never);
      gateways.addHook('onRequest', authenticate(store));
      contentRoutes(gateways, store, traces);
      deploymentRoutes(gateways, store);
      deploymentArchiveRoutes(gateways, store);
      existenceRoutes(gateways, store, metrics);
      manifestRoutes(gateways, store);
      secretRoutes(gateways, store, sealing);
      apiKeyRoutes(gateways, store);
      subscriptionRoutes(gateways, store);
      subscriptionPlanRoutes(gateways, store);
      importRoute(gateways);
    },
    { prefix: base },
  );
  return app;
}
