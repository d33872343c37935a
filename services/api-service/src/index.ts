import {
  acksWaiting,
  answerRequests,
  ensureAckQueue,
  ensureEventStream,
  eventPublisher,
  notify,
  openConnection,
  takeAcks,
} from '@gatecast/broker';
import { type ResyncRequest, type SecretsChanged, subjects } from '@gatecast/contracts';
import { DatabaseNotUsableError, openDatabase, requireMigrated } from '@gatecast/database';
import { listen, openTraces, runService, startSweep, waitUntilUsable } from '@gatecast/service-kit';
import { createAckApplication } from './acks/apply-ack.js';
import { createApiKeys } from './api-keys/api-keys.js';
import { revokeExpired } from './api-keys/expired-keys.js';
import { buildApp } from './app.js';
import { createApplications } from './applications/applications.js';
import { createArtifacts } from './artifacts/artifacts.js';
import { issueOwed } from './credentials/issue-owed.js';
import { reissueListed } from './credentials/reissue-listed.js';
import { createSettledAnnouncement } from './deployments/announce-settled.js';
import { createDeployments } from './deployments/deployments.js';
import { settle } from './deployments/settling.js';
import { timeOut } from './deployments/time-out.js';
import { readEnvironment } from './environment.js';
import { errorBody } from './errors.js';
import { trimEventLog } from './event-log/trim.js';
import { createDatabaseClock } from './events/database-clock.js';
import { observeDeliveries } from './events/deliveries.js';
import { createEvents } from './events/events.js';
import { ensureFirstUser } from './first-start.js';
import { createGateways } from './gateways/gateways.js';
import { createGatewayTokens } from './gateways/tokens.js';
import { createKeptAnswers, forgetKeptAnswers } from './idempotency/kept-answers.js';
import { createLiveEvents } from './live-events/live-events.js';
import { createAccessTokens } from './login/access-tokens.js';
import { createUsers } from './login/users.js';
import { createMetrics } from './metrics.js';
import { createOrganizations } from './organizations/organizations.js';
import { createProjects } from './projects/projects.js';
import { readBacklog } from './relay/backlog.js';
import { startRelay } from './relay/relay.js';
import { inTurn } from './resync/in-turn.js';
import { createResync } from './resync/resync.js';
import { reseal } from './secrets/reseal.js';
import { createRotations } from './secrets/rotation.js';
import { createSecrets } from './secrets/secrets.js';
import { reportUnopened } from './secrets/unopened.js';
import { createGatewayStatuses } from './status/gateway-statuses.js';
import { createOrganizationStatuses } from './status/organization-status.js';
import { createPlaces } from './status/places.js';
import { createSubscriptionPlans } from './subscription-plans/subscription-plans.js';
import { createSubscriptions } from './subscriptions/subscriptions.js';
import { startWaiting } from './waiting/waiting.js';

/** For the relay, acks, resyncs and sweeps. */
const ownConnectionsMax = 4;

