import type { GatewayStatus } from '@gatecast/api-client';
import { usePages } from '../api/use-pages.js';
import { useMessages, useReloadOnChange } from '../live/live.js';
import { useOrganization, useReloadOnCount } from '../live/organization.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Choice } from '../parts/choice.js';
import { Page } from '../parts/page.js';
import { PagedTable } from '../parts/paged-table.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState } from '../parts/states.js';
import { useNowMs } from '../parts/use-now.js';
import type { Column } from '../parts/virtual-table.js';
import { Link, useQuery } from '../routing/router.js';
import { gatewayPage } from '../words/events.js';
import { counted, numberText } from '../words/numbers.js';
import { agoText, durationText } from '../words/time.js';
import { Lag, LastRefusal } from './gateway-cells.js';
import { InStepChoice } from './in-step-choice.js';
import { OutOfStep } from './out-of-step.js';

const columns: readonly Column<GatewayStatus>[] = [
  {
    name: 'Gateway',
    sortBy: 'name',
    cell: ({ id, displayName }) => (
      <Link class="strong clip" to={gatewayPage(id)} tabIndex={-1} title={displayName}>
        {displayName}
        {displayName !== id && <span class="muted"> {id}</span>}
      </Link>
    ),
  },
  {
    name: 'Connection',
    sortBy: 'connectedAt',
    cell: ({ isConnected, connections }) => (
      <ConnectionBadge isConnected={isConnected} detail={connections[0] && agoText(connections[0].connectedAt)} />
    ),
  },
  { name: 'Release', isSecondary: true, cell: ({ release }) => release ?? <span class="muted">unknown</span> },
  { name: 'Lag', sortBy: 'lag', cell: (gateway) => <Lag gateway={gateway} /> },
  { name: 'In step', cell: ({ artifacts }) => <InStep artifacts={artifacts} /> },
  {
    name: 'Last refusal',
    isSecondary: true,
    cell: (gateway) => (
      <span class="clip">
        <LastRefusal gateway={gateway} />
      </span>
    ),
  },
];

function InStep({ artifacts: { inStep, drifted, driftedForMsMax } }: Pick<GatewayStatus, 'artifacts'>) {
  const total = inStep + drifted;
  if (total === 0) return <span class="muted">no artifacts</span>;
  const text = `${numberText(inStep)} of ${numberText(total)}`;
  if (drifted === 0) return <span class="figures">{text}</span>;
  return (
    <span class="tone-bad figures">
      {text}
      {driftedForMsMax !== undefined && <span class="muted"> for {durationText(driftedForMsMax)}</span>}
    </span>
  );
}

/** The fleet: first which gateway lacks what and why, then every gateway. */
export function FleetPage() {
  const [value, set] = useQuery();
  const { data: organization } = useOrganization();
  useNowMs(1_000);

  const filter = {
    connected: value('connected'),
    drifted: value('drifted'),
    lagMin: value('lagMin'),
    query: value('query'),
  };
  const sort = { by: value('sortBy') || 'name', order: value('sortOrder') === 'desc' ? ('desc' as const) : ('asc' as const) };
  const pages = usePages<GatewayStatus>('/gateway-statuses', { ...filter, sortBy: sort.by, sortOrder: sort.order });
  const { total, reload, change } = pages;
  const isFiltered = Object.values(filter).some(Boolean);

  useReloadOnChange(reload, () => true);
  useReloadOnCount(reload, ({ gateways }) => gateways.total);
  useMessages((message) => {
    if (message.kind !== 'presence') return;
    const { gatewayId, ...presence } = message.presence;
    change((gateway) => (gateway.id === gatewayId ? { ...gateway, ...presence } : gateway));
  });

  return (
    <Page
      title="Fleet"
      subtitle={
        organization &&
        `${counted(organization.gateways.total, 'gateway')}, ${numberText(organization.gateways.connected)} connected`
      }
    >
      <OutOfStep onShowAll={() => set({ drifted: 'true' })} />
      <search class="filters" aria-label="Gateways">
        <SearchField label="Search gateways" value={filter.query} onChange={(query) => set({ query })} />
        <Choice
          label="Connection"
          value={filter.connected}
          options={[
            { value: '', name: 'All' },
            { value: 'true', name: 'Connected' },
            { value: 'false', name: 'Not connected' },
          ]}
          onChange={(connected) => set({ connected })}
        />
        <InStepChoice value={filter.drifted} onChange={(drifted) => set({ drifted })} />
        <label class="select">
          <span class="unseen">Lag</span>
          <select value={filter.lagMin} onChange={(event) => set({ lagMin: event.currentTarget.value })}>
            <option value="">Any lag</option>
            <option value="1">1 event behind or more</option>
            <option value="10">10 or more</option>
            <option value="100">100 or more</option>
          </select>
        </label>
        {isFiltered && total !== undefined && <span class="muted filters-count">{counted(total, 'gateway')}</span>}
      </search>
      <PagedTable
        label="Gateways"
        layout="fleet-table"
        columns={columns}
        pages={pages}
        bones={10}
        keyOf={({ id }) => id}
        pageOf={({ id }) => gatewayPage(id)}
        sort={{ ...sort, set: (sortBy, sortOrder) => set({ sortBy, sortOrder }) }}
        empty={
          isFiltered ? (
            <EmptyState title="No gateway fits these filters">
              <button class="button" type="button" onClick={() => set({ connected: '', drifted: '', lagMin: '', query: '' })}>
                Show all gateways
              </button>
            </EmptyState>
          ) : (
            <EmptyState title="There is no gateway yet">
              Make one with <code>POST /api/v0.9/gateways</code>, make a token for it with{' '}
              <code>POST /api/v0.9/gateways/ID/tokens</code>, and give the token to the gateway. It appears here within seconds.
            </EmptyState>
          )
        }
      />
    </Page>
  );
}
