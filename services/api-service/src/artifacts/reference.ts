import { type Kind, kindTraits } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import type { HttpError } from '@gatecast/service-kit';
import { apiError, type ErrorCode } from '../errors.js';

/** An artifact as a caller names it: by its handle within the organization of the caller's token. */
export interface ArtifactReference {
  readonly organizationId: string;
  readonly kind: Kind;
  readonly handle: string;
}

/** Returns the condition that a row of `artifacts` is the one that is meant. */
export const isArtifact = ({ organizationId, kind, handle }: ArtifactReference): Sql =>
  sql`artifacts.organization_id = ${organizationId} AND artifacts.kind = ${kind} AND artifacts.handle = ${handle}`;

/** Returns the UUID of an artifact, locked as `lock` says. @throws `notFound`, HttpError 404 by default. */
export async function findArtifact(
  source: Queryable,
  reference: ArtifactReference,
  lock: Sql = sql``,
  notFound: Error = artifactNotFound(reference.kind, reference.handle),
): Promise<string> {
  const [artifact] = await source.query<{ id: string }>(sql`SELECT id FROM artifacts WHERE ${isArtifact(reference)} ${lock}`);
  if (!artifact) throw notFound;
  return artifact.id;
}

/** Returns the error for an artifact that is not there: `REST_API_NOT_FOUND` and its siblings. */
export function artifactNotFound(kind: Kind, handle: string): HttpError {
  const { errorPrefix, title } = kindTraits(kind);
  return apiError(`${errorPrefix}_NOT_FOUND` as ErrorCode, `There is no ${title} '${handle}'.`);
}

/** Returns the error for a body that refers to an artifact that is not there. */
export function artifactRefNotFound(kind: Kind, handle: string): HttpError {
  return apiError('ARTIFACT_REF_NOT_FOUND', `There is no ${kindTraits(kind).title} '${handle}' to refer to.`, [
    { field: 'artifactId', message: 'refers to no artifact of this kind' },
  ]);
}
