import type { CursorReport, Revision } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { ArtifactsService } from './artifacts-service.js';

export interface CursorsOptions {
  readonly artifactsService: Pick<ArtifactsService, 'reportCursors'>;
  readonly logger: Logger;
  /** The epoch that the revisions belong to. */
  readonly logEpoch: () => string | undefined;
  readonly intervalMs: number;
}

export interface Cursors {
  /**
   * Notes how far a gateway has come; several connections of one gateway share its store, so the highest counts. `logEpoch` is that
   * of the connection: one of an earlier epoch may still get receipts while it closes, and must not spare the gateway its resync.
   */
  note(gatewayId: string, logEpoch: string, confirmed: Revision, written: Revision): void;
  /** Reports what is noted now; resolves when it is stored or could not be. */
  flush(): Promise<void>;
  /** Positions of another epoch mean nothing. */
  forget(): void;
  stop(): Promise<void>;
}

const reportMax = 5_000;

/** Reports cursors, each gateway's at most once an interval, and again until they are stored. */
export function startCursors({ artifactsService, logger, logEpoch, intervalMs }: CursorsOptions): Cursors {
  const noted = new Map<string, CursorReport>();
  let flushing: Promise<void> | undefined;

  function note(gatewayId: string, epoch: string, confirmed: Revision, written: Revision): void {
    if (epoch !== logEpoch()) return;
    const before = noted.get(gatewayId);
    noted.set(gatewayId, {
      gatewayId,
      confirmed: Math.max(confirmed, before?.confirmed ?? 0),
      written: Math.max(written, before?.written ?? 0),
    });
  }

  async function report(): Promise<void> {
    const epoch = logEpoch();
    if (epoch === undefined) return;
    const cursors = [...noted.values()].slice(0, reportMax);
    if (cursors.length === 0) return;
    for (const { gatewayId } of cursors) noted.delete(gatewayId);
    try {
      await artifactsService.reportCursors({ logEpoch: epoch, cursors });
    } catch (error) {
      logger.warn({ err: error, gateways: cursors.length }, 'cursors not stored yet');
      for (const { gatewayId, confirmed, written } of cursors) note(gatewayId, epoch, confirmed, written);
    }
  }

  function flush(): Promise<void> {
    flushing ??= report().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  const timer = setInterval(() => void flush(), intervalMs);
  return {
    note,
    flush,
    forget: () => noted.clear(),
    async stop() {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}
