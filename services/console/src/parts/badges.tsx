import type { PlaceStatus } from '../api/types.js';

const tones: Readonly<Record<PlaceStatus, string>> = {
  DEPLOYED: 'is-good',
  UNDEPLOYED: 'is-plain',
  DEPLOYING: 'is-underway',
  UNDEPLOYING: 'is-underway',
  FAILED: 'is-bad',
};

const names: Readonly<Record<PlaceStatus, string>> = {
  DEPLOYED: 'Deployed',
  UNDEPLOYED: 'Undeployed',
  DEPLOYING: 'Deploying',
  UNDEPLOYING: 'Undeploying',
  FAILED: 'Failed',
};

/** Where a place stands, in a word. */
export function StatusBadge({ status }: { status: PlaceStatus }) {
  return <span class={`badge ${tones[status]}`}>{names[status]}</span>;
}

/** Whether a gateway is connected, in words; the dot only repeats it. */
export function ConnectionBadge({ isConnected, detail }: { isConnected: boolean; detail?: string | undefined }) {
  return (
    <span class={`dotted ${isConnected ? 'is-good' : 'is-off'}`}>
      {isConnected ? 'Connected' : 'Not connected'}
      {detail && <span class="muted"> {detail}</span>}
    </span>
  );
}
