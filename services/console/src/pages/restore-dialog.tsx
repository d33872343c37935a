import type { Deployment, ListOf, Place } from '@gatecast/api-client';
import { useState } from 'preact/hooks';
import { useResource } from '../api/use-resource.js';
import { PickerDialog } from '../parts/picker-dialog.js';
import { EmptyState } from '../parts/states.js';
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
export function RestoreDialog({ path, place: { gateway }, onRestore, onClose }: RestoreDialogProps) {
  const [chosen, setChosen] = useState<string>();
  const resource = useResource<ListOf<Deployment>>(
    (api, signal) => api.get(`${path}/deployments`, { gatewayId: gateway.id, limit: shown }, signal),
    [path, gateway.id],
  );
  const serves = ({ status }: Deployment) => status === 'DEPLOYED' || status === 'DEPLOYING';
  return (
    <PickerDialog
      title={`Restore on ${gateway.displayName}`}
      intro="An earlier snapshot of the artifact, which the gateway shall serve again."
      resource={resource}
      legend="Deployments"
      keyOf={({ deploymentId }) => deploymentId}
      row={(deployment) => (
        <>
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
        </>
      )}
      empty={<EmptyState title="Its deployments were deleted">Deploy it anew instead.</EmptyState>}
      action="Restore"
      isReady={chosen !== undefined}
      onAct={() => chosen !== undefined && onRestore(chosen)}
      onClose={onClose}
    />
  );
}
