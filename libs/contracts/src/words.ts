import { type Static, type TSchema, Type } from 'typebox';

/** One of several fixed strings. */
export const oneOf = <const V extends readonly string[]>(values: V, options: object = {}) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], ...options });

export const Uuid = Type.String({ format: 'uuid' });

/** Whether a text is a UUID in its usual spelling; the database would accept more spellings and fail on the rest. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

/** Position in one organization's event order: 1, 2, 3 … The last one is the head; 0 is before the first. */
export type Revision = number;

export const desiredStates = ['DEPLOYED', 'UNDEPLOYED'] as const;
export type DesiredState = (typeof desiredStates)[number];

/** Where a deployment stands on its gateway. `ARCHIVED` is derived: a snapshot that is not the current one. */
export const statuses = ['DEPLOYED', 'UNDEPLOYED', 'DEPLOYING', 'UNDEPLOYING', 'FAILED', 'ARCHIVED'] as const;
export type Status = (typeof statuses)[number];

/** Why a deployment is `FAILED` (gateway protocol 4.1). */
export const statusReasons = ['DEPLOYMENT_TIMEOUT', 'GATEWAY_PROCESSING_ERROR', 'DEPLOYMENT_ID_MISMATCH'] as const;
export type StatusReason = (typeof statusReasons)[number];

export const actions = ['CREATE', 'UPDATE', 'DELETE'] as const;
export type Action = (typeof actions)[number];

export type { Static, TSchema };
export { Type };
