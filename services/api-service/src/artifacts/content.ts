import type { Kind } from '@gatecast/contracts';
import { Document, isMap, parseDocument } from 'yaml';
import { apiError } from '../errors.js';
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
    spec: { displayName, version, ...kindSchemas[kind].toSpec(definition as never) },
  };
  return contentOf(new Document(document, { aliasDuplicateObjects: false }), changesOf(kind, metadata));
}

/**
 * Returns the YAML of an earlier deployment with what `metadata` names in place of what it has.
 * @throws HttpError 400 when it has no place for that.
 */
export function changeContent(kind: Kind, content: string, metadata: DeploymentMetadata): string {
  const changes = changesOf(kind, metadata);
  return changes.length === 0 ? content : contentOf(parseDocument(content), changes);
}

const changesOf = (kind: Kind, metadata: DeploymentMetadata) =>
  kindSchemas[kind].placesOf(metadata).filter(({ value }) => value !== undefined);

function contentOf(document: Document, changes: ReturnType<typeof changesOf>): string {
  for (const { field, path, value } of changes) {
    const place = ['spec', ...path];
    if (document.errors.length > 0 || !isMap(document.getIn(place.slice(0, -1)))) {
      throw apiError(
        'VALIDATION_FAILED',
        `The deployment to start from has no place for metadata.${field}: leave that out, or use 'current' as base.`,
        [{ field: `metadata.${field}`, message: 'has no place in the base' }],
      );
    }
    document.setIn(place, value);
  }
  return document.toString({
    // Quoted strings read the same in every version of YAML: an unquoted `on` or `1.10` does not.
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
  });
}
