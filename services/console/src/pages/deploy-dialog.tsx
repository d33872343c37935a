import type { GatewayStatus, ListOf } from '@gatecast/api-client';
import { useState } from 'preact/hooks';
import { useResource } from '../api/use-resource.js';
import { ConnectionBadge } from '../parts/badges.js';
import { PickerDialog } from '../parts/picker-dialog.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState } from '../parts/states.js';
import { counted, numberText } from '../words/numbers.js';
import { toggled } from './toggled.js';
import type { Named } from './use-decisions.js';

interface DeployDialogProps {
  readonly artifactName: string;
  readonly preselected: readonly Named[];
  readonly onDeploy: (gateways: readonly Named[]) => void;
  readonly onClose: () => void;
}

const shown = 100;

/** Chooses the gateways that shall serve the artifact as it is now. */
export function DeployDialog({ artifactName, preselected, onDeploy, onClose }: DeployDialogProps) {
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState<ReadonlyMap<string, Named>>(new Map(preselected.map((gateway) => [gateway.id, gateway])));
  const resource = useResource<ListOf<GatewayStatus>>(
    (api, signal) => api.get('/gateway-statuses', { query, limit: shown, sortBy: 'name', sortOrder: 'asc' }, signal),
    [query],
  );
  const { data } = resource;
  return (
    <PickerDialog
      title={`Deploy ${artifactName}`}
      intro="The artifact as it is now, to the gateways that you choose."
      search={<SearchField label="Search gateways" value={query} onChange={setQuery} />}
      resource={resource}
      legend="Gateways"
      keyOf={({ id }) => id}
      row={({ id, displayName, isConnected }) => (
        <>
          <input
            type="checkbox"
            checked={chosen.has(id)}
            onChange={() => setChosen((old) => toggled(old, id, { id, displayName }))}
          />
          <span class="clip">{displayName}</span>
          <ConnectionBadge isConnected={isConnected} />
        </>
      )}
      empty={<EmptyState title={query ? 'No gateway fits' : 'There is no gateway yet'} />}
      note={
        data &&
        data.pagination.total > data.count && (
          <p class="muted">
            The first {data.count} of {numberText(data.pagination.total)}: search to see others.
          </p>
        )
      }
      action={chosen.size === 0 ? 'Choose a gateway' : `Deploy to ${counted(chosen.size, 'gateway')}`}
      isReady={chosen.size > 0}
      onAct={() => onDeploy([...chosen.values()])}
      onClose={onClose}
    />
  );
}
