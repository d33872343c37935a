import type { StackOptions } from '../stack-options.js';
import type { Mechanism } from './mechanisms.js';

/** What a world of the fault suite is made of. */
export interface WorldOptions {
  readonly apiServices: number;
  readonly wsEdges: number;
  readonly artifactsServices: number;
  /** Default: 1. */
  readonly brokers?: number;
  readonly organizations: number;
  readonly gatewaysPerOrganization: number;
  /** Further settings of services. */
  readonly settings?: StackOptions['settings'];
  /** Clocks that are wrong, in seconds, by process. */
  readonly clocksApart?: Readonly<Record<string, number>>;
  /** A broker and a database of somebody else's. */
  readonly servers?: { readonly natsUrl: string; readonly databaseUrl: string } | undefined;
  /** A compose project that is up, in place of processes of its own; only `wsEdges` of it can be chosen. */
  readonly project?: string | undefined;
  /** What is switched off. */
  readonly without?: Mechanism | undefined;
  /** The broker gets a disk that can be full. */
  readonly hasSmallBrokerDisk?: boolean;
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal | undefined;
}
