import { type Connection, type ConnectionLimits, defaultLimits, openConnection, type Session } from './connection.js';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';
import { readFrame } from './events.js';
import { handleEvent, type Outcome } from './handling.js';
import { internalApi, type Manifest } from './internal-api.js';
import type { Log } from './log.js';
import type { GatewayStore } from './store.js';

/** One frame and what became of it. */
export interface EventRecord {
  readonly type: string;
  readonly correlationId: string;
  readonly artifactId: string;
  readonly deploymentId: string;
  readonly performedAt: string;
  /** `ignored`: not an artifact event. */
  readonly outcome: Outcome | 'ignored';
  /** Why it failed or was ignored. */
  readonly reason?: string;
  /** True when an ack was due and is written to the socket. */
  readonly acked: boolean;
  /** When it was handled. */
  readonly at: Date;
}

export interface GatewayOptions {
  readonly controlPlane: ControlPlane;
  readonly store: GatewayStore;
  readonly log: Log;
  readonly manifest: Manifest;
  /** What differs from `defaultLimits`. */
  readonly limits?: Partial<ConnectionLimits>;
  /** Told of every frame after it is handled, before anything that came after it. */
  readonly onEvent?: (record: EventRecord) => void;
}

export interface Gateway extends Pick<Connection, 'state' | 'session' | 'ended'> {
  /** Disconnects and ends; what is being fetched is given up. */
  stop(): Promise<void>;
}

/**
 * Runs a gateway: connects, handles each event in turn, acks, and tells its manifest on every connect. It ends when it is stopped,
 * or when the control plane refuses its connection or its manifest for good (`ended` has the refusal).
 */
export function startGateway({ controlPlane, store, log, manifest, limits, onEvent }: GatewayOptions): Gateway {
  const api = internalApi(controlPlane);
  let manifestRefused: UnexpectedStatus | undefined;

  /** Runs beside the events. The start-up sync has its place here too (gateway protocol 3.1). */
  async function onConnected({ gatewayId }: Session, lost: AbortSignal) {
    try {
      await api.postManifest(gatewayId, manifest, lost);
    } catch (error) {
      if (lost.aborted) return;
      log.error({ err: error, gatewayId }, 'manifest was not taken');
      if (error instanceof UnexpectedStatus && error.permanent) {
        manifestRefused = error;
        await connection.stop();
      }
    }
  }

  async function onFrame(frame: string | Buffer, send: (frame: string) => Promise<boolean>) {
    const event = readFrame(frame);
    const { type, correlationId } = event;
    if ('ignored' in event) {
      const { level, reason } = event.ignored;
      log[level]({ type, correlationId }, reason);
      onEvent?.({
        type,
        correlationId,
        artifactId: '',
        deploymentId: '',
        performedAt: '',
        outcome: 'ignored',
        reason,
        acked: false,
        at: new Date(),
      });
      return;
    }
    const { outcome, ack, error } = await handleEvent(event, { store, api });
    const acked = ack !== undefined && (await send(ack));
    const { artifactId, deploymentId, performedAt } = event;
    log[error ? 'error' : 'info'](
      { type, correlationId, artifactId, deploymentId, outcome, acked, ...(error && { err: error }) },
      'event handled',
    );
    onEvent?.({
      type,
      correlationId,
      artifactId,
      deploymentId,
      performedAt,
      outcome,
      ...(error && { reason: error.message }),
      acked,
      at: new Date(),
    });
  }

  const connection = openConnection({
    controlPlane,
    limits: { ...defaultLimits, ...limits },
    log,
    onConnected: (session, lost) => void onConnected(session, lost),
    onFrame,
  });

  return {
    get state() {
      return manifestRefused ? 'REFUSED' : connection.state;
    },
    get session() {
      return connection.session;
    },
    ended: connection.ended.then((refusal) => {
      api.close();
      return refusal ?? manifestRefused;
    }),
    async stop() {
      const stopped = connection.stop();
      api.close();
      await stopped;
    },
  };
}
