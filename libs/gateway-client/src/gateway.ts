import { type ArtifactVerb, kindTraits } from '@gatecast/contracts';
import { type Connection, type ConnectionLimits, defaultLimits, openConnection, type Session } from './connection.js';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';
import type { ListedDeployment } from './deployment-list.js';
import { type GatewayEvent, type IgnoredFrame, readFrame } from './events.js';
import { handleEvent } from './handling.js';
import { internalApi, type Manifest } from './internal-api.js';
import type { Log } from './log.js';
import type { Outcome } from './outcome.js';
import type { GatewayStore } from './store.js';
import { noRaces, type Races } from './sync/races.js';
import { defaultSyncTimes, type SyncMode, type SyncTimes, scheduleSyncs } from './sync/schedule.js';
import { type SyncReason, type SyncReport, sync } from './sync/sync.js';

/** One frame and what became of it, or what a sync applied in its place. */
export interface EventRecord {
  readonly type: string;
  readonly correlationId: string;
  /** Empty in what is not about an artifact. */
  readonly artifactId: string;
  /** Empty in what is not a deploy or undeploy, and so is `performedAt`. */
  readonly deploymentId: string;
  readonly performedAt: string;
  /** The API key, subscription, plan or application that it is about. */
  readonly entityId?: string;
  /** `ignored`: no event that a gateway knows. */
  readonly outcome: Outcome | 'ignored';
  /** Why it failed or was ignored. */
  readonly reason?: string;
  /** True when an ack was due: it goes to the socket next, and is lost when that is. */
  readonly acked: boolean;
  /** True when no frame came: a sync did what the event with this id says. */
  readonly bySync?: true;
  /** When it was handled. */
  readonly at: Date;
  /** Of a frame: how long that took in milliseconds, and where the trace of the decision goes on if the control plane told of one. */
  readonly handling?: { readonly ms: number; readonly traceparent?: string };
}

export interface SyncOptions {
  readonly mode: SyncMode;
  /** True: what has no deployment is deleted without asking whether it exists. */
  readonly onPremises: boolean;
  /** What differs from `defaultSyncTimes`. */
  readonly times?: Partial<SyncTimes>;
}

/** How a gateway syncs, and what the last sync did. */
export interface SyncStatus {
  readonly mode: SyncMode;
  readonly onPremises: boolean;
  readonly isRunning: boolean;
  /** Undefined before the first one has ended. */
  readonly last: SyncReport | undefined;
}

export interface GatewayOptions {
  readonly controlPlane: ControlPlane;
  readonly store: GatewayStore;
  readonly log: Log;
  readonly manifest: Manifest;
  /** Left out: it never syncs and hears events only. */
  readonly sync?: SyncOptions;
  /** What differs from `defaultLimits`. */
  readonly limits?: Partial<ConnectionLimits>;
  /** How long an answer to a request may take; a WSO2 gateway-controller's limit when left out. */
  readonly requestMs?: number;
  /** Told of every frame when it is handled, and of every deployment that a sync applied, in the order of their effects. */
  readonly onEvent?: (record: EventRecord) => void;
}

export interface Gateway extends Pick<Connection, 'state' | 'session' | 'ended'> {
  /** Undefined when it never syncs. */
  readonly sync: SyncStatus | undefined;
  /** Disconnects and ends; what is being fetched is given up. */
  stop(): Promise<void>;
}

/**
 * Runs a gateway: connects, handles each event in turn, acks, tells its manifest on every connect and syncs beside the events. It
 * ends when it is stopped, or when the control plane refuses its connection or its manifest for good (`ended` has the refusal).
 */
export function startGateway(options: GatewayOptions): Gateway {
  const { controlPlane, store, log, manifest, limits, onEvent } = options;
  const api = internalApi(controlPlane, options.requestMs);
  let manifestRefused: UnexpectedStatus | undefined;
  const record = (event: Omit<EventRecord, 'at'>) => onEvent?.({ ...event, at: new Date() });
  const syncing = options.sync && startSyncing(options.sync);

  function startSyncing({ mode, onPremises, times }: SyncOptions) {
    let races: Races | undefined;
    let last: SyncReport | undefined;
    const schedule = scheduleSyncs(mode, { ...defaultSyncTimes, ...times }, async (reason: SyncReason, signal) => {
      races = noRaces();
      last = await sync(reason, { store, api, log, races, onPremises, signal, onApplied: recordApplied });
      races = undefined;
      return last;
    });
    return {
      ...schedule,
      note: (event: GatewayEvent) => races?.note(event),
      status: (): SyncStatus => ({ mode, onPremises, isRunning: races !== undefined, last }),
    };
  }

  function recordApplied({ kind, etag, artifactId, deploymentId, deployedAt }: ListedDeployment): void {
    const verb: ArtifactVerb = 'deployed';
    const type = `${kindTraits(kind).eventPrefix}.${verb}`;
    log.info({ type, correlationId: etag, artifactId, deploymentId }, 'deployment applied by sync');
    record({
      type,
      correlationId: etag,
      artifactId,
      deploymentId,
      performedAt: deployedAt,
      outcome: 'applied',
      acked: false,
      bySync: true,
    });
  }

  /** Runs beside the events. */
  async function onConnected({ gatewayId }: Session, lost: AbortSignal) {
    syncing?.connected();
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
    if ('ignored' in event) return onIgnored(event);
    syncing?.note(event);
    const began = performance.now();
    const { outcome, ack, error, orphans, traceparent } = await handleEvent(event, {
      store,
      api,
      acksWhatIsHeld: options.sync?.mode === 'healing',
    });
    const { type, correlationId, artifactId } = event;
    const about =
      'apply' in event
        ? { artifactId, deploymentId: '', performedAt: '', entityId: event.entityId }
        : { artifactId, deploymentId: event.deploymentId, performedAt: event.performedAt };
    // Before anything else can happen, so that the records of events and syncs are in the order of their effects.
    const handling = { ms: performance.now() - began, ...(traceparent !== undefined && { traceparent }) };
    record({
      type,
      correlationId,
      ...about,
      outcome,
      ...(error && { reason: error.message }),
      acked: ack !== undefined,
      handling,
    });
    const acked = ack !== undefined && (await send(ack));
    log[error ? 'error' : 'info'](
      { type, correlationId, ...about, outcome, acked, ...(error && { err: error }) },
      'event handled',
    );
    if (orphans) log.info({ correlationId, artifactId, ...orphans }, 'orphaned credentials removed');
  }

  function onIgnored({ type, correlationId, ignored: { level, reason, detail } }: IgnoredFrame): void {
    log[level]({ type, correlationId, ...(detail !== undefined && { detail }) }, reason);
    record({ type, correlationId, artifactId: '', deploymentId: '', performedAt: '', outcome: 'ignored', reason, acked: false });
  }

  const connection = openConnection({
    controlPlane,
    limits: { ...defaultLimits, ...limits },
    log,
    onConnected: (session, lost) => void onConnected(session, lost),
    onFrame,
  });
  const ended = connection.ended.then(async (refusal) => {
    api.close();
    await syncing?.stop();
    return refusal ?? manifestRefused;
  });

  return {
    get state() {
      return manifestRefused ? 'REFUSED' : connection.state;
    },
    get session() {
      return connection.session;
    },
    get sync() {
      return syncing?.status();
    },
    ended,
    async stop() {
      const stopped = connection.stop();
      api.close();
      await stopped;
      await ended;
    },
  };
}
