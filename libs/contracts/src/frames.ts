import type { Kind, KindTraits } from './kinds.js';
import { kindTraits } from './kinds.js';
import { type Action, oneOf, type Static, Type, Uuid } from './words.js';

/** The verbs of artifact events (gateway protocol 1.5). */
export type ArtifactVerb = 'deployed' | 'undeployed' | 'deleted';

/** What an event does to its entity: `undeployed` and `deleted` take away (gateway protocol 1.5, end). */
export const actionOfVerb: Readonly<Record<ArtifactVerb, Action>> = Object.freeze({
  deployed: 'CREATE',
  undeployed: 'DELETE',
  deleted: 'DELETE',
});

/** First frame after the upgrade (gateway protocol 1.3). */
export function connectionAckFrame(gatewayId: string, connectionId: string, at: Date): string {
  return JSON.stringify({ type: 'connection.ack', gatewayId, connectionId, timestamp: wholeSeconds(at) });
}

/** One event on its way to a gateway (gateway protocol 1.4). */
export interface Envelope {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly correlationId: string;
  readonly userId?: string;
}

/** What an artifact event says; `performedAt` and `deploymentId` are absent from `deleted`. */
export interface ArtifactChange {
  readonly kind: Kind;
  readonly verb: ArtifactVerb;
  readonly artifactId: string;
  /** Empty in an undeploy that applies to whatever the gateway holds. */
  readonly deploymentId?: string;
  /** Strictly increasing per (artifact, gateway), whole milliseconds. */
  readonly performedAt?: Date;
}

/** What an event is about. */
export type EntityType = 'artifact' | 'key' | 'subscription' | 'plan' | 'application';

/** What an event says and what it is about, before it has an id and a time. */
export interface Change {
  readonly entityType: EntityType;
  /** UUID. */
  readonly entityId: string;
  readonly action: Action;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Returns what an artifact event says. */
export function artifactChange({ kind, verb, artifactId, deploymentId, performedAt }: ArtifactChange): Change {
  const traits: KindTraits = kindTraits(kind);
  return {
    entityType: 'artifact',
    entityId: artifactId,
    action: actionOfVerb[verb],
    type: `${traits.eventPrefix}.${verb}`,
    payload: {
      [traits.idField]: artifactId,
      ...(deploymentId !== undefined && { deploymentId }),
      ...(performedAt && { performedAt: performedAt.toISOString() }),
    },
  };
}

/** Builds the envelope of an event. `correlationId` is the event's id. */
export function envelopeOf(
  { type, payload }: Pick<Change, 'type' | 'payload'>,
  correlationId: string,
  at: Date,
  userId?: string,
): Envelope {
  return { type, payload, timestamp: wholeSeconds(at), correlationId, ...(userId && { userId }) };
}

/** Builds the envelope of an artifact event. `correlationId` is the event's id. */
export function artifactEnvelope(change: ArtifactChange, correlationId: string, at: Date, userId?: string): Envelope {
  return envelopeOf(artifactChange(change), correlationId, at, userId);
}

/** RFC 3339 without a fraction, in UTC, as the envelope's `timestamp` has it. */
export function wholeSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** Instants as gateways write them: RFC 3339 with any number of fraction digits (gateway protocol 1.7). */
const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?([Zz]|[+-]\\d{2}:\\d{2})$',
});

/** A gateway's verdict on a deployment: the only frame that a gateway sends (gateway protocol 1.7). */
export const DeploymentAckFrame = Type.Object({
  type: Type.Literal('deployment.ack'),
  payload: Type.Object({
    deploymentId: Type.String({ maxLength: 64 }),
    artifactId: Uuid,
    resourceType: Type.Optional(Type.String({ maxLength: 64 })),
    action: oneOf(['deploy', 'undeploy']),
    status: oneOf(['success', 'failed']),
    performedAt: Instant,
    errorCode: Type.Optional(Type.String({ maxLength: 128 })),
  }),
});
export type DeploymentAckFrame = Static<typeof DeploymentAckFrame>;
export type DeploymentAck = DeploymentAckFrame['payload'];
