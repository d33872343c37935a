import type { ComponentChildren } from 'preact';
import { useLive } from '../live/live.js';
import { useOrganization } from '../live/organization.js';
import { Link, useRouter } from '../routing/router.js';
import { useSession } from '../session/session-context.js';
import { numberText } from '../words/numbers.js';
import { useAnnounced } from './announcer.js';
import { Icon, type IconName, Mark } from './icons.js';
import { ThemeSwitch } from './theme.js';

const sections: readonly { readonly to: string; readonly name: string; readonly icon: IconName }[] = [
  { to: '/fleet', name: 'Fleet', icon: 'fleet' },
  { to: '/artifacts', name: 'Artifacts', icon: 'artifacts' },
  { to: '/events', name: 'Events', icon: 'events' },
  { to: '/overview', name: 'Overview', icon: 'overview' },
];

/** What stands around every page. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { address } = useRouter();
  const { session, signOut } = useSession();
  const drifted = useOrganization().data?.places.drifted ?? 0;
  return (
    <div class="shell">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="side">
        <div class="side-head">
          <Mark />
          <div>
            <strong>Gatecast</strong>
            <span class="muted">{session.organization.displayName}</span>
          </div>
        </div>
        <nav aria-label="Console">
          {sections.map(({ to, name, icon }) => (
            <Link key={to} to={to} aria-current={`/${address.parts[0]}` === to ? 'page' : undefined}>
              <Icon name={icon} />
              {name}
              {to === '/fleet' && drifted > 0 && (
                <span class="count" title="Artifacts on gateways that are not in step">
                  {numberText(drifted)}
                  <span class="unseen"> not in step</span>
                </span>
              )}
            </Link>
          ))}
        </nav>
        <div class="side-foot">
          <StreamStatus />
          <ThemeSwitch />
          <div class="person">
            <span class="clip" title={session.username}>
              {session.username}
            </span>
            <button class="button is-quiet is-small" type="button" onClick={signOut}>
              Sign out
            </button>
          </div>
        </div>
      </header>
      {children}
    </div>
  );
}

const streamTitles = {
  LIVE: 'This page hears of changes as they happen',
  CONNECTING: 'This page does not hear of changes now; it tries again by itself',
  ENDED: 'Sign in again to go on',
  FORBIDDEN: 'This user lacks the scope ap:event:read: load the page again to see what has changed',
} as const;

const streamTexts = {
  LIVE: 'Live',
  CONNECTING: 'Connecting …',
  ENDED: 'Session ended',
  FORBIDDEN: 'Not live',
} as const;

function StreamStatus() {
  const { state } = useLive();
  useAnnounced(state === 'LIVE' ? 'Live again' : streamTitles[state]);
  return (
    <span class={`dotted stream ${state === 'LIVE' ? 'is-good' : 'is-underway'}`} title={streamTitles[state]}>
      {streamTexts[state]}
    </span>
  );
}
