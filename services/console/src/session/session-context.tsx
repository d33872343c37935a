import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type ApiClient, createApiClient } from '../api/client.js';
import { Dialog } from '../parts/dialog.js';
import { Mark } from '../parts/icons.js';
import { useNowMs } from '../parts/use-now.js';
import { useRouter } from '../routing/router.js';
import { durationText } from '../words/time.js';
import { forgetSession, rememberedSession, type Session } from './session.js';
import { SignInForm } from './sign-in-form.js';

interface SessionAccess {
  readonly session: Session;
  readonly api: ApiClient;
  /** The token as it is now: it changes when the session is renewed. */
  readonly token: () => string;
  readonly signOut: () => void;
  /** Tells that the server does not take the token any more. */
  readonly refused: () => void;
}

const SessionContext = createContext<SessionAccess | undefined>(undefined);

/** Returns who has signed in, and the API in that person's name. */
export function useSession(): SessionAccess {
  const access = useContext(SessionContext);
  if (!access) throw new Error('Nobody has signed in around this.');
  return access;
}

const warningMs = 5 * 60_000;

/** Shows what is inside to whoever has signed in, and the way in to everybody else. A session that ends is renewed over the page as it is. */
export function SessionGate({ children }: { children: ComponentChildren }) {
  const [session, setSession] = useState<Session | undefined>(rememberedSession);
  const [isRefused, setRefused] = useState(false);
  const [isRenewing, setRenewing] = useState(false);
  const current = useRef(session);
  current.current = session;
  const person = session && `${session.username}@${session.organization.id}`;

  // Only another person makes another access: a renewal must not load every page anew.
  const access = useMemo(() => {
    if (!session) return undefined;
    const token = () => current.current?.token ?? '';
    const refused = () => setRefused(true);
    return {
      session,
      token,
      refused,
      api: createApiClient(token, refused),
      signOut: () => {
        forgetSession();
        setSession(undefined);
      },
    };
  }, [person]);

  const entered = (renewed: Session) => {
    setRefused(false);
    setRenewing(false);
    setSession(renewed);
  };

  if (!session || !access) return <SignInPage onSignedIn={entered} />;
  return (
    <SessionContext.Provider value={access}>
      {children}
      <ExpiryNotice session={session} onRenew={() => setRenewing(true)} onExpired={() => setRefused(true)} />
      {(isRefused || isRenewing) && (
        <Dialog
          title={isRefused ? 'Your session has ended' : 'Renew your session'}
          onClose={() => setRenewing(false)}
          isStrict={isRefused}
        >
          <p class="muted">
            {isRefused ? 'Sign in again to go on where you are; nothing on this page is lost.' : 'It goes on where you are.'}
          </p>
          <SignInForm username={session.username} organization={session.organization.id} onSignedIn={entered} />
          {isRefused && (
            <button class="button is-quiet is-wide" type="button" onClick={access.signOut}>
              Sign in as somebody else
            </button>
          )}
        </Dialog>
      )}
    </SessionContext.Provider>
  );
}

function SignInPage({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const { address } = useRouter();
  useEffect(() => {
    document.title = 'Sign in · Gatecast';
  }, []);
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <Mark />
        <h1>Gatecast</h1>
        <p class="muted">Sign in to see which gateway serves what.</p>
        <SignInForm organization={address.query.get('organization') ?? ''} onSignedIn={onSignedIn} />
      </div>
    </main>
  );
}

function ExpiryNotice({ session, onRenew, onExpired }: { session: Session; onRenew: () => void; onExpired: () => void }) {
  const leftMs = session.expiresAtMs - useNowMs(15_000);
  const isOver = leftMs <= 0;
  useEffect(() => {
    if (isOver) onExpired();
  }, [isOver, onExpired]);
  if (isOver || leftMs > warningMs) return null;
  return (
    <div class="notice-bar" role="status">
      Your session ends in {durationText(leftMs)}.
      <button class="button is-small" type="button" onClick={onRenew}>
        Renew
      </button>
    </div>
  );
}
