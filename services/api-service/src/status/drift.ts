import { sql } from '@gatecast/database';

/**
 * The condition that `place`, a row of `artifact_gateways`, is drifted: what the gateway is known to hold is not what was decided. A
 * decision that is issued again for a gateway that holds it already is no drift. As the index `artifact_gateways_drifted` has it.
 */
export const isDrifted = sql`
  place.status IN ('DEPLOYING', 'UNDEPLOYING', 'FAILED') AND (place.confirmed_state IS DISTINCT FROM place.desired_state
    OR (place.desired_state = 'DEPLOYED' AND place.confirmed_deployment_id IS DISTINCT FROM place.deployment_id))`;

/** How long that has been so, in milliseconds: since what is desired now was decided. Null when it is in step. */
export const driftedForMs = sql`
  CASE WHEN ${isDrifted} THEN floor(extract(epoch FROM clock_timestamp() - place.desired_since) * 1000)::bigint END`;
