/** One field that does not fit, and what about it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer of the management API that is not a success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    /** Stable; branch on this. Empty when the answer was none of the API's own, such as a proxy's. */
    readonly code: string,
    /** Says what is wrong and what to do. */
    message: string,
    readonly fields: readonly FieldError[] = [],
    /** With 5xx: the server's log has the cause under it. */
    readonly trackingId?: string,
    /** How long to wait before asking again, when the server says so. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** No answer: the server can't be reached, its certificate is not trusted, or the connection broke. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  constructor(
    readonly url: string,
    /** Node's error code (`ECONNREFUSED`, `SELF_SIGNED_CERT_IN_CHAIN`, …), or what else is known of the reason. */
    readonly code: string,
    cause: unknown,
  ) {
    super(`No answer from ${url} (${code}).`, { cause });
  }
}

/** Returns the error for an answer that is not a success; `body` is what it carried, parsed when it was JSON. */
export function apiErrorOf({ status, statusText, url, headers }: Response, body: unknown): ApiError {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  if (!isErrorBody(body)) {
    const message = `${new URL(url).origin} answered ${status} ${statusText}, not as the management API does.`;
    return new ApiError(status, '', message, [], undefined, retryAfterMs);
  }
  return new ApiError(status, body.code, body.message, body.errors, body.trackingId, retryAfterMs);
}

/** Returns the error for an answer whose body nobody has read. */
export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  return apiErrorOf(response, parsed(text));
}

/** Returns the error for a request that got no answer. */
export function unreachable(url: string, cause: unknown): UnreachableError {
  // fetch hides the reason; a host with several addresses hides one for each.
  const { message, cause: reason } = cause as Error & { cause?: Reason & { errors?: readonly Reason[] } };
  const code = reason?.code ?? reason?.errors?.[0]?.code ?? reason?.message ?? message;
  return new UnreachableError(new URL(url).origin, code, cause);
}

interface Reason {
  readonly code?: string;
  readonly message?: string;
}

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly errors?: readonly FieldError[];
  readonly trackingId?: string;
}

function isErrorBody(body: unknown): body is ErrorBody {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body && typeof body.code === 'string';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
