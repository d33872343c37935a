import { createHttpApp, listen, runService } from '@gatecast/service-kit';
import { watchBackends } from './backends.js';
import { readEnvironment } from './environment.js';
import { createMetrics } from './metrics.js';
import { routesTo } from './routes.js';
import { createFrontDoor } from './server.js';

await runService('front-door', readEnvironment, async (service, settings) => {
  const { logger } = service;
  const watch = async (name: string, urls: readonly string[], by: 'turn' | 'load') => {
    const backends = await watchBackends({
      service: name,
      urls,
      by,
      probeIntervalMs: settings.PROBE_INTERVAL_MS,
      probeTimeoutMs: settings.PROBE_TIMEOUT_MS,
      logger,
    });
    service.onStop(`probes of ${name}`, () => backends.stop());
    return backends;
  };
  const [apiService, wsEdge, artifactsService] = await Promise.all([
    watch('api-service', settings.API_SERVICE_URLS, 'turn'),
    watch('ws-edge', settings.WS_EDGE_URLS, 'load'),
    watch('artifacts-service', settings.ARTIFACTS_SERVICE_URLS, 'turn'),
  ]);

  const metrics = createMetrics(service.metrics, () => [apiService, wsEdge, artifactsService]);
  const frontDoor = createFrontDoor({
    tlsKey: settings.TLS_KEY_FILE,
    tlsCertificate: settings.TLS_CERT_FILE,
    answerTimeoutMs: settings.ANSWER_TIMEOUT_MS,
    routeOf: routesTo({ apiService, wsEdge, artifactsService }),
    metrics,
    logger,
  });
  if (settings.METRICS_PORT !== undefined) {
    const app = createHttpApp({
      logger,
      metrics: service.metrics,
      errorBody: ({ code, message }) => ({ code, message }),
      ready: async () => undefined,
    });
    service.onStop('metrics', () => app.close());
    const metricsPort = await listen(app, settings.HOST, settings.METRICS_PORT, 'METRICS_PORT');
    logger.info({ host: settings.HOST, port: metricsPort }, 'metrics are served');
  }
  const port = await frontDoor.listen(settings.HOST, settings.PORT);
  // A little less than the whole: cutting what is left takes a moment too.
  service.onStop('connections', () => frontDoor.drain(settings.SHUTDOWN_GRACE_MS * 0.9));
  logger.info({ host: settings.HOST, port }, 'listening');
});
