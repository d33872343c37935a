import type { SecureClient } from '../secure-client.js';

/** An answer that the demo did not expect. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/** Gatecast's management API, as one user in one organization. */
export interface ManagementApi {
  /** Sends a request under `/api/v0.9` and returns the answer's body. @throws UnexpectedAnswer when its status is not one of `expected`. */
  call<Body>(method: 'GET' | 'POST' | 'DELETE', path: string, expected: readonly number[], body?: unknown): Promise<Body>;
}

export interface Login {
  readonly username: string;
  readonly password: string;
  /** Handle. */
  readonly organization: string;
}

/** Signs in. @throws UnexpectedAnswer when that is refused. */
export async function signIn(client: SecureClient, url: string, login: Login): Promise<ManagementApi> {
  const answer = await client.ask(`${url}/api/portal/v0.9/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...login }).toString(),
  });
  if (answer.status !== 200) throw new UnexpectedAnswer(`Signing in as ${login.username}: ${answer.status} ${answer.text}`);
  const { token } = JSON.parse(answer.text) as { token: string };
  return {
    async call<Body>(method: string, path: string, expected: readonly number[], body?: unknown) {
      const { status, text } = await client.ask(`${url}/api/v0.9${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!expected.includes(status)) throw new UnexpectedAnswer(`${method} ${path}: ${status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Body;
    },
  };
}
