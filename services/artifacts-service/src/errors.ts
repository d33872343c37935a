import { STATUS_CODES } from 'node:http';
import { Type } from '@gatecast/contracts';
import type { HttpError } from '@gatecast/service-kit';

/** An answer other than success on the internal API (gateway protocol 2.0). */
export const ErrorBody = Type.Object(
  {
    code: Type.Integer({ description: 'The HTTP status.' }),
    message: Type.String({ description: "The status' reason phrase." }),
    description: Type.Optional(Type.String({ description: 'What is wrong and what to do.' })),
  },
  { description: 'An answer other than success.' },
);

/** Returns an error's body: `code` is the HTTP status, `message` its reason phrase (gateway protocol 2.0). */
export function errorBody({ status, message }: Pick<HttpError, 'status' | 'message'>) {
  return { code: status, message: STATUS_CODES[status] ?? 'Error', description: message };
}

/** Returns the response schemas of the error statuses that a route may answer, beside 401 and 503, which every route has. */
export function errorAnswers<const S extends number>(...statuses: readonly S[]) {
  const entries = [401 as const, 503 as const, ...statuses].map((status) => [status, ErrorBody] as const);
  return Object.fromEntries(entries) as Record<S | 401 | 503, typeof ErrorBody>;
}
