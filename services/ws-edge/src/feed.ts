import { type BrokerConnection, hear, openEventFeed } from '@gatecast/broker';
import { type RelayHeads, type Revision, subjects } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { ArtifactsService } from './artifacts-service.js';
import type { EventWindow } from './window.js';

export interface FeedOptions {
  readonly connection: BrokerConnection;
  readonly artifactsService: Pick<ArtifactsService, 'readLog'>;
  readonly window: EventWindow;
  readonly logger: Logger;
  readonly backMs: number;
  /** Events are to come with where their traces go on. */
  readonly isTraced?: boolean;
  /** What was heard belongs to another log than before: positions mean nothing any more. */
  readonly onLogEpoch: (logEpoch: string) => void;
  /** Heard at a revision that was heard before: again, or another event, as after the database was set back. */
  readonly onRepeated?: () => void;
  /** The event log can't tell what is in an organization's hole: whoever is behind it must find its own way. */
  readonly onSkipped: (organizationId: string) => void;
}

export interface Feed {
  /** Heard everything that was in the stream when it (re)started, and is connected. */
  readonly isWarm: boolean;
  /** Why it is not warm. */
  readonly trouble: string;
  /** The log epoch of what is heard; undefined before anything was. */
  readonly logEpoch: string | undefined;
  /**
   * Learns an epoch and a head from the database; what is not heard by then is read from the event log soon. Returns false when that
   * epoch is over: then nothing that came with it means anything.
   */
  expect(logEpoch: string, organizationId: string, head: Revision): boolean;
  close(): void;
}

/** How long a head may be ahead of what was heard before the event log is asked. */
const patienceMs = 500;
const retryMs = 250;
/** Longer than anything that was read from the database is on its way; the present epoch is told every second or two, while anything happens. */
const lateMs = 30_000;

/** Gapless as it is, it can only have been taken away. */
const lacking = (revision: Revision) =>
  `The event log lacks revision ${revision}: put it back, or set the organization's trimmed_through to it, so that gateways get the full state.`;

/**
 * Fills the window from the stream, and its holes from the event log. A hole is whatever is between the contiguous revision and
 * something later that was heard or announced; no timer asks the log without such a sign.
 */
export function startFeed({
  connection,
  artifactsService,
  window,
  logger,
  backMs,
  isTraced = false,
  onLogEpoch,
  onRepeated = () => undefined,
  onSkipped,
}: FeedOptions): Feed {
  let isWarm = false;
  let trouble = 'Recent events are not heard yet.';
  let isClosed = false;
  let logEpoch: string | undefined;
  /** Whether the database told the epoch. Before, it is that of the last event that was heard. */
  let isTold = false;
  /** When the present epoch was told last, by `performance.now()`. */
  let toldAtMs = 0;
  /**
   * Epochs that another one was told after: whoever speaks of them speaks late. Unless the present one is not told any more: of two that
   * were told at once this edge can't know which came first, but only one of them goes on to be told.
   */
  const over = new Set<string>();
  /** Organizations whose hole is being filled, and up to where it should go. */
  const filling = new Map<string, Revision>();

  /** Another log epoch starts everything over: its revisions count from elsewhere. */
  function adopt(epoch: string): void {
    if (logEpoch === epoch) return;
    const before = logEpoch;
    logEpoch = epoch;
    if (before === undefined) return;
    logger.warn({ logEpoch: epoch, before }, 'log epoch changed');
    window.clear();
    filling.clear();
    onLogEpoch(epoch);
  }

  /** Returns false when the epoch is over. */
  function learn(epoch: string): boolean {
    const now = performance.now();
    if (over.has(epoch) && now - toldAtMs < lateMs) return false;
    if (isTold && logEpoch !== undefined && logEpoch !== epoch) over.add(logEpoch);
    over.delete(epoch);
    isTold = true;
    toldAtMs = now;
    adopt(epoch);
    return true;
  }

  function expect(epoch: string, organizationId: string, head: Revision): boolean {
    if (!learn(epoch)) return false;
    const contiguous = window.contiguous(organizationId);
    if (contiguous === undefined || contiguous >= head) return true;
    setTimeout(() => {
      const now = window.contiguous(organizationId);
      if (!isClosed && logEpoch === epoch && now !== undefined && now < head) void fill(organizationId, head);
    }, patienceMs).unref();
    return true;
  }

  async function fill(organizationId: string, through: Revision): Promise<void> {
    const target = filling.get(organizationId);
    filling.set(organizationId, Math.max(target ?? 0, through));
    if (target !== undefined) return;
    try {
      for (;;) {
        const contiguous = window.contiguous(organizationId);
        const goal = Math.max((window.holeBefore(organizationId) ?? 1) - 1, filling.get(organizationId) ?? 0);
        if (isClosed || contiguous === undefined || contiguous >= goal) return;
        try {
          const page = await artifactsService.readLog(organizationId, contiguous, goal);
          if (!learn(page.logEpoch)) throw new Error('The event log is of an epoch that is over.');
          if (window.contiguous(organizationId) !== contiguous) continue;
          if (page.trimmedThrough > contiguous) {
            const beyond = window.skipTo(organizationId, goal);
            onSkipped(organizationId);
            for (const event of beyond) window.add(event);
          } else if (page.through <= contiguous) {
            throw new Error('The event log does not reach as far as was announced.');
          } else {
            for (const event of page.events) window.add(event);
            if (window.contiguous(organizationId) === contiguous) throw new Error(lacking(contiguous + 1));
            logger.info({ organizationId, after: contiguous, revision: page.through }, 'hole filled from the event log');
          }
        } catch (error) {
          logger.warn({ err: error, organizationId, revision: contiguous }, 'hole not filled yet');
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
      }
    } finally {
      filling.delete(organizationId);
    }
  }

  const feed = openEventFeed(connection, {
    backMs,
    isTraced,
    onEvent: (event) => {
      // The stream may hold what is over, and be heard again from some way back: it decides nothing once the database has spoken. What is
      // dropped here of an epoch that is about to be told is a hole then.
      if (!isTold) adopt(event.logEpoch);
      if (event.logEpoch !== logEpoch) return;
      if (event.revision <= (window.contiguous(event.organizationId) ?? 0)) onRepeated();
      const hasHole = window.add(event);
      // An event that found no room beyond the hole is read with what fills it.
      if (hasHole) void fill(event.organizationId, window.holeBefore(event.organizationId) === undefined ? event.revision : 0);
    },
    onWarm: () => {
      isWarm = true;
      trouble = 'Recent events are not heard yet.';
      logger.info({ organizations: window.organizations, bytes: window.bytes }, 'feed is warm');
    },
    onRestart: (reason) => logger.warn({ reason }, 'feed started again'),
    onError: (error) => {
      // Tried again several times a second: the same trouble is told once.
      if (trouble !== (error as Error).message) logger.warn({ err: error }, 'feed interrupted');
      trouble = (error as Error).message;
    },
  });

  void hear<RelayHeads>(
    connection,
    subjects.relayHeads,
    ({ logEpoch: epoch, heads }) => {
      for (const [organizationId, head] of Object.entries(heads)) expect(epoch, organizationId, head);
    },
    (error) => logger.warn({ err: error }, 'heads not understood'),
  );

  return {
    get isWarm() {
      return isWarm && connection.isConnected;
    },
    get trouble() {
      return trouble;
    },
    get logEpoch() {
      return logEpoch;
    },
    expect,
    close() {
      isClosed = true;
      feed.close();
    },
  };
}
