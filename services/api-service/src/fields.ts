import { Type } from 'typebox';
import { invalid } from './errors.js';

/** Fields that several resources have. */
export const DisplayName = Type.String({ minLength: 1, maxLength: 128, pattern: '\\S' });
export const Description = Type.String({ maxLength: 4000 });
export const DateTime = Type.String({ format: 'date-time' });
/** An object with whatever fields. */
export const FreeForm = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true });

/** Marks a field of responses that is accepted when it is sent back, and ignored. */
export const readOnly = <const S extends object>(schema: S): S => ({ ...schema, readOnly: true });

/** Fields of responses that say when a resource was made and changed. */
export const timestamps = { createdAt: readOnly(DateTime), updatedAt: readOnly(DateTime) };

/** Returns the values of {@link timestamps} for a body. */
export function timestampsOf({ createdAt, updatedAt }: { readonly createdAt: Date; readonly updatedAt: Date }) {
  return { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
}

/** @throws HttpError 400 when a body names another id than its path: an id never changes. */
export function requireSameId(bodyId: string | undefined, pathId: string): void {
  if (bodyId !== undefined && bodyId !== pathId)
    throw invalid([{ field: 'id', message: `never changes: leave it out or send '${pathId}'` }]);
}
