import type { EntityType } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import type { Gateway } from './authentication.js';

/** A gateway has its answer after that, reads it and removes what is not in it; then api-service issues again what changed meanwhile. */
const reissueAfterMs = 5_000;
/** A gateway asks for the subscriptions of each of its APIs by itself: one note is enough for those that it asks for at once. */
const noteMs = 1_000;

/**
 * Notes that a gateway is about to be told all of its deployments, keys, subscriptions or plans. It will remove what is not in the list
 * and take what is in it, and so may undo what it learned of by an event that it handled meanwhile (gateway protocol 3.2). So the
 * organization's head is noted first: what has a revision up to there is seen by every later statement, hence in the list, however many statements it takes; what
 * has a later one is issued again by api-service. A second list before the first has had its effect leaves the earlier head, and so
 * does one directly after the first, for which nothing is written at all.
 */
export async function noteListing(database: Queryable, gateway: Gateway, entityType: EntityType): Promise<void> {
  await database.query(listingNote([gateway], entityType));
}

/** Returns the statement that notes it of several gateways, as part of which a list sees what was committed up to the noted head. */
export function listingNote(gateways: readonly Gateway[], entityType: EntityType): Sql {
  const ids = [...new Set(gateways.map(({ gatewayId }) => gatewayId))];
  return sql`
    INSERT INTO credential_listings AS listing (gateway_id, entity_type, head, listed_at, reissue_at)
    SELECT gateways.id, ${entityType}, heads.revision, clock_timestamp(),
      clock_timestamp() + ${reissueAfterMs} * interval '1 millisecond'
    FROM gateways JOIN organization_heads AS heads ON heads.organization_id = gateways.organization_id
    WHERE gateways.id = ANY(${ids}::uuid[]) AND NOT EXISTS (
      SELECT FROM credential_listings AS recent WHERE recent.gateway_id = gateways.id AND recent.entity_type = ${entityType}
        AND recent.listed_at > clock_timestamp() - ${noteMs} * interval '1 millisecond')
    -- In one order, so that no two replicas wait for each other.
    ORDER BY gateways.id
    ON CONFLICT (gateway_id, entity_type) DO UPDATE SET
      head = LEAST(listing.head, EXCLUDED.head),
      listed_at = EXCLUDED.listed_at, reissue_at = LEAST(listing.reissue_at, EXCLUDED.reissue_at)`;
}
