import type { ApiEvent } from '@gatecast/api-client';
import { serverNowMs } from '../words/server-time.js';
import type { LiveMessage } from './event-stream.js';

/** What is kept for the charts: this tab's own memory, no more. */
export const windowMs = 10 * 60_000;
const knownMax = 20_000;
const samplesMax = 20_000;

/** From an event's commit to a gateway's receipt. */
export interface Latency {
  /** When the receipt came, in milliseconds since 1970. */
  readonly atMs: number;
  readonly ms: number;
}

/** How many gateways each edge held. */
export interface ConnectionSample {
  readonly atMs: number;
  readonly byEdge: Readonly<Record<string, number>>;
}

/** Collects what the charts show, from messages as they come. */
export interface Measurements {
  take(message: LiveMessage): void;
  /** Adds events that happened before; each counts once. */
  addEarlier(events: readonly ApiEvent[]): void;
  addConnections(byEdge: Readonly<Record<string, number>>): void;
  /** Commit times of events in the window, in milliseconds since 1970. */
  commits(): readonly number[];
  latencies(): readonly Latency[];
  connections(): readonly ConnectionSample[];
  /** From when on every event is known. */
  readonly sinceMs: number;
}

/** Creates an empty collection. */
export function createMeasurements(): Measurements {
  /** Commit time by correlation id, oldest first. */
  const committed = new Map<string, number>();
  /** Receipts that were counted, as `<correlation id> <gateway>`. */
  const counted = new Set<string>();
  let latencies: Latency[] = [];
  let connections: ConnectionSample[] = [];
  let sinceMs = serverNowMs();

  function addEvent({ correlationId, committedAt }: ApiEvent) {
    if (committed.has(correlationId)) return;
    committed.set(correlationId, Date.parse(committedAt));
    trim(committed, knownMax);
  }

  function addReceipt(correlationId: string, gatewayId: string, at: string) {
    const committedMs = committed.get(correlationId);
    const key = `${correlationId} ${gatewayId}`;
    if (committedMs === undefined || counted.has(key)) return;
    counted.add(key);
    trim(counted, samplesMax);
    const atMs = Date.parse(at);
    latencies.push({ atMs, ms: Math.max(0, atMs - committedMs) });
    if (latencies.length > samplesMax) latencies = latencies.slice(samplesMax / 10);
  }

  return {
    get sinceMs() {
      return sinceMs;
    },
    take(message) {
      if (message.kind === 'event') addEvent(message.event);
      else if (message.kind === 'life' && message.step.state === 'confirmed') {
        addReceipt(message.step.correlationId, message.step.gatewayId, message.step.at);
      } else if (message.kind === 'reset') {
        sinceMs = serverNowMs();
      }
    },
    addEarlier(events) {
      for (const event of events) {
        addEvent(event);
        if (event.gatewayId && event.life.confirmedAt) addReceipt(event.correlationId, event.gatewayId, event.life.confirmedAt);
      }
      const oldest = events.at(-1);
      if (oldest) sinceMs = Math.min(sinceMs, Date.parse(oldest.committedAt));
    },
    addConnections(byEdge) {
      const atMs = serverNowMs();
      connections = [...connections.filter((sample) => sample.atMs > atMs - windowMs), { atMs, byEdge }];
    },
    commits: () => recent([...committed.values()].map((atMs) => ({ atMs }))).map(({ atMs }) => atMs),
    latencies: () => recent(latencies),
    connections: () => recent(connections),
  };
}

function recent<Sample extends { readonly atMs: number }>(samples: readonly Sample[]): Sample[] {
  const fromMs = serverNowMs() - windowMs;
  return samples.filter(({ atMs }) => atMs >= fromMs);
}

/** Forgets the oldest beyond `max`. */
function trim(collection: Map<string, unknown> | Set<string>, max: number): void {
  for (const key of collection.keys()) {
    if (collection.size <= max) break;
    collection.delete(key);
  }
}
