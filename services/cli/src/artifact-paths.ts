import type { paths } from '@gatecast/api-client';
import { type Kind, kindTraits } from '@gatecast/contracts/kinds';

const base = '/api/v0.9/rest-apis';

/**
 * Returns the paths of a kind's routes. The kinds have the same routes, each under its own collection, so one kind's types stand for
 * all; only the definitions in the artifacts' bodies differ.
 */
export function artifactPaths(kind: Kind) {
  const path = <Path extends keyof paths>(of: Path): Path => of.replace('rest-apis', kindTraits(kind).collection) as Path;
  return {
    all: path(base),
    one: path(`${base}/{artifactId}`),
    places: path(`${base}/{artifactId}/places`),
    deployments: path(`${base}/{artifactId}/deployments`),
    deployment: path(`${base}/{artifactId}/deployments/{deploymentId}`),
    undeploy: path(`${base}/{artifactId}/deployments/{deploymentId}/undeploy`),
    restore: path(`${base}/{artifactId}/deployments/{deploymentId}/restore`),
  };
}
