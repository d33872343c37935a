import type { ArtifactVerb, DesiredState, Kind, Revision, Status, StatusReason } from '@gatecast/contracts';

/** What a write through REST asks for. */
export type WriteVerb = 'create' | 'deploy' | 'undeploy' | 'restore' | 'delete deployment' | 'delete';

/** One write through REST and what was answered. Times are milliseconds since 1970. */
export interface Write {
  readonly organizationId: string;
  readonly kind: Kind;
  /** The artifact's handle, which a later artifact may have again. */
  readonly handle: string;
  readonly verb: WriteVerb;
  /** For a deploy, undeploy and restore: UUID of the gateway. */
  readonly gatewayId?: string;
  /** The deployment that it names or, for an accepted deploy, made. */
  readonly deploymentId?: string;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** `unknown`: the answer was cut off or says that it can't be told, so it may or may not have happened, and may still happen. */
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  /** The answer's HTTP status; 0 without an answer. */
  readonly status: number;
}

/** An event of the event log. */
export interface LoggedEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly revision: Revision;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  readonly artifactId: string;
  readonly kind: Kind;
  readonly verb: ArtifactVerb;
  /** Empty in an undeploy that applies to whatever the gateway holds, and in a delete. */
  readonly deploymentId: string;
  /** Null in a delete. */
  readonly performedAtMs: number | null;
  /** Issued by the control plane itself and not for a write. */
  readonly isReissued: boolean;
  readonly committedAtMs: number;
}

/** A frame that a gateway handled, from its event trail. */
export interface HandledEvent {
  readonly correlationId: string;
  readonly type: string;
  readonly artifactId: string;
  readonly outcome: 'applied' | 'stale' | 'duplicate' | 'unknown' | 'mismatch' | 'failed' | 'ignored';
  readonly reason?: string;
  /** No frame came: a sync did what the event says, since the database holds it as the last decision. */
  readonly bySync?: true;
}

/** An artifact in a gateway's store. */
export interface StoredArtifact {
  readonly id: string;
  readonly state: DesiredState;
  readonly deploymentId: string;
  readonly deployedAtMs: number;
}

export interface GatewayHistory {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly name: string;
  /** In the order in which they were handled, over all restarts. */
  readonly handled: readonly HandledEvent[];
  /** At the end. */
  readonly store: readonly StoredArtifact[];
}

/** An artifact on a gateway, as the database has it at the end. */
export interface Place {
  readonly artifactId: string;
  readonly gatewayId: string;
  readonly deploymentId: string | null;
  readonly desiredState: DesiredState;
  readonly status: Exclude<Status, 'ARCHIVED'>;
  readonly statusReason: StatusReason | null;
  readonly performedAtMs: number;
}

export interface Head {
  readonly organizationId: string;
  readonly revision: Revision;
  readonly trimmedThrough: Revision;
}

/** The database at the end. */
export interface DatabaseState {
  /** The event log, and what was trimmed from it. */
  readonly events: readonly LoggedEvent[];
  readonly heads: readonly Head[];
  readonly artifactIds: readonly string[];
  readonly places: readonly Place[];
}

/** A fault as it was injected. Times are milliseconds since 1970. */
export interface InjectedFault {
  readonly fault: string;
  readonly target: string;
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** Everything that the checker judges by. */
export interface History {
  readonly writes: readonly Write[];
  readonly faults: readonly InjectedFault[];
  /** The event log as it was each time directly before the database was set back to a backup, the oldest first. */
  readonly earlierLogs: readonly (readonly LoggedEvent[])[];
  readonly gateways: readonly GatewayHistory[];
  readonly database: DatabaseState;
  /** Processes that ended although nobody ended them, one line each. */
  readonly unexpectedEnds: readonly string[];
  /** What was still under way when waiting for quiet was given up; undefined: all was quiet. */
  readonly unrest: string | undefined;
}
