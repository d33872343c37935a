import type { Revision, Status, StatusReason } from './words.js';

/** A decision whose outcome became known: the gateway acked or refused it, or did not answer in time. */
export interface Settled {
  readonly organizationId: string;
  readonly gatewayId: string;
  readonly artifactId: string;
  /** The place's current deployment; null: it was deleted. */
  readonly deploymentId: string | null;
  readonly correlationId: string;
  readonly revision: Revision;
  readonly status: Status;
  readonly statusReason: StatusReason | null;
  /** Milliseconds since 1970 by the database's clock. */
  readonly settledAtMs: number;
}

/** Sent by api-service after the commit, for whoever waits or watches. */
export interface SettledMessage {
  readonly settled: readonly Settled[];
}
