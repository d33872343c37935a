import { setTimeout as delay } from 'node:timers/promises';
import { isComplete, type SyncReason, type SyncReport } from './sync.js';

/**
 * When a gateway syncs:
 * - `plain`: once, after its first connect, as a WSO2 gateway-controller does
 * - `healing`: after every connect, now and then, and again after a sync that was not complete
 */
export type SyncMode = 'plain' | 'healing';

export interface SyncTimes {
  /** Mean time between two syncs that nothing else causes. */
  readonly intervalMs: number;
  /** Longest wait after a reconnect, so that many gateways that lost one edge do not all ask at once. */
  readonly reconnectMaxMs: number;
  /** Longest wait after a first incomplete sync; doubles with each further one, up to `intervalMs`. */
  readonly retryFirstMs: number;
}

/** The longest wait is far below the retention of events. */
export const defaultSyncTimes: SyncTimes = Object.freeze({ intervalMs: 600_000, reconnectMaxMs: 2_000, retryFirstMs: 5_000 });

export interface SyncSchedule {
  /** To be called after each connect. */
  connected(): void;
  /** Resolves when no sync runs any more and none will. */
  stop(): Promise<void>;
}

/** Decides when `run` is called: never twice at a time, and after a connect always once more from the beginning. */
export function scheduleSyncs(
  mode: SyncMode,
  times: SyncTimes,
  run: (reason: SyncReason, signal: AbortSignal) => Promise<SyncReport>,
): SyncSchedule {
  const stopping = new AbortController();
  let connects = 0;
  let wake = new AbortController();
  let loop: Promise<void> | undefined;

  /** Resolves after `ms`, or when a connect or the stop comes first. */
  const pause = (ms: number) =>
    delay(ms, undefined, { signal: AbortSignal.any([wake.signal, stopping.signal]) }).catch(() => undefined);

  async function syncs(): Promise<void> {
    let reason: SyncReason = 'start';
    let incomplete = 0;
    for (;;) {
      const connectsBefore = connects;
      wake = new AbortController();
      const report = await run(reason, stopping.signal);
      if (mode === 'plain' || stopping.signal.aborted) return;
      incomplete = isComplete(report) ? 0 : incomplete + 1;
      const backoffMs = Math.min(times.intervalMs, times.retryFirstMs * 2 ** (incomplete - 1));
      // Full jitter on a backoff, a fifth on the interval.
      const waitMs = incomplete > 0 ? Math.random() * backoffMs : times.intervalMs * (0.8 + 0.4 * Math.random());
      if (connects === connectsBefore) await pause(waitMs);
      if (connects === connectsBefore) {
        reason = incomplete > 0 ? 'retry' : 'interval';
      } else {
        reason = 'reconnect';
        wake = new AbortController();
        await pause(Math.random() * times.reconnectMaxMs);
      }
      if (stopping.signal.aborted) return;
    }
  }

  return {
    connected() {
      connects += 1;
      wake.abort();
      loop ??= syncs();
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}
