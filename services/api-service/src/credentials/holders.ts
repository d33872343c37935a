import { type Queryable, sql } from '@gatecast/database';
import { type ArtifactReference, findArtifact } from '../artifacts/reference.js';

/** A gateway that has a place for an artifact. */
export interface Holder {
  readonly gatewayId: string;
  readonly handle: string;
}

/**
 * Locks the artifact whose keys or subscriptions are to be changed, against decisions about it and other such changes. Returns its
 * UUID. @throws `notFound`, HttpError 404 by default.
 */
export function lockForCredentials(transaction: Queryable, reference: ArtifactReference, notFound?: Error): Promise<string> {
  return findArtifact(transaction, reference, sql`FOR NO KEY UPDATE`, notFound);
}

/** The same by the artifact's UUID. */
export async function lockForCredentialsById(transaction: Queryable, artifactId: string): Promise<void> {
  await transaction.query(sql`SELECT FROM artifacts WHERE id = ${artifactId} FOR NO KEY UPDATE`);
}

/** Returns whether a gateway may know a key; without targets all may. */
export function allows(allowedTargets: readonly string[]) {
  return ({ handle }: Holder) => allowedTargets.length === 0 || allowedTargets.includes(handle);
}

/** Returns the gateways that have a place for an artifact. The artifact is locked, so that no other gateway gets one meanwhile. */
export function holdersOf(transaction: Queryable, artifactId: string): Promise<Holder[]> {
  return transaction.query<Holder>(sql`
    SELECT gateways.id AS "gatewayId", gateways.handle
    FROM artifact_gateways AS place JOIN gateways ON gateways.id = place.gateway_id
    WHERE place.artifact_id = ${artifactId} ORDER BY gateways.id`);
}
