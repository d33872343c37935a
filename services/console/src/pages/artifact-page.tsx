import type { Kind } from '@gatecast/contracts';
import { useCallback, useState } from 'preact/hooks';
import { artifactPath } from '../api/client.js';
import type { Artifact, ListOf, Place } from '../api/types.js';
import { usePages } from '../api/use-pages.js';
import { useResource } from '../api/use-resource.js';
import type { LiveMessage } from '../live/event-stream.js';
import { useReloadOnChange } from '../live/live.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Choice } from '../parts/choice.js';
import { Page } from '../parts/page.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, ErrorState, Skeleton } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import { type Column, VirtualTable } from '../parts/virtual-table.js';
import { Link, useQuery } from '../routing/router.js';
import { gatewayPage } from '../words/events.js';
import { kindTitle } from '../words/kinds.js';
import { counted } from '../words/numbers.js';
import { DeployDialog } from './deploy-dialog.js';
import { Reason } from './out-of-step.js';
import { Decided, Held, PlaceState } from './place-cells.js';
import { ProgressPanel } from './progress-panel.js';
import { RestoreDialog } from './restore-dialog.js';
import { useDecisions } from './use-decisions.js';

const reasonsShown = 5;

/** One artifact: on which gateways it is, and the way to deploy, undeploy and restore it. */
export function ArtifactPage({ kind, id }: { kind: Kind; id: string }) {
  const path = artifactPath({ kind, id });
  const [value, set] = useQuery();
  const filter = { drifted: value('drifted'), query: value('query') };
  const { data: artifact, error, reload } = useResource<Artifact>((api, signal) => api.get(path, {}, signal), [path]);
  const places = usePages<Place>(`${path}/places`, filter);
  const { total, at, show } = places;
  const decisions = useDecisions({ kind, id });
  const [selected, setSelected] = useState<ReadonlyMap<string, Place>>(new Map());
  const [dialog, setDialog] = useState<'deploy' | 'restore'>();
  const [restored, setRestored] = useState<Place>();
  useReloadOnChange(places.reload, (message) => isAbout(message, kind, id, decisions.gateways));
  useNowMs(1_000);
  const onShow = useCallback((from: number, to: number) => show(from, to), [show]);

  const toggle = (place: Place) =>
    setSelected((old) => {
      const next = new Map(old);
      if (!next.delete(place.gateway.id)) next.set(place.gateway.id, place);
      return next;
    });
  const chosen = [...selected.values()];
  const undeployable = chosen.filter((place) => place.desired.state === 'DEPLOYED' && place.desired.deploymentId);
  const restorable = chosen.filter(isRestorable);
  const columns: readonly Column<Place>[] = [
    {
      name: 'Gateway',
      cell: (place) => (
        <span class="pick">
          <input
            type="checkbox"
            aria-label={`Select ${place.gateway.displayName}`}
            checked={selected.has(place.gateway.id)}
            onChange={() => toggle(place)}
          />
          <Link class="strong clip" to={gatewayPage(place.gateway.id)} title={place.gateway.displayName}>
            {place.gateway.displayName}
          </Link>
        </span>
      ),
    },
    { name: 'Connection', isSecondary: true, cell: ({ gateway }) => <ConnectionBadge isConnected={gateway.isConnected} /> },
    { name: 'State', cell: (place) => <PlaceState place={place} /> },
    { name: 'Decided', isSecondary: true, cell: (place) => <Decided place={place} /> },
    { name: 'Gateway says', isSecondary: true, cell: (place) => <Held place={place} /> },
    {
      name: 'Actions',
      cell: (place) => (
        <span class="row-actions">
          {place.desired.state === 'DEPLOYED' && place.desired.deploymentId && (
            <button
              class="button is-small"
              type="button"
              aria-label={`Undeploy from ${place.gateway.displayName}`}
              onClick={() => decisions.undeploy([place])}
            >
              Undeploy
            </button>
          )}
          <button
            class="button is-small"
            type="button"
            aria-label={`Restore on ${place.gateway.displayName}`}
            onClick={() => {
              setRestored(place);
              setDialog('restore');
            }}
          >
            Restore …
          </button>
        </span>
      ),
    },
  ];

  const parent = { name: 'Artifacts', to: '/artifacts' };
  if (!artifact) {
    return (
      <Page title={id} parent={parent}>
        {error ? <ErrorState error={error} onRetry={reload} /> : <Skeleton rows={8} />}
      </Page>
    );
  }
  const isFiltered = Boolean(filter.drifted || filter.query);
  const clear = () => setSelected(new Map());
  return (
    <Page
      title={artifact.displayName}
      parent={parent}
      subtitle={
        <>
          {kindTitle(kind)} {artifact.version} <span class="code">{id}</span>
        </>
      }
      actions={
        <button class="button is-primary" type="button" onClick={() => setDialog('deploy')}>
          Deploy …
        </button>
      }
    >
      {artifact.description && <p class="muted description">{artifact.description}</p>}
      <ProgressPanel decisions={decisions} />
      <NotInStepHere path={path} />
      <section aria-labelledby="places">
        <h2 id="places" class="unseen">
          Gateways
        </h2>
        <search class="filters" aria-label="Gateways of this artifact">
          <SearchField label="Search gateways" value={filter.query} onChange={(query) => set({ query })} />
          <Choice
            label="In step"
            value={filter.drifted}
            options={[
              { value: '', name: 'In step or not' },
              { value: 'true', name: 'Not in step' },
            ]}
            onChange={(drifted) => set({ drifted })}
          />
          {total !== undefined && <span class="muted filters-count">{counted(total, 'gateway')}</span>}
        </search>
        {chosen.length > 0 && (
          <fieldset class="selection" aria-label="What is selected">
            <strong>{counted(chosen.length, 'gateway')} selected</strong>
            <button class="button is-small" type="button" onClick={() => setDialog('deploy')}>
              Deploy …
            </button>
            <button
              class="button is-small"
              type="button"
              disabled={undeployable.length === 0}
              onClick={() => {
                decisions.undeploy(undeployable);
                clear();
              }}
            >
              Undeploy {undeployable.length || ''}
            </button>
            <button
              class="button is-small"
              type="button"
              disabled={restorable.length === 0}
              onClick={() => {
                decisions.restore(restorable.map((place) => ({ place, deploymentId: place.desired.deploymentId as string })));
                clear();
              }}
            >
              Restore {restorable.length || ''}
            </button>
            <button class="button is-quiet is-small" type="button" onClick={clear}>
              Clear
            </button>
          </fieldset>
        )}
        {places.error && total === undefined ? (
          <ErrorState error={places.error} onRetry={places.reload} />
        ) : total === undefined ? (
          <Skeleton rows={5} />
        ) : total === 0 ? (
          <EmptyState title={isFiltered ? 'No gateway fits' : 'It is on no gateway yet'}>
            {!isFiltered && 'Choose Deploy, then the gateways that shall serve it.'}
          </EmptyState>
        ) : (
          <VirtualTable
            label="Gateways of this artifact"
            layout="matrix-table"
            columns={columns}
            total={total}
            at={at}
            keyOf={({ gateway }) => gateway.id}
            onShow={onShow}
          />
        )}
      </section>
      {dialog === 'deploy' && (
        <DeployDialog
          artifactName={artifact.displayName}
          preselected={chosen.map(({ gateway }) => gateway)}
          onClose={() => setDialog(undefined)}
          onDeploy={(gateways) => {
            decisions.deploy(gateways);
            clear();
          }}
        />
      )}
      {dialog === 'restore' && restored && (
        <RestoreDialog
          path={path}
          place={restored}
          onClose={() => setDialog(undefined)}
          onRestore={(deploymentId) => decisions.restore([{ place: restored, deploymentId }])}
        />
      )}
    </Page>
  );
}

