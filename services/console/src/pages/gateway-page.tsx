import { useCallback, useState } from 'preact/hooks';
import type { GatewayDetail, ListOf, Place } from '../api/types.js';
import { usePages } from '../api/use-pages.js';
import { useResource } from '../api/use-resource.js';
import type { LiveMessage } from '../live/event-stream.js';
import { useReloadOnChange } from '../live/live.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Page } from '../parts/page.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, ErrorState, Skeleton } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import { type Column, VirtualTable } from '../parts/virtual-table.js';
import { Link } from '../routing/router.js';
import { artifactPage } from '../words/events.js';
import { kindTitle } from '../words/kinds.js';
import { counted } from '../words/numbers.js';
import { agoText, durationText, fullTimeText } from '../words/time.js';
import { EventTable } from './event-table.js';
import { Lag } from './fleet-page.js';
import { Reason } from './out-of-step.js';
import { Decided, Held, PlaceState } from './place-cells.js';
import { useEvents } from './use-events.js';

const columns: readonly Column<Place>[] = [
  {
    name: 'Artifact',
    cell: ({ artifact }) => (
      <Link class="strong clip" to={artifactPage(artifact)} tabIndex={-1} title={artifact.displayName}>
        {artifact.displayName}
      </Link>
    ),
  },
  { name: 'Kind', isSecondary: true, cell: ({ artifact }) => <span class="muted">{kindTitle(artifact.kind)}</span> },
  { name: 'State', cell: (place) => <PlaceState place={place} /> },
  { name: 'Decided', isSecondary: true, cell: (place) => <Decided place={place} /> },
  { name: 'Gateway says', cell: (place) => <Held place={place} /> },
];

const reasonsShown = 20;

/** One gateway: what it lacks and why, what it holds, what it was told, and how it is connected. */
export function GatewayPage({ id }: { id: string }) {
  const path = `/gateways/${encodeURIComponent(id)}`;
  const {
    data: gateway,
    error,
    reload,
  } = useResource<GatewayDetail>((api, signal) => api.get(`${path}/status`, {}, signal), [path]);
  const concerns = (message: LiveMessage) => isAbout(message, id);
  useReloadOnChange(reload, concerns);
  useNowMs(1_000);
  const parent = { name: 'Fleet', to: '/fleet' };

  if (!gateway) {
    return (
      <Page title={id} parent={parent}>
        {error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={8} />}
      </Page>
    );
  }
  const { displayName, isConnected, connections, cursor, head, manifest, tokens, release } = gateway;
  return (
    <Page
      title={displayName}
      parent={parent}
      subtitle={
        <>
          <ConnectionBadge
            isConnected={isConnected}
            detail={connections[0] && `since ${fullTimeText(connections[0].connectedAt)}`}
          />
          {displayName !== id && <span class="code">{id}</span>}
        </>
      }
    >
      {gateway.artifacts.drifted > 0 && <NotInStepHere path={path} drifted={gateway.artifacts.drifted} concerns={concerns} />}
      <div class="columns">
        <section aria-labelledby="facts">
          <h2 id="facts">Delivery</h2>
          <dl class="facts">
            <dt>Release</dt>
            <dd>
              {release ?? 'unknown: it has sent no manifest'}
              {manifest && <span class="muted"> said {agoText(manifest.receivedAt)}</span>}
            </dd>
            <dt>Lag</dt>
            <dd>
              <Lag gateway={gateway} />
            </dd>
            <dt>Cursor</dt>
            <dd class="figures">{cursor === undefined ? `none of ${head}` : `${cursor} of ${head}`}</dd>
            <dt>Tokens</dt>
            <dd>
              {tokens.length === 0
                ? 'none: it can’t connect until one is made for it'
                : tokens.map((token) => `${durationText(token.ageMs)} old`).join(', ')}
            </dd>
          </dl>
        </section>
        <section aria-labelledby="connections">
          <h2 id="connections">Connections</h2>
          {connections.length === 0 ? (
            <p class="muted">
              None. What is decided now waits; the gateway gets what it missed when it connects.
              {tokens.length === 0 && ' It has no token to connect with.'}
            </p>
          ) : (
            <ul class="plain-list">
              {connections.map(({ edgeId, connectedAt, remoteAddress }) => (
                <li key={`${edgeId} ${connectedAt}`}>
                  <span>
                    Replica <span class="code">{edgeId.slice(0, 8)}</span>
                  </span>
                  <span class="muted">
                    from {remoteAddress}, {agoText(connectedAt)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <PlacesHere path={path} concerns={concerns} />
      <Timeline id={id} />
    </Page>
  );
}

interface PartProps {
  readonly path: string;
  readonly concerns: (message: LiveMessage) => boolean;
}

function NotInStepHere({ path, drifted, concerns }: PartProps & { drifted: number }) {
  const { data, reload } = useResource<ListOf<Place>>(
    (api, signal) => api.get(`${path}/artifacts`, { drifted: true, limit: reasonsShown }, signal),
    [path, drifted],
  );
  useReloadOnChange(reload, concerns);
  return (
    <section class="headline is-bad" aria-labelledby="headline">
      <h2 id="headline">
        {counted(drifted, 'artifact')} {drifted === 1 ? 'is' : 'are'} not in step
      </h2>
      {!data ? (
        <Skeleton rows={drifted} />
      ) : (
        <ul class="reasons">
          {data.list.map((place) => (
            <li key={`${place.artifact.kind} ${place.artifact.id}`}>
              <Reason place={place} about="artifact" />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function PlacesHere({ path, concerns }: PartProps) {
  const [query, setQuery] = useState('');
  const { total, at, show, reload, error } = usePages<Place>(`${path}/artifacts`, { query });
  useReloadOnChange(reload, concerns);
  const onShow = useCallback((from: number, to: number) => show(from, to), [show]);
  return (
    <section aria-labelledby="artifacts">
      <div class="section-head">
        <h2 id="artifacts">Artifacts</h2>
        <SearchField label="Search artifacts" value={query} onChange={setQuery} />
      </div>
      {error && total === undefined ? (
        <ErrorState error={error} onRetry={reload} />
      ) : total === undefined ? (
        <Skeleton />
      ) : total === 0 ? (
        <EmptyState title={query ? 'No artifact fits' : 'Nothing was deployed here yet'}>
          {!query && (
            <>
              Open one of the <Link to="/artifacts">artifacts</Link> and deploy it to this gateway.
            </>
          )}
        </EmptyState>
      ) : (
        <VirtualTable
          label="Artifacts on this gateway"
          layout="places-table"
          columns={columns}
          total={total}
          at={at}
          keyOf={({ artifact }) => `${artifact.kind} ${artifact.id}`}
          onShow={onShow}
          pageOf={({ artifact }) => artifactPage(artifact)}
        />
      )}
    </section>
  );
}

function Timeline({ id }: { id: string }) {
  const { events, error, older, reload } = useEvents({ gatewayId: id }, false);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      {error && !events ? (
        <ErrorState error={error} onRetry={reload} />
      ) : !events ? (
        <Skeleton />
      ) : events.length === 0 ? (
        <EmptyState title="No events for this gateway">
          The event log keeps them for some days; nothing was decided since.
        </EmptyState>
      ) : (
        <EventTable label="Events for this gateway" events={events} isOfOneGateway onEnd={older} />
      )}
    </section>
  );
}

function isAbout(message: LiveMessage, id: string): boolean {
  if (message.kind === 'event') return message.event.gatewayId === undefined || message.event.gatewayId === id;
  if (message.kind === 'life') return message.step.gatewayId === id;
  return message.kind === 'presence' && message.presence.gatewayId === id;
}
