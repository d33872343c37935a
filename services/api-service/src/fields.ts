import { Type } from 'typebox';

/** Fields that several resources have. */
export const DisplayName = Type.String({ minLength: 1, maxLength: 128, pattern: '\\S' });
export const Description = Type.String({ maxLength: 4000 });
export const DateTime = Type.String({ format: 'date-time' });

/** A field of a response that is accepted when it is sent back, and ignored (management API 5.2). */
export const readOnly = <const S extends object>(schema: S): S => ({ ...schema, readOnly: true });
