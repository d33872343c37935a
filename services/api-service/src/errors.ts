import { type FieldError, HttpError } from '@gatecast/service-kit';
import { Type } from 'typebox';

/** Every coded error of the management API with its HTTP status (management API 5.1). */
export const errorStatus = {
  VALIDATION_FAILED: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  IDEMPOTENCY_KEY_CONFLICT: 409,
  IDEMPOTENCY_ANSWER_NOT_KEPT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,

  ORGANIZATION_NOT_FOUND: 404,
  ORGANIZATION_EXISTS: 409,
  PROJECT_NOT_FOUND: 404,
  PROJECT_REF_NOT_FOUND: 400,
  PROJECT_EXISTS: 409,
  GATEWAY_NOT_FOUND: 404,
  GATEWAY_NAME_CONFLICT: 409,
  GATEWAY_MANIFEST_NOT_FOUND: 404,
  GATEWAY_TOKEN_NOT_FOUND: 404,
  GATEWAY_TOKEN_LIMIT_REACHED: 409,

  REST_API_NOT_FOUND: 404,
  REST_API_EXISTS: 409,
  LLM_PROVIDER_NOT_FOUND: 404,
  LLM_PROVIDER_EXISTS: 409,
  LLM_PROVIDER_REF_NOT_FOUND: 400,
  LLM_PROVIDER_TEMPLATE_NOT_FOUND: 404,
  LLM_PROXY_NOT_FOUND: 404,
  LLM_PROXY_EXISTS: 409,
  MCP_PROXY_NOT_FOUND: 404,
  MCP_PROXY_EXISTS: 409,

  ARTIFACT_REF_NOT_FOUND: 400,
  GATEWAY_REF_NOT_FOUND: 400,
  API_KEY_NOT_FOUND: 404,
  API_KEY_REF_NOT_FOUND: 400,
  API_KEY_EXISTS: 409,
  SUBSCRIPTION_PLAN_NOT_FOUND: 404,
  SUBSCRIPTION_PLAN_REF_NOT_FOUND: 400,
  SUBSCRIPTION_PLAN_EXISTS: 409,
  SUBSCRIPTION_PLAN_IN_USE: 409,
  SUBSCRIPTION_NOT_FOUND: 404,
  SUBSCRIPTION_EXISTS: 409,
  APPLICATION_NOT_FOUND: 404,
  APPLICATION_REF_NOT_FOUND: 400,
  APPLICATION_EXISTS: 409,
  APPLICATION_IN_USE: 409,

  SECRET_NOT_FOUND: 404,
  SECRET_REF_NOT_FOUND: 400,
  SECRET_EXISTS: 409,
  SECRET_IN_USE: 409,

  EVENT_NOT_FOUND: 404,

  DEPLOYMENT_NOT_FOUND: 404,
  DEPLOYMENT_BASE_NOT_FOUND: 404,
  DEPLOYMENT_NOT_ACTIVE: 409,
  DEPLOYMENT_ACTIVE: 409,
  DEPLOYMENT_RESTORE_CONFLICT: 409,
  DEPLOYMENT_GATEWAY_MISMATCH: 400,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** Returns the error to throw. `message` is shown to the caller: it says what is wrong and what to do. */
export function apiError(code: ErrorCode, message: string, fields: readonly FieldError[] = []): HttpError {
  return new HttpError(errorStatus[code], code, message, fields);
}

/** Returns the error for fields that do not fit in a way that a schema can't say. */
export function invalid(fields: readonly FieldError[]): HttpError {
  return apiError(
    'VALIDATION_FAILED',
    `The request does not fit: ${fields.map(({ field, message }) => `${field} ${message}`).join('; ')}.`,
    fields,
  );
}

/** The error body of the management API (management API 5.1). */
export const ErrorBody = Type.Object(
  {
    status: Type.Literal('error'),
    code: Type.String({ description: 'Stable; branch on this.' }),
    message: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
    trackingId: Type.Optional(Type.String({ description: 'With 5xx only: the log has the cause under it.' })),
  },
  { $id: 'Error', title: 'Error' },
);

/** Returns the body of an error's answer. `trackingId` is there for 5xx only. */
export function errorBody(error: HttpError, trackingId: string | undefined) {
  return {
    status: 'error',
    code: error.code,
    message: error.message,
    ...(error.fields.length > 0 && { errors: error.fields }),
    ...(trackingId && { trackingId }),
  };
}
