import { useState } from 'preact/hooks';
import type { Deployment, ListOf, Place } from '../api/types.js';
import { useResource } from '../api/use-resource.js';
import { Dialog } from '../parts/dialog.js';
import { EmptyState, ErrorState, Skeleton } from '../parts/states.js';
import { fullTimeText } from '../words/time.js';

interface RestoreDialogProps {
  /** Where the API has the artifact. */
  readonly path: string;
  readonly place: Place;
  readonly onRestore: (deploymentId: string) => void;
  readonly onClose: () => void;
}

const shown = 20;

/** Chooses which earlier deployment the gateway shall serve again. */
export function RestoreDialog({ path, place, onRestore, onClose }: RestoreDialogProps) {
  const { gateway } = place;
  const [chosen, setChosen] = useState<string>();
  const { data, error, reload } = useResource<ListOf<Deployment>>(
    (api, signal) => api.get(`${path}/deployments`, { gatewayId: gateway.id, limit: shown }, signal),
    [path, gateway.id],
  );
  const serves = ({ status }: Deployment) => status === 'DEPLOYED' || status === 'DEPLOYING';
  return (
    <Dialog title={`Restore on ${gateway.displayName}`} onClose={onClose}>
      <p class="muted">An earlier snapshot of the artifact, which the gateway shall serve again.</p>
      <div class="picker">
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={reload} />
          ) : (
            <Skeleton rows={4} />
          )
        ) : data.list.length === 0 ? (
          <EmptyState title="Its deployments were deleted">Deploy it anew instead.</EmptyState>
        ) : (
          <fieldset>
            <legend class="unseen">Deployments</legend>
            {data.list.map((deployment) => (
              <label key={deployment.deploymentId} class="picker-row">
                <input
                  type="radio"
                  name="deployment"
                  disabled={serves(deployment)}
                  checked={chosen === deployment.deploymentId}
                  onChange={() => setChosen(deployment.deploymentId)}
                />
                <span class="clip">
                  {deployment.name} <span class="code muted">{deployment.deploymentId.slice(-6)}</span>
                </span>
                <span class="muted">{serves(deployment) ? 'is the current one' : fullTimeText(deployment.createdAt)}</span>
              </label>
            ))}
          </fieldset>
        )}
      </div>
      <div class="dialog-foot">
        <button class="button is-quiet" type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          class="button is-primary"
          type="button"
          disabled={chosen === undefined}
          onClick={() => {
            if (chosen) onRestore(chosen);
            onClose();
          }}
        >
          Restore
        </button>
      </div>
    </Dialog>
  );
}
