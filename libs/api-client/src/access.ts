import { errorOf, unreachable } from './api-error.js';
import type { paths } from './generated/management-api.js';
import type { Transport } from './transport.js';

const loginPath = '/api/portal/v0.9/auth/login' satisfies keyof paths;
type Login = paths[typeof loginPath]['post'];

/** Who signs in, to which organization (default: the first that they joined), and for which scopes (default: all they have). */
export type Credentials = Login['requestBody']['content']['application/x-www-form-urlencoded'];

/** What a login gives. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Signs in. @throws ApiError when the credentials are refused; UnreachableError when there is no answer. */
export async function signIn(url: string, credentials: Credentials, transport: Transport = globalThis): Promise<AccessToken> {
  const form = Object.entries(credentials).filter(([, value]) => value !== undefined);
  const request = new transport.Request(new URL(loginPath, url).href, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const response = await send(transport, request);
  if (!response.ok) throw await errorOf(response);
  const { token, expires_at } = (await response.json()) as Login['responses'][200]['content']['application/json'];
  return { token, expiresAt: new Date(expires_at * 1000) };
}

/** Sends requests with a token. */
export interface Access {
  /** @throws UnreachableError when there is no answer; ApiError when a new token is needed and refused. */
  fetch(request: Request): Promise<Response>;
}

export interface AccessOptions {
  readonly url: string;
  readonly transport: Transport;
  readonly token?: string;
  /** Lets a token be got when there is none and renewed when it has expired. */
  readonly credentials?: Credentials;
}

/** Sends every request with the token. One that is refused for its token is sent once more with a new one, if there are credentials. */
export function createAccess({ url, transport, token, credentials }: AccessOptions): Access {
  let current: Promise<string> | undefined = token === undefined ? undefined : Promise.resolve(token);

  /** Requests that find the same token refused share one login. */
  function renewed(refused: Promise<string> | undefined, using: Credentials): Promise<string> {
    if (current && current !== refused) return current;
    const login = signIn(url, using, transport).then((access) => access.token);
    current = login;
    login.catch(() => {
      if (current === login) current = undefined;
    });
    return login;
  }

  return {
    async fetch(request) {
      if (!credentials) return send(transport, withToken(request, await current));
      const used = current ?? renewed(undefined, credentials);
      const again = request.clone() as Request;
      const response = await send(transport, withToken(request, await used));
      if (response.status !== 401) return response;
      await response.body?.cancel();
      return send(transport, withToken(again, await renewed(used, credentials)));
    },
  };
}

function withToken(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

async function send(transport: Transport, request: Request): Promise<Response> {
  try {
    return await transport.fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw unreachable(request.url, error);
  }
}
