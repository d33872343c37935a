import type { Kind } from '@gatecast/contracts';
import { stringify } from 'yaml';
import type { DeploymentMetadata } from './deployment-metadata.js';
import { kindSchemas } from './kind-schemas.js';

const apiVersion = 'gateway.api-platform.wso2.com/v1';
const projectAnnotation = 'gateway.api-platform.wso2.com/project-id';

export type { DeploymentMetadata };

/** What of an artifact goes into its deployments. */
export interface ArtifactContent {
  readonly kind: Kind;
  readonly handle: string;
  readonly displayName: string;
  readonly version: string;
  /** The project's UUID. */
  readonly projectId: string | null;
  readonly definition: unknown;
}

/** Returns the YAML that a gateway fetches for an artifact (gateway protocol 2.11). */
export function renderContent(artifact: ArtifactContent, metadata: DeploymentMetadata): string {
  const { kind, handle, displayName, version, projectId, definition } = artifact;
  const document = {
    apiVersion,
    kind,
    metadata: {
      name: handle,
      ...(projectId !== null && { labels: { 'project-id': projectId }, annotations: { [projectAnnotation]: projectId } }),
    },
    spec: { displayName, version, ...kindSchemas[kind].toSpec(definition as never, metadata) },
  };
  return stringify(document, {
    // Quoted strings read the same in every version of YAML: an unquoted `on` or `1.10` does not.
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
}
