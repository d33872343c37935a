import { type ApiClient, answer, type GatewayStatusDetail, type Place } from '@gatecast/api-client';
import { artifactPaths } from './artifact-paths.js';
import type { ArtifactReference } from './artifact-reference.js';
import { readList } from './pages.js';

/** Returns where a gateway stands. @throws ApiError 404 when there is none of this name. */
export function gatewayStatus(api: ApiClient, gatewayId: string): Promise<GatewayStatusDetail> {
  return answer(api.GET('/api/v0.9/gateways/{gatewayId}/status', { params: { path: { gatewayId } } }));
}

/** Returns the place of an artifact on a gateway; undefined when it never had one. @throws ApiError 404 when there is no such artifact. */
export async function placeOf(api: ApiClient, { kind, id }: ArtifactReference, gatewayId: string): Promise<Place | undefined> {
  // The query finds names that contain this one, too.
  const { items } = await readList(Number.POSITIVE_INFINITY, (page) =>
    answer(api.GET(artifactPaths(kind).places, { params: { path: { artifactId: id }, query: { query: gatewayId, ...page } } })),
  );
  return items.find(({ gateway }) => gateway.id === gatewayId);
}
