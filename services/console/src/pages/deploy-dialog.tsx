import { useState } from 'preact/hooks';
import type { GatewayStatus, ListOf } from '../api/types.js';
import { useResource } from '../api/use-resource.js';
import { ConnectionBadge } from '../parts/badges.js';
import { Dialog } from '../parts/dialog.js';
import { SearchField } from '../parts/search-field.js';
import { EmptyState, ErrorState, Skeleton } from '../parts/states.js';
import { counted, numberText } from '../words/numbers.js';

interface Named {
  readonly id: string;
  readonly displayName: string;
}

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
  const { data, error, reload } = useResource<ListOf<GatewayStatus>>(
    (api, signal) => api.get('/gateway-statuses', { query, limit: shown, sortBy: 'name', sortOrder: 'asc' }, signal),
    [query],
  );
  const toggle = ({ id, displayName }: Named) =>
    setChosen((old) => {
      const next = new Map(old);
      if (!next.delete(id)) next.set(id, { id, displayName });
      return next;
    });

  return (
    <Dialog title={`Deploy ${artifactName}`} onClose={onClose}>
      <p class="muted">The artifact as it is now, to the gateways that you choose.</p>
      <SearchField label="Search gateways" value={query} onChange={setQuery} />
      <div class="picker">
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={reload} />
          ) : (
            <Skeleton rows={5} />
          )
        ) : data.list.length === 0 ? (
          <EmptyState title={query ? 'No gateway fits' : 'There is no gateway yet'} />
        ) : (
          <fieldset>
            <legend class="unseen">Gateways</legend>
            {data.list.map((gateway) => (
              <label key={gateway.id} class="picker-row">
                <input type="checkbox" checked={chosen.has(gateway.id)} onChange={() => toggle(gateway)} />
                <span class="clip">{gateway.displayName}</span>
                <ConnectionBadge isConnected={gateway.isConnected} />
              </label>
            ))}
          </fieldset>
        )}
      </div>
      {data && data.pagination.total > data.count && (
        <p class="muted">
          The first {data.count} of {numberText(data.pagination.total)}: search to see others.
        </p>
      )}
      <div class="dialog-foot">
        <button class="button is-quiet" type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          class="button is-primary"
          type="button"
          disabled={chosen.size === 0}
          onClick={() => {
            onDeploy([...chosen.values()]);
            onClose();
          }}
        >
          {chosen.size === 0 ? 'Choose a gateway' : `Deploy to ${counted(chosen.size, 'gateway')}`}
        </button>
      </div>
    </Dialog>
  );
}