await runService('api-service', readEnvironment, async (service, settings) => {
  const { logger } = service;
  // Ended last.
  const traces = await openTraces('api-service', service, settings);
  const accessTokens = createAccessTokens(settings.JWT_KEY_FILE, settings.TOKEN_LIFETIME_MS);

  const openPool = (connectionsMax: number) => {
    const pool = openDatabase({
      url: settings.DATABASE_URL,
      connectionsMax,
      onError: (error) => logger.warn({ err: error }, 'idle database connection broke'),
    });
    service.onStop('database', () => pool.close());
    return pool;
  };
  const database = openPool(settings.DATABASE_CONNECTIONS_MAX);
  // What is accepted already does not wait behind what is being asked for.
  const own = { database: openPool(ownConnectionsMax), logger, traces };
  const metrics = createMetrics(service.metrics, {
    pools: () => ({ requests: database, own: own.database }),
    relay: () => relay,
    waiting: () => waiting,
  });

  const organizations = createOrganizations(database);
  const users = createUsers(database);
  await waitUntilUsable({
    service,
    host: settings.HOST,
    port: settings.PORT,
    errorBody,
    attempt: async () => {
      await requireMigrated(database);
      const { ORGANIZATION: organization, ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = settings;
      await ensureFirstUser({ organizations, users }, { organization, username, password });
    },
    mayPass: (error) => error instanceof DatabaseNotUsableError,
  });

  const broker = openConnection({
    url: settings.NATS_URL,
    name: 'api-service',
    onStatus: (status, reason) => {
      logger[reason ? 'warn' : 'info']({ status, reason }, 'broker connection');
      metrics.onBroker(status);
    },
  });
  service.onStop('broker', () => broker.close());

  // The way of an event: decision → event log → relay → stream; and the gateway's verdict back: work queue → status.
  const streamSettings = {
    maxAgeMs: settings.STREAM_MAX_AGE_MS,
    maxBytes: settings.STREAM_MAX_BYTES,
    replicas: settings.STREAM_REPLICAS,
  };
  const relay = startRelay({
    ...own,
    connection: broker,
    publisher: eventPublisher(broker),
    ensureStream: () => ensureEventStream(broker, streamSettings),
    onPublished: metrics.onPublished,
  });
  service.onStop('relay', () => relay.stop());
  const { wake: wakeRelay } = relay;
  const changes = { database, logger, wakeRelay, traces };
  const announceSettled = metrics.countSettled(createSettledAnnouncement(broker));
  const acks = takeAcks(broker, {
    ensure: () => ensureAckQueue(broker, streamSettings),
    apply: createAckApplication({ ...own, wakeRelay, announceSettled }),
    onError: (error) => logger.warn({ err: error }, 'acks interrupted'),
  });
  service.onStop('acks', () => acks.close());
  const resync = createResync({ ...own, wakeRelay });
  const resyncInTurn = inTurn((gatewayId) => metrics.onResync(resync(gatewayId)));
  void answerRequests<ResyncRequest>(
    broker,
    subjects.resync,
    'api-service',
    ({ gatewayId }) => resyncInTurn(gatewayId),
    (error) => logger.warn({ err: error }, 'resync failed'),
  );
  // What is done now and then, by every replica alike.
  const sweep = (name: string, everyMs: number, work: () => Promise<unknown>) => {
    const sweeping = startSweep(everyMs, work, (error) => logger.warn({ err: error, sweep: name }, 'sweep failed'));
    service.onStop(name, () => sweeping.stop());
  };
  const settling = { ...own, wakeRelay, acksWaiting: () => acksWaiting(broker) };
  sweep('settling', 1_000, async () => metrics.onIssuedAgain(await settle(settling)));
  sweep('lists', 1_000, () => reissueListed({ ...own, wakeRelay }));
  sweep('owed credentials', 5_000, () => issueOwed({ ...own, wakeRelay }));
  sweep('expired keys', 5_000, () => revokeExpired({ ...own, wakeRelay }));
  sweep('time-outs', 5_000, () => timeOut({ ...own, timeOutMs: settings.DEPLOYMENT_TIMEOUT_MS, announceSettled }));
  // Not when metrics are asked for: they are wanted most when the database hangs.
  const orUnknown = <T>(reading: Promise<T>) => reading.catch(() => undefined);
  sweep('backlog', 5_000, async () => metrics.onBacklog(await orUnknown(readBacklog(own.database))));
  sweep('waiting acks', 5_000, async () => metrics.onAcksWaiting(await orUnknown(acksWaiting(broker))));
  const rotations = createRotations({
    ...own,
    wakeRelay,
    edges: {
      canBeAsked: () => broker.isConnected,
      close: (gatewayIds) => void notify(broker, subjects.secretsChanged, { gatewayIds } satisfies SecretsChanged),
    },
  });
  sweep('secret rotations', 1_000, rotations);
  const { sealing } = settings;
  void reportUnopened({ ...own, sealing }).catch((err) => logger.warn({ err }, 'stored secrets not looked at'));
  if (sealing?.hasOldKey) sweep('sealing anew', settings.RESEAL_INTERVAL_MS, () => reseal({ ...own, sealing }));
  const retention = { eventsMs: settings.EVENT_RETENTION_MS, tombstonesMs: settings.TOMBSTONE_RETENTION_MS };
  sweep('idempotency keys', 60_000, () => forgetKeptAnswers(own.database));
  sweep('trimming', 60_000, () => trimEventLog({ ...own, ...retention }));

  const clock = createDatabaseClock(own.database);
  await clock.measure().catch((err) => logger.warn({ err }, "the database's clock could not be read yet"));
  sweep("the database's clock", 60_000, () => clock.measure());
  const deliveries = observeDeliveries({ connection: broker, database, clock, logger });
  service.onStop('deliveries', () => deliveries.stop());
  const events = createEvents(database);
  const liveEvents = createLiveEvents({
    connection: broker,
    database,
    log: events,
    clock,
    logger,
    readersMax: settings.EVENT_READERS_MAX,
    limits: { bytesMax: settings.EVENT_READER_BYTES_MAX, stallMs: settings.EVENT_READER_STALL_MS },
  });

  const waiting = startWaiting({ ...own, broker });
  const app = await buildApp({
    logger,
    metrics: service.metrics,
    traces,
    database,
    broker,
    accessTokens,
    users,
    organizations,
    deployments: createDeployments(changes),
    projects: createProjects(database),
    gateways: createGateways(database),
    gatewayTokens: createGatewayTokens(database),
    artifacts: createArtifacts(database),
    secrets: createSecrets({
      database,
      sealing,
      onRotated: () => void rotations().catch((error) => logger.warn({ err: error }, 'secret rotations failed')),
    }),
    apiKeys: createApiKeys(changes),
    subscriptionPlans: createSubscriptionPlans(changes),
    subscriptions: createSubscriptions(changes),
    applications: createApplications(changes),
    gatewayStatuses: createGatewayStatuses(database),
    places: createPlaces(database),
    organizationStatuses: createOrganizationStatuses(database),
    events,
    liveEvents,
    waiting,
    keptAnswers: createKeptAnswers({ database, sealing }),
    consoleFolder: settings.CONSOLE_DIR,
  });
  service.onStop('http', () => app.close());
  // Before that: who waits is to be answered.
  service.onStop('waits', () => waiting.stop());
  const port = await listen(app, settings.HOST, settings.PORT);
  logger.info({ host: settings.HOST, port }, 'listening');
});
