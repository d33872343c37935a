import { startGateway } from '@gatecast/gateway-client';
import { createHttpApp, listen, openTraces, runService } from '@gatecast/service-kit';
import { readEnvironment } from './environment.js';
import { createEventTraces } from './event-traces.js';
import { createMetrics } from './metrics.js';
import { eventHistory, serveStatus } from './status.js';
import { openStore } from './store.js';
import { eventTrail } from './trail.js';

/** Release of the contract that this gateway speaks; the control plane is told by the manifest. */
const version = '1.2.0';

await runService('gateway-agent', readEnvironment, async (service, settings) => {
  const { logger } = service;
  // Ended last.
  const traces = await openTraces('gateway-agent', service, settings);
  const traceEvent = traces && createEventTraces(traces);
  const store = openStore(settings.DATA_DIR);
  service.onStop('store', () => store.close());

  const history = eventHistory();
  const metrics = createMetrics(service.metrics, () => gateway);
  const trail = settings.EVENT_TRAIL_FILE === undefined ? undefined : eventTrail(settings.EVENT_TRAIL_FILE);
  const gateway = startGateway({
    controlPlane: {
      url: settings.CONTROL_PLANE_URL,
      token: settings.GATEWAY_TOKEN.trim(),
      ...(settings.CONTROL_PLANE_CA_FILE !== undefined && { ca: settings.CONTROL_PLANE_CA_FILE }),
    },
    store,
    log: logger,
    manifest: { version, policies: [] },
    sync: {
      mode: settings.SYNC_MODE,
      onPremises: settings.ON_PREMISES,
      times: { intervalMs: settings.SYNC_INTERVAL_MS },
    },
    limits: { reconnectMaxMs: settings.RECONNECT_MAX_MS },
    onEvent: (event) => {
      history.record(event);
      metrics.onEvent(event);
      trail?.(event);
      traceEvent?.(event);
    },
  });
  service.onStop('gateway', () => gateway.stop());
  void gateway.ended.then((refusal) => {
    if (!refusal) return;
    logger.fatal({ reason: refusal.message }, 'refused by the control plane for good: check GATEWAY_TOKEN and CONTROL_PLANE_URL');
    return service.stop('refused by the control plane');
  });

  // Ready with the open store: a gateway that waits for its control plane serves what it holds.
  const app = createHttpApp({
    logger,
    metrics: service.metrics,
    errorBody: ({ code, message }) => ({ code, message }),
    ready: async () => undefined,
  });
  serveStatus(app, gateway, store, history);
  service.onStop('http', () => app.close());
  const port = await listen(app, settings.HOST, settings.PORT);
  logger.info({ port }, 'listening');
});
