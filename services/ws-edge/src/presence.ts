import type { ConnectionReport, PresenceReply, PresenceRequest } from '@gatecast/contracts';
import type { Logger } from '@gatecast/service-kit';
import type { ArtifactsService } from './artifacts-service.js';
import { partsOf } from './parts.js';

export interface PresenceOptions {
  /** New for each process start. */
  readonly edgeId: string;
  readonly artifactsService: Pick<ArtifactsService, 'reportPresence'>;
  readonly logger: Logger;
  readonly intervalMs: number;
}

export interface Presence {
  opened(connection: ConnectionReport): void;
  closed(connectionId: string): void;
  /** The next report says everything: what was reported before may not be known any more. */
  tellAll(): void;
  stop(): Promise<void>;
}

/** Openings and closings are told together after this long. */
const gatherMs = 200;

/** Reports which gateways are connected here: changes at once, and a heartbeat while nothing changes. */
export function startPresence({ edgeId, artifactsService, logger, intervalMs }: PresenceOptions): Presence {
  const connections = new Map<string, ConnectionReport>();
  let opened: ConnectionReport[] = [];
  let closed: string[] = [];
  let reports = 0;
  let isComplete = false;
  let isStopped = false;
  let reporting: Promise<void> | undefined;
  let gathering: NodeJS.Timeout | undefined;

  async function report(): Promise<void> {
    if (isStopped) return;
    const wasComplete = isComplete;
    const [first = {}, ...rest] = isComplete ? openings() : wholeList();
    const gone = isComplete ? closed : [];
    opened = [];
    closed = [];
    isComplete = true;
    try {
      const { isNew } = await tell({ closed: gone, ...first });
      for (const part of rest) await tell(part);
      // It was silent for so long that it is not known any more.
      if (isNew && wasComplete) tellAll();
    } catch (error) {
      isComplete = false;
      logger.warn({ err: error }, 'presence not reported yet');
    }
  }

  /** What is not answered in time may still be done, and later than what is told next: so each is numbered. */
  function tell(changes: Omit<PresenceRequest, 'edgeId' | 'number'>): Promise<PresenceReply> {
    reports += 1;
    return artifactsService.reportPresence({ edgeId, number: reports, ...changes });
  }

  /** Without those that have closed again: of several parts only the first says what has closed. */
  function openings() {
    const stillOpen = opened.filter(({ connectionId }) => connections.has(connectionId));
    return partsOf(stillOpen).map((part) => ({ opened: part }));
  }

  /** The first part replaces what is known, the others add to it. */
  function wholeList() {
    const [first = [], ...rest] = partsOf([...connections.values()]);
    return [{ connections: first }, ...rest.map((part) => ({ opened: part }))];
  }

  function soon(): void {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      reporting = (reporting ?? Promise.resolve()).then(report);
    }, gatherMs);
  }

  function tellAll(): void {
    isComplete = false;
    soon();
  }

  const timer = setInterval(soon, intervalMs);
  soon();
  return {
    opened(connection) {
      connections.set(connection.connectionId, connection);
      opened.push(connection);
      soon();
    },
    closed(connectionId) {
      if (!connections.delete(connectionId)) return;
      closed.push(connectionId);
      soon();
    },
    tellAll,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      clearTimeout(gathering);
      await reporting;
      await tell({ stopped: true }).catch((error) => logger.warn({ err: error }, 'leave not reported'));
    },
  };
}
