import { type Kind, kindTraits } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { artifactNotFound } from '../artifacts/artifacts.js';
import { apiError } from '../errors.js';

/** An artifact as a caller names it: by its handle within the organization of the caller's token. */
export interface ArtifactReference {
  readonly organizationId: string;
  readonly kind: Kind;
  readonly handle: string;
}

/** A gateway that has a place for an artifact. */
export interface Holder {
  readonly gatewayId: string;
  readonly handle: string;
}

/**
 * Locks the artifact whose keys or subscriptions are to be changed, against decisions about it and other such changes. Returns its
 * UUID. @throws `notFound`, HttpError 404 by default.
 */
export async function lockArtifact(
  transaction: Queryable,
  reference: ArtifactReference,
  notFound: Error = artifactNotFound(reference.kind, reference.handle),
): Promise<string> {
  const { organizationId, kind, handle } = reference;
  const [artifact] = await transaction.query<{ id: string }>(sql`
    SELECT id FROM artifacts WHERE organization_id = ${organizationId} AND kind = ${kind} AND handle = ${handle} FOR NO KEY UPDATE`);
  if (!artifact) throw notFound;
  return artifact.id;
}

/** Returns the UUID of an artifact. @throws HttpError 404 */
export async function artifactIdOf(source: Queryable, reference: ArtifactReference): Promise<string> {
  const { organizationId, kind, handle } = reference;
  const [artifact] = await source.query<{ id: string }>(sql`
    SELECT id FROM artifacts WHERE organization_id = ${organizationId} AND kind = ${kind} AND handle = ${handle}`);
  if (!artifact) throw artifactNotFound(kind, handle);
  return artifact.id;
}

/** Returns the error for a body that refers to an artifact that is not there. */
export function artifactRefNotFound(kind: Kind, handle: string) {
  return apiError('ARTIFACT_REF_NOT_FOUND', `There is no ${kindTraits(kind).title} '${handle}' to refer to.`, [
    { field: 'artifactId', message: 'refers to no artifact of this kind' },
  ]);
}

/** Returns the gateways that have a place for an artifact. The artifact is locked, so that no other gateway gets one meanwhile. */
export function holdersOf(transaction: Queryable, artifactId: string): Promise<Holder[]> {
  return transaction.query<Holder & Record<string, unknown>>(sql`
    SELECT gateways.id AS "gatewayId", gateways.handle
    FROM artifact_gateways AS place JOIN gateways ON gateways.id = place.gateway_id
    WHERE place.artifact_id = ${artifactId} ORDER BY gateways.id`);
}

/** Returns the database's clock, in whole seconds, which is all that gateways are told. */
export async function databaseNow(source: Queryable): Promise<Date> {
  const [row] = await source.query<{ now: Date }>(sql`SELECT date_trunc('second', clock_timestamp()) AS now`);
  if (!row) throw new Error('The database told no time.');
  return row.now;
}
