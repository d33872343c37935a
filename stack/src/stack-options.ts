import path from 'node:path';
import { projectFolder } from './project-folder.js';

export type ServiceName = 'api-service' | 'ws-edge' | 'artifacts-service' | 'front-door' | 'gateway-agent';

/** How a stack is made up. */
export interface StackPlan {
  /** Where everything that outlives the stack is kept. */
  readonly dataFolder: string;
  /** The front door's port; 0: any free one. */
  readonly port: number;
  /** How many processes of each. */
  readonly apiServices: number;
  readonly wsEdges: number;
  readonly artifactsServices: number;
  /** One broker, or a cluster of three with every stream on all of them. */
  readonly brokers: number;
  /** A database and a broker of somebody else's; empty: the stack's own. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** Handle of the organization that the administrator is in. */
  readonly organization: string;
  readonly logLevel: string;
  /** Further settings (environment variables) of a service (`ws-edge`) or of one of its processes (`ws-edge-2`). */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** For tests: the stack's own database does not wait for the disk. */
  readonly unsafeDatabase: boolean;
  /** Told what happens, a line at a time, for people. */
  readonly progress: (line: string) => unknown;
  /** Ends a start that is under way; what runs then is stopped. */
  readonly signal: AbortSignal;
}

/** What differs from the defaults. */
export type StackOptions = { readonly [K in keyof StackPlan]?: StackPlan[K] | undefined };

/** Where a stack keeps its things if nothing else is said, and where `gatecast login` looks for one (`services/cli/src/running-stack.ts`). */
export const defaultDataFolder = path.join(projectFolder, '.gatecast');

/** Returns the plan: defaults, with `options` over them. */
export function planOf(options: StackOptions): StackPlan {
  return {
    dataFolder: path.resolve(options.dataFolder ?? defaultDataFolder),
    port: options.port ?? 9243,
    apiServices: options.apiServices ?? 1,
    wsEdges: options.wsEdges ?? 2,
    artifactsServices: options.artifactsServices ?? 1,
    brokers: options.brokers ?? 1,
    databaseUrl: options.databaseUrl ?? '',
    natsUrl: options.natsUrl ?? '',
    organization: options.organization ?? 'default',
    logLevel: options.logLevel ?? 'info',
    settings: options.settings ?? {},
    unsafeDatabase: options.unsafeDatabase ?? false,
    progress: options.progress ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  };
}
