import type { Kind } from '@gatecast/contracts';
import { kindTraits } from '@gatecast/contracts/kinds';
import { noticeServerTime } from '../words/server-time.js';

/** An answer that is no success, or none at all (status 0). `message` is for people: the API's own, which says what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** With 5xx: under this the service's log has the cause. */
    readonly trackingId?: string,
  ) {
    super(message);
  }

  /** Whether the same question may have another answer in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 503;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiClient {
  /** @throws ApiError */
  get<Body>(path: string, query?: Query, signal?: AbortSignal): Promise<Body>;
  /** @throws ApiError */
  post<Body>(path: string, body: object | undefined, query?: Query): Promise<Body>;
}

const base = '/api/v0.9';

/** How long a decision is sent again that got no answer, before the person is told so. */
const resendPausesMs = [500, 1_000, 2_000, 4_000];

/** Creates the access to the management API. `onRefused` is told when the token is not accepted any more. */
export function createApiClient(token: () => string, onRefused: () => void): ApiClient {
  async function ask<Body>(method: string, path: string, query: Query, init: RequestInit): Promise<Body> {
    const response = await answered(
      fetch(`${base}${path}${searchOf(query)}`, {
        ...init,
        method,
        headers: { ...init.headers, authorization: `Bearer ${token()}`, accept: 'application/json' },
      }),
    );
    noticeServerTime(response.headers.get('date'));
    if (response.status === 401) onRefused();
    return bodyOf<Body>(response);
  }

  return {
    get: (path, query = {}, signal) => ask('GET', path, query, signal ? { signal } : {}),
    async post(path, body, query = {}) {
      const init = {
        // A click that is sent again after a lost answer must not act twice.
        headers: { 'idempotency-key': crypto.randomUUID(), ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      };
      for (const pauseMs of resendPausesMs) {
        try {
          return await ask('POST', path, query, init);
        } catch (error) {
          if (!(error instanceof ApiError && error.isPassing)) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
      return ask('POST', path, query, init);
    },
  };
}

/** Returns the answer of a fetch. @throws ApiError when none came; an abort stays an abort. */
export async function answered(response: Promise<Response>): Promise<Response> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'UNREACHABLE', 'The control plane cannot be reached. Check that it runs and that you are online.');
  }
}

/** Returns a success's body. @throws ApiError for everything else. */
export async function bodyOf<Body>(response: Response): Promise<Body> {
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return body as Body;
  const { code = '', message = `The control plane answered ${response.status}.`, trackingId } = (body ?? {}) as Partial<ApiError>;
  throw new ApiError(response.status, code, message, trackingId);
}

/** Returns `?a=b` for what is defined and not empty, else nothing. */
export function searchOf(query: Query): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : '';
}

/** Returns where the API has an artifact. */
export function artifactPath({ kind, id }: { kind: Kind; id: string }): string {
  return `/${kindTraits(kind).collection}/${encodeURIComponent(id)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
