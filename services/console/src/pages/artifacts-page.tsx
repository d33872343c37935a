import type { Artifact, ListOf } from '@gatecast/api-client';
import { kinds } from '@gatecast/contracts/kinds';
import { useResource } from '../api/use-resource.js';
import { useReloadOnChange } from '../live/live.js';
import { useReloadOnCount } from '../live/organization.js';
import { Page } from '../parts/page.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, Loaded } from '../parts/states.js';
import { Link, useQuery } from '../routing/router.js';
import { artifactPage } from '../words/events.js';
import { counted, numberText } from '../words/numbers.js';
import { agoText } from '../words/time.js';

const shown = 100;

/** Every artifact, by kind. */
export function ArtifactsPage() {
  const [value, set] = useQuery();
  const query = value('query');
  const { data, error, reload } = useResource(
    (api, signal) =>
      Promise.all(
        kinds.map(({ collection }) =>
          api.get<ListOf<Artifact>>(`/${collection}`, { query, limit: shown, sortBy: 'name', sortOrder: 'asc' }, signal),
        ),
      ),
    [query],
  );
  useReloadOnChange(reload, ({ kind }) => kind === 'event');
  useReloadOnCount(reload, ({ artifacts }) => artifacts.total);
  const total = data?.reduce((sum, { pagination }) => sum + pagination.total, 0);

  return (
    <Page title="Artifacts" subtitle={total !== undefined && counted(total, 'artifact')}>
      <search class="filters" aria-label="Artifacts">
        <SearchField label="Search artifacts" value={query} onChange={(next) => set({ query: next })} />
      </search>
      <Loaded data={data} error={error} reload={reload} bones={8}>
        {(lists) =>
          total === 0 ? (
            <EmptyState title={query ? `No artifact’s id contains “${query}”` : 'There is no artifact yet'}>
              {!query && (
                <>
                  Make one with <code>POST /api/v0.9/rest-apis</code>; the folder <code>examples/</code> has one of each kind.
                </>
              )}
            </EmptyState>
          ) : (
            kinds.map((traits, index) => <OfKind key={traits.kind} traits={traits} page={lists[index]} />)
          )
        }
      </Loaded>
    </Page>
  );
}

function OfKind({ traits: { kind, title }, page }: { traits: (typeof kinds)[number]; page: ListOf<Artifact> | undefined }) {
  if (!page || page.pagination.total === 0) return null;
  const { list, count, pagination } = page;
  return (
    <section aria-labelledby={kind}>
      <h2 id={kind}>
        {title} <span class="muted">{numberText(pagination.total)}</span>
      </h2>
      <ul class="link-list">
        {list.map((artifact) => (
          <li key={artifact.id}>
            <Link to={artifactPage({ kind, id: artifact.id })}>
              <span class="strong clip">{artifact.displayName}</span>
              <span class="code muted clip">{artifact.id}</span>
              <span class="muted">{artifact.version}</span>
              <span class="muted">changed {agoText(artifact.updatedAt)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {pagination.total > count && (
        <p class="muted">
          The first {count} of {numberText(pagination.total)}: search to see others.
        </p>
      )}
    </section>
  );
}
