import type { Artifact, Place } from '@gatecast/api-client';
import type { Kind } from '@gatecast/contracts';
import { useState } from 'preact/hooks';
import { artifactPath } from '../api/client.js';
import { usePages } from '../api/use-pages.js';
import { useResource } from '../api/use-resource.js';
import type { LiveMessage } from '../live/event-stream.js';
import { useReloadOnChange } from '../live/live.js';
import { useReloadOnCount } from '../live/organization.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Page, UnreadPage } from '../parts/page.js';
import { PagedTable } from '../parts/paged-table.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import type { Column } from '../parts/virtual-table.js';
import { Link, useQuery } from '../routing/router.js';
import { gatewayPage } from '../words/events.js';
import { kindTitle } from '../words/kinds.js';
import { counted } from '../words/numbers.js';
import { DeployDialog } from './deploy-dialog.js';
import { InStepChoice } from './in-step-choice.js';
import { Decided, Held, PlaceState } from './place-cells.js';
import { ProgressPanel } from './progress-panel.js';
import { NotInStep } from './reasons.js';
import { RestoreDialog } from './restore-dialog.js';
import { toggled } from './toggled.js';
import { useDecisions } from './use-decisions.js';

const reasonsShown = 5;

/** One artifact: on which gateways it is, and the way to deploy, undeploy and restore it. */
export function ArtifactPage({ kind, id }: { kind: Kind; id: string }) {
  const path = artifactPath({ kind, id });
  const [value, set] = useQuery();
  const filter = { drifted: value('drifted'), query: value('query') };
  const resource = useResource<Artifact>((api, signal) => api.get(path, {}, signal), [path]);
  const { data: artifact } = resource;
  const places = usePages<Place>(`${path}/places`, filter);
  const { total } = places;
  const decisions = useDecisions({ kind, id });
  const [selected, setSelected] = useState<ReadonlyMap<string, Place>>(new Map());
  const [dialog, setDialog] = useState<'deploy' | 'restore'>();
  const [restored, setRestored] = useState<Place>();
  useReloadOnCount(resource.reload, ({ artifacts }) => artifacts.total);
  useReloadOnChange(places.reload, (message) => isAbout(message, kind, id, decisions.gateways));
  useNowMs(1_000);

  const toggle = (place: Place) => setSelected((old) => toggled(old, place.gateway.id, place));
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
  if (!artifact) return <UnreadPage title={id} parent={parent} resource={resource} />;
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
      <NotInStep path={`${path}/places`} about="gateway" shown={reasonsShown} concerns={() => true} />
      <section aria-labelledby="places">
        <h2 id="places" class="unseen">
          Gateways
        </h2>
        <search class="filters" aria-label="Gateways of this artifact">
          <SearchField label="Search gateways" value={filter.query} onChange={(query) => set({ query })} />
          <InStepChoice value={filter.drifted} onChange={(drifted) => set({ drifted })} />
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
        <PagedTable
          label="Gateways of this artifact"
          layout="matrix-table"
          columns={columns}
          pages={places}
          bones={5}
          keyOf={({ gateway }) => gateway.id}
          empty={
            <EmptyState title={isFiltered ? 'No gateway fits' : 'It is on no gateway yet'}>
              {!isFiltered && 'Choose Deploy, then the gateways that shall serve it.'}
            </EmptyState>
          }
        />
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

function isAbout(message: LiveMessage, kind: Kind, id: string, watched: ReadonlySet<string>): boolean {
  if (message.kind === 'event') {
    const { entity } = message.event;
    return entity.kind === kind && entity.handle === id;
  }
  // A step says for which gateway, not for which artifact; those that matter most are watched.
  if (message.kind === 'life') return message.step.state === 'settled' || watched.has(message.step.gatewayId);
  return message.kind === 'presence';
}
