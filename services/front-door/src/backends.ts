import { get } from 'node:http';
import type { Logger } from '@gatecast/service-kit';

/** One process that requests can go to. */
export interface Backend {
  readonly url: URL;
  /** It answered `/readyz` with 200 when last asked. */
  isReady: boolean;
  /** Requests and WebSockets that are under way. */
  active: number;
}

/** The replicas of one service. */
export interface Backends {
  readonly service: string;
  /** Returns the ready ones, the one to try first in front. */
  inOrder(): Backend[];
  /** How many there are, and how many of them are ready. */
  readonly known: number;
  readonly ready: number;
  /** Ends the probes. */
  stop(): void;
}

export interface BackendsOptions {
  readonly service: string;
  readonly urls: readonly string[];
  /** `turn`: one after the other; `load`: the one with the fewest under way, for connections that stay. */
  readonly by: 'turn' | 'load';
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly logger: Logger;
}

/** Starts to watch a service's replicas; resolves when each was asked once. */
export async function watchBackends(options: BackendsOptions): Promise<Backends> {
  const { service, logger } = options;
  const backends: Backend[] = options.urls.map((url) => ({ url: new URL(url), isReady: false, active: 0 }));
  const timers = new Map<Backend, NodeJS.Timeout>();
  let turn = 0;
  let isStopped = false;

  const probe = async (backend: Backend) => {
    const wasReady = backend.isReady;
    backend.isReady = await isReady(backend.url, options.probeTimeoutMs);
    if (backend.isReady !== wasReady)
      logger.info({ backendOf: service, backend: backend.url.origin, isReady: backend.isReady }, 'backend changed');
    if (!isStopped)
      timers.set(
        backend,
        setTimeout(() => void probe(backend), options.probeIntervalMs),
      );
  };
  await Promise.all(backends.map(probe));

  return {
    service,
    known: backends.length,
    get ready() {
      return backends.filter((backend) => backend.isReady).length;
    },
    inOrder() {
      const ready = backends.filter((backend) => backend.isReady);
      const first = turn++ % (ready.length || 1);
      const rotated = [...ready.slice(first), ...ready.slice(0, first)];
      // The sort is stable: among equals it stays one after the other.
      return options.by === 'load' ? rotated.sort((a, b) => a.active - b.active) : rotated;
    },
    stop() {
      isStopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function isReady(url: URL, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const question = get(new URL('/readyz', url), { agent: false, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      answer.resume().on('error', () => undefined);
      resolve(answer.statusCode === 200);
    });
    question.on('error', () => resolve(false));
  });
}
