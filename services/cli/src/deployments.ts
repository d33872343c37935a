import { setTimeout as pause } from 'node:timers/promises';
import { type ApiClient, ApiError, answer, type Deployment, UnreachableError } from '@gatecast/api-client';
import type { DesiredState } from '@gatecast/contracts';
import { artifactPaths } from './artifact-paths.js';
import type { ArtifactReference } from './artifact-reference.js';
import { readList } from './pages.js';

const underWay = { DEPLOYED: 'DEPLOYING', UNDEPLOYED: 'UNDEPLOYING' } as const;

/** Whether the gateway's verdict on what was wanted is not known yet. Under way to the opposite it never will be: that was decided later. */
export function isOpen({ status }: Deployment, wanted: DesiredState): boolean {
  return status === underWay[wanted];
}

/** Returns an artifact's deployments on a gateway, the newest first. */
export async function deploymentsOn(
  api: ApiClient,
  { kind, id }: ArtifactReference,
  gatewayId: string,
): Promise<readonly Deployment[]> {
  const { items } = await readList(Number.POSITIVE_INFINITY, (page) =>
    answer(api.GET(artifactPaths(kind).deployments, { params: { path: { artifactId: id }, query: { gatewayId, ...page } } })),
  );
  return items;
}

/** The longest that one request waits; the API allows more, not everything in between does. */
const waitMsMax = 60_000;

/** Returns the deployment once its gateway has answered, or as it stands when a later decision is seen or after the time. Rejects when `signal` is aborted. */
export async function awaitVerdict(
  api: ApiClient,
  deployment: Deployment,
  wanted: DesiredState,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Deployment> {
  const end = performance.now() + timeoutMs;
  let current = deployment;
  for (let leftMs = timeoutMs; isOpen(current, wanted) && leftMs > 0; leftMs = Math.ceil(end - performance.now())) {
    const params = { path: { deploymentId: deployment.deploymentId }, query: { timeoutMs: Math.min(leftMs, waitMsMax) } };
    try {
      current = await answer(api.GET('/api/v0.9/deployments/{deploymentId}/wait', { params }));
    } catch (error) {
      // Too many wait there, or it is away for a moment; what was decided stands.
      if (!(error instanceof UnreachableError || (error instanceof ApiError && error.status === 503))) throw error;
      await pause(Math.min(leftMs, (error instanceof ApiError && error.retryAfterMs) || 1000), undefined, { signal });
    }
  }
  return current;
}
