import type { GatewayEvent } from '../events.js';

/**
 * What events said while a sync ran. An answer that the sync asked for may be older than an event that is handled before the answer
 * is written, so the event must win: for artifacts by its instant, for credentials, whose events have no usable one, always.
 */
export interface Races {
  /** To be told of every event before it is handled. */
  note(event: GatewayEvent): void;
  /** True when an event took the artifact away after that instant, in milliseconds since 1970, or deleted it. */
  isTakenAway(artifactId: string, deployedAtMs: number): boolean;
  /** True when an event was about this API key, subscription or plan. */
  isTouched(entityId: string): boolean;
}

/** Starts with no events. */
export function noRaces(): Races {
  const takenAwayAtMs = new Map<string, number>();
  const touched = new Set<string>();
  return {
    note(event) {
      if ('apply' in event) {
        touched.add(event.entityId);
      } else if (event.verb !== 'deployed') {
        const performedAtMs = event.performedAt === '' ? Date.now() : Date.parse(event.performedAt);
        const atMs = event.verb === 'deleted' ? Number.POSITIVE_INFINITY : performedAtMs;
        takenAwayAtMs.set(event.artifactId, Math.max(atMs, takenAwayAtMs.get(event.artifactId) ?? 0));
      }
    },
    isTakenAway: (artifactId, deployedAtMs) => (takenAwayAtMs.get(artifactId) ?? 0) >= deployedAtMs,
    isTouched: (entityId) => touched.has(entityId),
  };
}
