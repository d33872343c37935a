import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { openConnection } from '@gatecast/broker';
import { asyncApiDocument, gatewaySocketDocumentPath, nowMs } from '@gatecast/contracts';
import { createHttpApp, listen, openTraces, runService } from '@gatecast/service-kit';
import { startAcks } from './acks.js';
import { askArtifactsService } from './artifacts-service.js';
import { GatewayConnection } from './connection.js';
import { startCursors } from './cursors.js';
import { createDeliveryTraces } from './delivery-traces.js';
import { drain } from './drain.js';
import { readEnvironment } from './environment.js';
import { startFeed } from './feed.js';
import { ConnectedGateways } from './gateways.js';
import { createMetrics } from './metrics.js';
import { startPresence } from './presence.js';
import { startReceiptReports } from './receipt-reports.js';
import { requestResync } from './resync.js';
import { startRevocations } from './revocations.js';
import { startSecretChanges } from './secret-changes.js';
import { createUpgrades } from './upgrade.js';
import { startVerification } from './verification.js';
import { EventWindow } from './window.js';
import { startWitness } from './witness.js';

await runService('ws-edge', readEnvironment, async (service, settings) => {
  const { logger } = service;
  // Ended last.
  const traces = await openTraces('ws-edge', service, settings);
  const traceDeliveries = traces && createDeliveryTraces(traces);
  const edgeId = randomUUID();
  const gateways = new ConnectedGateways();
  const metrics = createMetrics(service.metrics, {
    gateways: () => gateways,
    window: () => window,
    isWarm: () => feed.isWarm,
  });

  // The broker, and what is asked and told over it.
  const connection = openConnection({
    url: settings.NATS_URL,
    name: 'ws-edge',
    onStatus: (status, reason) => {
      logger[reason ? 'warn' : 'info']({ status, reason }, 'broker connection');
      metrics.onBroker(status);
      if (status === 'reconnected') onReconnected();
    },
  });
  service.onStop('broker', () => connection.close());
  const artifactsService = askArtifactsService(connection);
  const acks = startAcks(connection, logger);
  service.onStop('acks', () => acks.stop());
  const receiptReports = startReceiptReports(connection, edgeId);
  service.onStop('receipts', () => receiptReports.flush());

  // The way of an event: stream → feed → window → subscription → connection.
  const window = new EventWindow(settings.WINDOW_BYTES_MAX, (event) => {
    gateways.announce(event);
    if (feed.isWarm) metrics.onHeard(event);
  });
  const feed = startFeed({
    connection,
    artifactsService: {
      readLog: (...asked) => {
        metrics.holeReads.inc();
        return artifactsService.readLog(...asked);
      },
    },
    window,
    logger,
    backMs: settings.WINDOW_BACK_MS,
    isTraced: traces !== undefined,
    onLogEpoch: () => {
      cursors.forget();
      for (const gateway of gateways.all()) gateway.close(1012, 'log epoch changed');
    },
    onRepeated: () => witness.soon(),
    onSkipped: (organizationId) => {
      for (const gateway of gateways.ofOrganization(organizationId)) gateway.subscription.onSkipped();
    },
  });
  service.onStop('feed', () => feed.close());
  const witness = startWitness({ connection, window, logEpoch: () => feed.logEpoch, intervalMs: 60_000, logger });
  service.onStop('witness', () => witness.stop());

  // The way back: receipt → cursor; and who is here.
  const cursors = startCursors({ artifactsService, logger, logEpoch: () => feed.logEpoch, intervalMs: 1_000 });
  service.onStop('cursors', () => cursors.stop());
  const presence = startPresence({ edgeId, artifactsService, logger, intervalMs: 5_000 });
  service.onStop('presence', () => presence.stop());
  const verification = startVerification({ gateways, artifactsService, feed, logger, intervalMs: 60_000 });
  service.onStop('verification', () => verification.stop());

  function onReconnected(): void {
    witness.soon();
    presence.tellAll();
    verification.verifyAll();
  }

  const whyNotReady = (): string | undefined => {
    if (service.state === 'DRAINING' || service.state === 'STOPPED') return 'This edge is going away.';
    if (!connection.isConnected) return connection.trouble;
    if (!feed.isWarm) return feed.trouble;
    return undefined;
  };
  const app = createHttpApp({
    logger,
    metrics: service.metrics,
    errorBody: ({ code, message, fields }, trackingId) => ({
      status: 'error',
      code,
      message,
      ...(fields.length > 0 && { errors: fields }),
      trackingId,
    }),
    ready: async () => {
      const reason = whyNotReady();
      if (reason) throw new Error(reason);
    },
  });
  const asyncApi = asyncApiDocument();
  app.get(gatewaySocketDocumentPath, async () => asyncApi);
  service.onStop('http', () => app.close());

  // Dials. Revocations are heard before any token is asked for.
  const revocations = startRevocations(connection, gateways, logger);
  const secretChanges = startSecretChanges(connection, gateways, logger);
  service.onStop('secret changes', () => secretChanges.stop());
  const upgrades = createUpgrades({
    artifactsService,
    logger,
    upgradesAtOnceMax: settings.UPGRADES_AT_ONCE_MAX,
    failedAttemptsMax: settings.FAILED_ATTEMPTS_MAX,
    refusal: () =>
      whyNotReady() ?? (gateways.size >= settings.CONNECTIONS_MAX ? 'This edge holds as many connections as it may.' : undefined),
    isRevoked: revocations.isRevoked,
    isCurrent: ({ logEpoch, organizationId, head }) => feed.expect(logEpoch, organizationId, head),
    onAnswered: metrics.onUpgrade,
    onGateway: ({ socket, stream, gateway, tokenHash, remoteAddress }) => {
      const connectionId = randomUUID();
      const connectedAt = new Date(nowMs());
      // From its head on, the organization is followed without a gap; what the gateway missed before comes from its cursor on.
      window.hold(gateway.organizationId, gateway.head);
      const gatewayConnection = new GatewayConnection({
        connectionId,
        socket,
        stream,
        gateway,
        tokenHash,
        window,
        acks: { store: (command) => metrics.onAck(command.ack.status, acks.store(command)) },
        cursors,
        logger,
        missed: {
          read: (...asked) => {
            metrics.windowMisses.inc();
            return artifactsService.read(...asked);
          },
        },
        resync: (gatewayId) => {
          metrics.resyncs.inc();
          return requestResync(connection, gatewayId);
        },
        onCaughtUp: metrics.onCaughtUp,
        onWritten: (batch) => metrics.onWritten(batch, connectedAt.getTime()),
        onReceipts: (gatewayId, batches, receiptAtMs) => {
          metrics.onReceipts(batches, receiptAtMs, connectedAt.getTime());
          receiptReports.note(gatewayId, batches, receiptAtMs);
          traceDeliveries?.(gatewayId, batches, receiptAtMs, connectedAt.getTime());
        },
        onClosed: (closed, code) => {
          metrics.onClosed(code);
          gateways.remove(closed);
          presence.closed(closed.connectionId);
          void cursors.flush();
        },
        limits: {
          pingIntervalMs: settings.PING_INTERVAL_MS,
          idleLimitMs: settings.IDLE_LIMIT_MS,
          busyLimitMs: settings.BUSY_LIMIT_MS,
          unconfirmedEventsMax: settings.UNCONFIRMED_EVENTS_MAX,
          bufferedBytesMax: settings.BUFFERED_BYTES_MAX,
        },
      });
      gateways.add(gatewayConnection);
      presence.opened({ connectionId, gatewayId: gateway.gatewayId, remoteAddress, connectedAt: connectedAt.toISOString() });
      gatewayConnection.open();
    },
  });
  app.server.on('upgrade', (request, stream, head) => upgrades.admit(request, stream as Socket, head));
  service.onStop('upgrades', () => upgrades.stop());
  service.onStop('gateways', () => drain(gateways, settings.SHUTDOWN_GRACE_MS / 2));

  const port = await listen(app, settings.HOST, settings.PORT);
  logger.info({ port, edgeId }, 'listening');
});