/** Whether the deployment that was decided last can be decided again. */
function isRestorable({ status, desired }: Place): boolean {
  return desired.deploymentId !== undefined && status !== 'DEPLOYED' && status !== 'DEPLOYING';
}

function NotInStepHere({ path }: { path: string }) {
  const { data, reload } = useResource<ListOf<Place>>(
    (api, signal) => api.get(`${path}/places`, { drifted: true, limit: reasonsShown }, signal),
    [path],
  );
  useReloadOnChange(reload, ({ kind }) => kind !== 'reset');
  if (!data || data.list.length === 0) return null;
  return (
    <section class="headline is-bad" aria-labelledby="headline">
      <h2 id="headline">
        {data.pagination.total === 1 ? '1 gateway is' : `${counted(data.pagination.total, 'gateway')} are`} not in step
      </h2>
      <ul class="reasons">
        {data.list.map((place) => (
          <li key={place.gateway.id}>
            <Reason place={place} about="gateway" />
          </li>
        ))}
      </ul>
    </section>
  );
}

function isAbout(message: LiveMessage, kind: Kind, id: string, watched: ReadonlySet<string>): boolean {
  if (message.kind === 'event') {
    const { entity } = message.event;
    return entity.kind === kind && entity.handle === id;
  }
  // A step says for which gateway, not for which artifact; those that matter most are watched.
  if (message.kind === 'life') return message.step.state === 'settled' || watched.has(message.step.gatewayId);
  return message.kind === 'presence';
}
