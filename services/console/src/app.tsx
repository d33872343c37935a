import { useEffect } from 'preact/hooks';
import { LiveProvider } from './live/live.js';
import { OrganizationProvider } from './live/organization.js';
import { ArtifactPage } from './pages/artifact-page.js';
import { ArtifactsPage } from './pages/artifacts-page.js';
import { EventPage } from './pages/event-page.js';
import { EventsPage } from './pages/events-page.js';
import { FleetPage } from './pages/fleet-page.js';
import { GatewayPage } from './pages/gateway-page.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { OverviewPage } from './pages/overview-page.js';
import { AnnouncerProvider } from './parts/announcer.js';
import { Shell } from './parts/shell.js';
import { RouterProvider, useRouter } from './routing/router.js';
import { SessionGate } from './session/session-context.js';
import { kindOfCollection } from './words/kinds.js';

/** The console: whoever has signed in gets the pages. */
export function App() {
  return (
    <RouterProvider>
      <SessionGate>
        <LiveProvider>
          <OrganizationProvider>
            <AnnouncerProvider>
              <Shell>
                <CurrentPage />
              </Shell>
            </AnnouncerProvider>
          </OrganizationProvider>
        </LiveProvider>
      </SessionGate>
    </RouterProvider>
  );
}

/** The page of the address. A page about something else is another page: it begins anew. */
function CurrentPage() {
  const { address, navigate } = useRouter();
  const [section, first, second, ...rest] = address.parts;
  useEffect(() => {
    if (section === undefined) navigate('/fleet', { replace: true });
  }, [section, navigate]);
  if (section === undefined) return null;
  if (rest.length > 0) return <NotFoundPage />;

  if (section === 'fleet' && second === undefined) {
    return first === undefined ? <FleetPage /> : <GatewayPage key={first} id={first} />;
  }
  if (section === 'artifacts') {
    const kind = first === undefined ? undefined : kindOfCollection(first);
    if (first === undefined) return <ArtifactsPage />;
    if (kind && second !== undefined) return <ArtifactPage key={`${kind} ${second}`} kind={kind} id={second} />;
  }
  if (section === 'events' && second === undefined) {
    return first === undefined ? <EventsPage /> : <EventPage key={first} correlationId={first} />;
  }
  if (section === 'overview' && first === undefined) return <OverviewPage />;
  return <NotFoundPage />;
}
