import { type Static, type TSchema, Type } from '@gatecast/contracts';
import { Compile } from 'typebox/compile';

/** Not empty. */
export const Text = Type.String({ minLength: 1 });

/** RFC 3339, with or without a fraction. */
export const Instant = Type.String({ format: 'date-time' });

/** What may be absent or null. */
export const maybe = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));

/** Returns what was told, or null for what is absent, null or empty: WSO2's control plane writes each of them. */
export const orNull = (text: string | null | undefined): string | null => text || null;

/** Returns a function that returns a value as the schema's type, and throws an Error that says what about `what` is wrong. */
export function reader<const S extends TSchema>(what: string, schema: S): (value: unknown) => Static<S> {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return value as Static<S>;
    const [first] = validator.Errors(value);
    throw new Error(`${what} is malformed: ${first?.instancePath ?? ''} ${first?.message ?? ''}`);
  };
}
