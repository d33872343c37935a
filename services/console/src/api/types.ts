import type { Action, DesiredState, Kind, Revision, StatusReason } from '@gatecast/contracts';

// What the management API answers, as far as the console reads it. Times are RFC 3339 in UTC; what is unknown is left out.

/** A page of a list. */
export interface ListOf<Item> {
  readonly count: number;
  readonly list: readonly Item[];
  readonly pagination: { readonly total: number; readonly offset: number; readonly limit: number };
}

export interface ArtifactReference {
  readonly kind: Kind;
  readonly id: string;
}

export interface Artifact {
  readonly id: string;
  readonly displayName: string;
  readonly version: string;
  readonly description?: string;
  readonly updatedAt: string;
}

export interface Connection {
  readonly edgeId: string;
  readonly connectedAt: string;
  readonly remoteAddress: string;
}

export interface GatewayStatus {
  readonly id: string;
  readonly displayName: string;
  readonly isConnected: boolean;
  readonly connections: readonly Connection[];
  readonly release?: string;
  /** Left out: a full resync is owed. */
  readonly cursor?: Revision;
  readonly head: Revision;
  readonly lag: { readonly events: number; readonly oldestAgeMs?: number };
  readonly artifacts: { readonly inStep: number; readonly drifted: number; readonly driftedForMsMax?: number };
  readonly lastEvent?: {
    readonly correlationId: string;
    readonly revision: Revision;
    readonly type: string;
    readonly committedAt: string;
  };
  readonly lastAck?: { readonly artifact: ArtifactReference; readonly status: string; readonly at: string };
  readonly lastRefusal?: {
    readonly artifact: ArtifactReference;
    readonly deploymentId?: string;
    readonly reason: StatusReason;
    readonly at: string;
  };
}

export interface GatewayDetail extends GatewayStatus {
  readonly manifest?: { readonly release?: string; readonly receivedAt: string };
  readonly tokens: readonly { readonly id: string; readonly createdAt: string; readonly ageMs: number }[];
}

/** Where a place stands. */
export type PlaceStatus = 'DEPLOYING' | 'DEPLOYED' | 'UNDEPLOYING' | 'UNDEPLOYED' | 'FAILED';

/** An artifact on a gateway: what was decided and what is there. */
export interface Place {
  readonly artifact: ArtifactReference & { readonly displayName: string };
  readonly gateway: { readonly id: string; readonly displayName: string; readonly isConnected: boolean };
  readonly desired: { readonly state: DesiredState; readonly deploymentId?: string; readonly since: string };
  /** What the gateway last confirmed; left out: it never did. */
  readonly actual?: { readonly state: DesiredState; readonly deploymentId?: string; readonly since?: string };
  readonly status: PlaceStatus;
  readonly statusReason?: StatusReason;
  readonly isInStep: boolean;
  readonly driftedForMs?: number;
  readonly correlationId: string;
  readonly revision: Revision;
  readonly reissues: number;
  readonly writtenAt?: string;
  readonly confirmedAt?: string;
}

export interface Deployment {
  readonly deploymentId: string;
  readonly name: string;
  readonly gatewayId: string;
  readonly status: PlaceStatus | 'ARCHIVED';
  readonly statusReason?: StatusReason;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface OrganizationStatus {
  readonly gateways: { readonly total: number; readonly connected: number };
  readonly artifacts: { readonly total: number };
  readonly places: Readonly<Record<PlaceStatus | 'drifted', number>>;
  readonly events: { readonly head: Revision; readonly unpublished: number };
  readonly edges: readonly { readonly edgeId: string; readonly connections: number; readonly heardAt: string }[];
}

/** The steps of an event's life, in their order. */
export const lifeStates = ['committed', 'published', 'written', 'confirmed', 'settled'] as const;
export type LifeState = (typeof lifeStates)[number];

export type Outcome = 'DEPLOYED' | 'UNDEPLOYED' | 'FAILED';

export interface EventLife {
  readonly state: LifeState;
  readonly publishedAt?: string;
  readonly writtenAt?: string;
  readonly confirmedAt?: string;
  readonly settledAt?: string;
  readonly outcome?: Outcome;
  readonly reason?: StatusReason;
  readonly isSuperseded?: boolean;
}

/** An event of the event log, with its life. */
export interface LoggedEvent {
  readonly revision: Revision;
  readonly correlationId: string;
  readonly type: string;
  readonly action: Action;
  readonly entity: { readonly type: string; readonly id: string; readonly kind?: Kind; readonly handle?: string };
  /** Left out: for every gateway of the organization. */
  readonly gatewayId?: string;
  readonly actor?: string;
  readonly committedAt: string;
  readonly life: EventLife;
  /** Of events for every gateway. */
  readonly gateways?: { readonly total: number; readonly written: number; readonly confirmed: number };
}

/** Events, newest first; `nextBefore` is where the older ones go on. */
export interface EventPage {
  readonly count: number;
  readonly list: readonly LoggedEvent[];
  readonly nextBefore?: Revision;
}

/** A step in an event's life, as the stream tells it. */
export interface LifeStep {
  readonly correlationId: string;
  readonly revision: Revision;
  readonly gatewayId: string;
  readonly state: LifeState;
  readonly at: string;
  readonly outcome?: Outcome;
  readonly reason?: StatusReason;
}

/** A gateway that came or went, as the stream tells it. */
export interface Presence {
  readonly gatewayId: string;
  readonly isConnected: boolean;
  readonly connections: number;
}
