import type { DeploymentList, ListedDeployment } from '../deployment-list.js';
import type { InternalApi } from '../internal-api.js';
import type { Log } from '../log.js';
import type { GatewayStore } from '../store.js';
import type { Races } from './races.js';

/** What every step of a sync works with. */
export interface SyncContext {
  readonly store: GatewayStore;
  readonly api: InternalApi;
  readonly log: Log;
  readonly races: Races;
  /** True: what has no deployment is deleted without asking whether it exists. */
  readonly onPremises: boolean;
  /** Aborts when the gateway is stopped. */
  readonly signal: AbortSignal;
  /** Told of every deployment that is applied as its event would have been, directly after it is stored. */
  readonly onApplied: (deployment: ListedDeployment) => void;
}

/** What a step did: how many of what. Whatever is in `failed` stayed as it was. */
export type StepCounts = Readonly<Record<string, number>> & { readonly failed: number };

/** The artifacts of a list of deployments; undefined: there is no list, so nothing is known to be missing from it. */
export type ListedArtifacts = DeploymentList['artifactIds'] | undefined;

/** Returns a list in pieces of at most `size`. */
export function inBatches<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, batch) => list.slice(batch * size, (batch + 1) * size));
}

/** How many are asked for and written at a time, as with a WSO2 gateway-controller (gateway protocol 2.4). */
export const batchSize = 50;
