import { randomUUID } from 'node:crypto';
import { acksWaiting, answerRequests, ensureAckQueue, ensureEventStream, eventPublisher, takeAcks } from '@gatecast/broker';
import { type ResyncRequest, subjects } from '@gatecast/contracts';
import type { Database } from '@gatecast/database';
import { createLogger, startSweep } from '@gatecast/service-kit';
import { createAckApplication } from '../../../services/api-service/dist/acks/apply-ack.js';
import { createDeployments, type Deployments } from '../../../services/api-service/dist/deployments/deployments.js';
import { settle } from '../../../services/api-service/dist/deployments/settling.js';
import { timeOut } from '../../../services/api-service/dist/deployments/time-out.js';
import { startRelay } from '../../../services/api-service/dist/relay/relay.js';
import { inTurn } from '../../../services/api-service/dist/resync/in-turn.js';
import { createResync } from '../../../services/api-service/dist/resync/resync.js';
import { answerEdges } from '../../../services/artifacts-service/dist/edges/answers.js';
import { startAcks } from '../../../services/ws-edge/dist/acks.js';
import { askArtifactsService } from '../../../services/ws-edge/dist/artifacts-service.js';
import { type ConnectionLimits, GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { startCursors } from '../../../services/ws-edge/dist/cursors.js';
import { startFeed } from '../../../services/ws-edge/dist/feed.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';
import { requestResync } from '../../../services/ws-edge/dist/resync.js';
import { startVerification } from '../../../services/ws-edge/dist/verification.js';
import { EventWindow } from '../../../services/ws-edge/dist/window.js';
import type { SimulatedBroker } from './broker.js';
import type { SimulatedSocket } from './gateway.js';
import type { SimulatedProcess } from './simulation.js';

const logger = createLogger('model', 'silent');
const ignore = () => undefined;

/** What each service is made of is said in its `index.ts`; here the same parts stand on a simulated broker and a shared database. */
interface Parts {
  readonly process: SimulatedProcess;
  readonly broker: SimulatedBroker;
  readonly database: Database;
}

const streams = { maxAgeMs: 3_600_000, maxBytes: 2 ** 30, replicas: 1 };
const deploymentTimeoutMs = 10_000;

/** api-service: decisions, relay, acks, settling, resync. */
export function startApiService({ process, broker, database }: Parts): { readonly deployments: Deployments } {
  const connection = broker.connect(process, ignore);
  const relay = startRelay({
    database,
    connection,
    logger,
    publisher: eventPublisher(connection),
    ensureStream: () => ensureEventStream(connection, streams),
    onPublished: ignore,
  });
  takeAcks(connection, {
    ensure: () => ensureAckQueue(connection, streams),
    apply: createAckApplication({ database, logger, wakeRelay: relay.wake, announceSettled: ignore }),
    onError: ignore,
  });
  const resync = inTurn(createResync({ database, logger, wakeRelay: relay.wake }));
  void answerRequests<ResyncRequest>(connection, subjects.resync, 'api-service', ({ gatewayId }) => resync(gatewayId), ignore);
  const settling = { database, logger, wakeRelay: relay.wake, acksWaiting: () => acksWaiting(connection) };
  startSweep(1_000, () => settle(settling), ignore);
  startSweep(5_000, () => timeOut({ database, logger, timeOutMs: deploymentTimeoutMs, announceSettled: ignore }), ignore);
  return { deployments: createDeployments({ database, logger, wakeRelay: relay.wake }) };
}

/** artifacts-service without its HTTP side, which the model asks by itself. */
export function startArtifactsService({ process, broker, database }: Parts): void {
  const connection = broker.connect(process, ignore);
  void answerEdges(connection, database, logger, { onEdgeRequest: ignore });
}

export interface EdgeLimits extends Pick<ConnectionLimits, 'unconfirmedEventsMax' | 'bufferedBytesMax'> {
  readonly windowBytesMax: number;
}

export interface ModelEdge {
  readonly window: EventWindow;
  /** Lets a gateway in, or says that it can't: nobody, or nobody known, is there to ask. */
  admit(tokenHash: string, socket: () => SimulatedSocket): Promise<boolean>;
}

/** ws-edge, without its HTTP side and presence. */
export function startEdge({ process, broker }: Omit<Parts, 'database'>, limits: EdgeLimits): ModelEdge {
  // Each in a turn of its own, so that something comes between them.
  const gateways = new ConnectedGateways(1);
  const connection = broker.connect(process, (status) => {
    if (status === 'reconnected') verification.verifyAll();
  });
  const artifactsService = askArtifactsService(connection);
  const acks = startAcks(connection, logger);
  const window = new EventWindow(limits.windowBytesMax, (event) => gateways.announce(event));
  const feed = startFeed({
    connection,
    artifactsService,
    window,
    logger,
    backMs: 300_000,
    onLogEpoch: () => {
      cursors.forget();
      for (const gateway of gateways.all()) gateway.close(1012, 'log epoch changed');
    },
    onSkipped: (organizationId) => {
      for (const gateway of gateways.ofOrganization(organizationId)) gateway.subscription.onSkipped();
    },
  });
  const cursors = startCursors({ artifactsService, logger, logEpoch: () => feed.logEpoch, intervalMs: 1_000 });
  const verification = startVerification({ gateways, artifactsService, feed, logger, intervalMs: 60_000 });

  return {
    window,
    async admit(tokenHash, socketOf) {
      if (!feed.isWarm) return false;
      const gateway = await artifactsService.authenticate(tokenHash).catch(() => null);
      if (!gateway || !feed.isWarm) return false;
      if (!feed.expect(gateway.logEpoch, gateway.organizationId, gateway.head)) return false;
      const { edgeSide, stream } = socketOf();
      window.hold(gateway.organizationId, gateway.head);
      const gatewayConnection = new GatewayConnection({
        connectionId: randomUUID(),
        socket: edgeSide,
        stream,
        gateway,
        tokenHash,
        window,
        acks,
        cursors,
        logger,
        missed: artifactsService,
        resync: (gatewayId) => requestResync(connection, gatewayId),
        onCaughtUp: ignore,
        onWritten: ignore,
        onReceipts: ignore,
        onClosed: (closed) => {
          gateways.remove(closed);
          void cursors.flush();
        },
        limits: { pingIntervalMs: 15_000, idleLimitMs: 45_000, busyLimitMs: 60_000, ...limits },
      });
      gateways.add(gatewayConnection);
      gatewayConnection.open();
      return true;
    },
  };
}
