import type { Place } from '@gatecast/api-client';

const tones: Readonly<Record<Place['status'], string>> = {
  DEPLOYED: 'is-good',
  UNDEPLOYED: 'is-plain',
  DEPLOYING: 'is-underway',
  UNDEPLOYING: 'is-underway',
  FAILED: 'is-bad',
};

const names: Readonly<Record<Place['status'], string>> = {
  DEPLOYED: 'Deployed',
  UNDEPLOYED: 'Undeployed',
  DEPLOYING: 'Deploying',
  UNDEPLOYING: 'Undeploying',
  FAILED: 'Failed',
};

/** Where a place stands, in a word. */
export function StatusBadge({ status }: { status: Place['status'] }) {
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
