import type {} from '@fastify/swagger';
import { type TObject, type TSchema, Type } from 'typebox';
import { type ErrorCode, errorStatus } from './errors.js';
import type { Scope } from './scopes.js';

/** Where the management API is. */
export const apiPath = '/api/v0.9';

export interface OperationTraits {
  /** What the caller's token must allow, one of several; `public` needs no token. */
  readonly scope: Scope | readonly Scope[] | 'public';
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** The errors of this operation beyond those that every operation has. */
  readonly errors?: readonly ErrorCode[];
  /** The field of the answer that is a secret: never kept in plain. */
  readonly secretField?: string;
  /** Media types of the body when it is not JSON alone. */
  readonly consumes?: readonly string[];
}

interface OperationSchemas {
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: TSchema;
  /** By status, successes only. */
  readonly response: Readonly<Record<number, TSchema>>;
}

/**
 * Returns the options of a route: its scope, its schemas (which give the handler its types), and from both its entry in the
 * OpenAPI document with every error that it may answer.
 */
export function operation<const Schemas extends OperationSchemas>(traits: OperationTraits, schemas: Schemas) {
  const { scope, tag, summary, description, consumes, secretField } = traits;
  return {
    config: { scope, ...(secretField && { secretField }) },
    schema: {
      ...schemas,
      response: { ...errorResponses(traits, schemas), ...successResponses(schemas) },
      tags: [tag],
      summary,
      ...(description && { description }),
      ...(consumes && { consumes }),
      ...(scope !== 'public' && { security: [scope].flat().map((one) => ({ bearer: [one] })) }),
    } as unknown as Schemas,
  };
}

const successes: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted, and not over yet',
  204: 'Done',
};

function successResponses({ response }: OperationSchemas) {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => [status, { description: successes[status], ...schema }]),
  );
}

function errorResponses({ scope, errors = [] }: OperationTraits, { params, querystring, body }: OperationSchemas) {
  const codes: ErrorCode[] = [
    ...(params || querystring || body ? (['VALIDATION_FAILED'] as const) : []),
    ...(scope === 'public' ? [] : (['UNAUTHORIZED', 'FORBIDDEN'] as const)),
    ...(body ? (['PAYLOAD_TOO_LARGE'] as const) : []),
    ...errors,
    'INTERNAL_ERROR',
    'SERVICE_UNAVAILABLE',
  ];
  const responses: Record<number, object> = body
    ? { 415: errorResponse('VALIDATION_FAILED: the content type is not served here') }
    : {};
  for (const status of new Set(codes.map((code) => errorStatus[code]))) {
    responses[status] = errorResponse(codes.filter((code) => errorStatus[code] === status).join(', '));
  }
  return responses;
}

function errorResponse(description: string) {
  return { description, content: { 'application/json': { schema: Type.Ref('Error#') } } };
}

/** Adds headers and errors to the schemas of a route that `operation` made, for what holds for many routes alike. */
export function documentMore({ schema }: { schema?: object }, { properties }: TObject, errors: readonly ErrorCode[]): void {
  const operation = schema as { headers?: TObject; response: Record<number, { description?: string }> };
  operation.headers = Type.Object({ ...operation.headers?.properties, ...properties });
  for (const code of errors) {
    const status = errorStatus[code];
    const others = operation.response[status]?.description;
    operation.response[status] = errorResponse(others === undefined ? code : `${others}, ${code}`);
  }
}
