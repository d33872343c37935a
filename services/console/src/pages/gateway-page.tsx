import type { GatewayStatusDetail, Place } from '@gatecast/api-client';
import { useState } from 'preact/hooks';
import { usePages } from '../api/use-pages.js';
import { useResource } from '../api/use-resource.js';
import type { LiveMessage } from '../live/event-stream.js';
import { useReloadOnChange } from '../live/live.js';
import { useReloadOnCount } from '../live/organization.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Page, UnreadPage } from '../parts/page.js';
import { PagedTable } from '../parts/paged-table.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, Loaded } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import type { Column } from '../parts/virtual-table.js';
import { Link } from '../routing/router.js';
import { artifactPage } from '../words/events.js';
import { kindTitle } from '../words/kinds.js';
import { agoText, durationText, fullTimeText } from '../words/time.js';
import { EventTable } from './event-table.js';
import { Lag, LastRefusal } from './gateway-cells.js';
import { Decided, Held, PlaceState } from './place-cells.js';
import { NotInStep } from './reasons.js';
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
  const resource = useResource<GatewayStatusDetail>((api, signal) => api.get(`${path}/status`, {}, signal), [path]);
  const concerns = (message: LiveMessage) => isAbout(message, id);
  const { data: gateway } = resource;
  useReloadOnChange(resource.reload, concerns);
  useReloadOnCount(resource.reload, ({ gateways }) => gateways.total);
  useNowMs(1_000);
  const parent = { name: 'Fleet', to: '/fleet' };

  if (!gateway) return <UnreadPage title={id} parent={parent} resource={resource} />;
  const { displayName, isConnected, connections, cursor, head, lastAck, manifest, tokens, release } = gateway;
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
      <NotInStep path={`${path}/artifacts`} about="artifact" shown={reasonsShown} concerns={concerns} />
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
            <dt>Last ack</dt>
            <dd>
              {lastAck ? (
                <>
                  {lastAck.artifact.id}{' '}
                  <span class="muted">
                    {lastAck.status.toLowerCase()}, {agoText(lastAck.at)}
                  </span>
                </>
              ) : (
                <span class="muted">none</span>
              )}
            </dd>
            <dt>Last refusal</dt>
            <dd>
              <LastRefusal gateway={gateway} />
            </dd>
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

interface PlacesHereProps {
  readonly path: string;
  readonly concerns: (message: LiveMessage) => boolean;
}

function PlacesHere({ path, concerns }: PlacesHereProps) {
  const [query, setQuery] = useState('');
  const pages = usePages<Place>(`${path}/artifacts`, { query });
  useReloadOnChange(pages.reload, concerns);
  return (
    <section aria-labelledby="artifacts">
      <div class="section-head">
        <h2 id="artifacts">Artifacts</h2>
        <SearchField label="Search artifacts" value={query} onChange={setQuery} />
      </div>
      <PagedTable
        label="Artifacts on this gateway"
        layout="places-table"
        columns={columns}
        pages={pages}
        keyOf={({ artifact }) => `${artifact.kind} ${artifact.id}`}
        pageOf={({ artifact }) => artifactPage(artifact)}
        empty={
          <EmptyState title={query ? 'No artifact fits' : 'Nothing was deployed here yet'}>
            {!query && (
              <>
                Open one of the <Link to="/artifacts">artifacts</Link> and deploy it to this gateway.
              </>
            )}
          </EmptyState>
        }
      />
    </section>
  );
}

function Timeline({ id }: { id: string }) {
  const { events, error, older, reload } = useEvents({ gatewayId: id }, false);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <Loaded data={events} error={error} reload={reload}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState title="No events for this gateway">
              The event log keeps them for some days; nothing was decided since.
            </EmptyState>
          ) : (
            <EventTable label="Events for this gateway" events={list} isOfOneGateway onEnd={older} />
          )
        }
      </Loaded>
    </section>
  );
}

function isAbout(message: LiveMessage, id: string): boolean {
  if (message.kind === 'event') return message.event.gatewayId === undefined || message.event.gatewayId === id;
  if (message.kind === 'life') return message.step.gatewayId === id;
  return message.kind === 'presence' && message.presence.gatewayId === id;
}
