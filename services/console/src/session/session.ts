import { answered, bodyOf } from '../api/client.js';
import { noticeServerTime, serverNowMs } from '../words/server-time.js';

/** Somebody who has signed in. The token lives in this tab alone and goes with it. */
export interface Session {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly username: string;
  readonly organization: { readonly id: string; readonly displayName: string };
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Empty: the first that the user joined. */
  readonly organization: string;
}

const storageKey = 'gatecast.session';

/** Signs in. @throws ApiError with what to tell the person. */
export async function signIn({ username, password, organization }: Credentials): Promise<Session> {
  const form = new URLSearchParams({ username, password, ...(organization && { organization }) });
  const response = await answered(fetch('/api/portal/v0.9/auth/login', { method: 'POST', body: form }));
  noticeServerTime(response.headers.get('date'));
  const { token, expires_at } = await bodyOf<{ token: string; expires_at: number }>(response);
  const claims = claimsOf(token);
  const session: Session = {
    token,
    expiresAtMs: expires_at * 1_000,
    username: claims.username ?? username,
    organization: { id: claims.org_handle ?? organization, displayName: claims.org_name ?? organization },
  };
  sessionStorage.setItem(storageKey, JSON.stringify(session));
  return session;
}

/** Returns the session that this tab had before it was loaded anew, unless it is over. */
export function rememberedSession(): Session | undefined {
  try {
    const session = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Session | null;
    return session && session.expiresAtMs > serverNowMs() ? session : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets the session of this tab. */
export function forgetSession(): void {
  sessionStorage.removeItem(storageKey);
}

/** What the token says of its bearer, to be shown; whether it is true is the server's business. */
function claimsOf(token: string): { username?: string; org_handle?: string; org_name?: string } {
  try {
    const base64 = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))));
  } catch {
    return {};
  }
}
