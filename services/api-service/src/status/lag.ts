import { type Sql, sql } from '@gatecast/database';

/**
 * CTEs for a statement that tells how far gateways of an organization have come: `log` (its epoch, `head` and `trimmed_through`; one
 * row) and `common` (the revisions of the events that are for every gateway, in order, as one array).
 */
export const logOf = (organizationId: string) => sql`
  log AS (
    SELECT log_epoch.epoch, heads.revision AS head, heads.trimmed_through
    FROM log_epoch CROSS JOIN organization_heads AS heads WHERE heads.organization_id = ${organizationId}
  ), common AS (
    SELECT coalesce(array_agg(revision ORDER BY revision), '{}') AS revisions
    FROM events WHERE organization_id = ${organizationId} AND gateway_id IS NULL
  )`;

/**
 * Up to where everything is confirmed by a gateway, from its row `cursor` and `log`; null when that can't be told any more, so that a
 * full resync is owed: no cursor, one of another log epoch, before the trim or beyond the head.
 */
export const cursorOf = sql`
  CASE WHEN cursor.log_epoch = log.epoch AND cursor.confirmed BETWEEN log.trimmed_through AND log.head THEN cursor.confirmed END`;

/** From where on events count as its lag: without a cursor all that the event log still has. */
const positionOf = sql`coalesce(${cursorOf}, log.trimmed_through)`;

/**
 * How many events for a gateway (its own, by the index, and the organization's, by halving) are not confirmed, from `cursor`, `log`
 * and `common`. `gatewayId` is what names its UUID in the statement.
 */
export const eventsBehind = (organizationId: string, gatewayId: Sql) => sql`
  CASE WHEN ${positionOf} >= log.head THEN 0 ELSE
    cardinality(common.revisions) - width_bucket(${positionOf}, common.revisions)
    + (SELECT count(*) FROM events
       WHERE events.organization_id = ${organizationId} AND events.gateway_id = ${gatewayId} AND events.revision > ${positionOf}) END`;

/** How old the oldest of them is, in milliseconds; null when there is none. */
export const oldestBehindMs = (organizationId: string, gatewayId: Sql) => {
  const first = (whose: Sql) => sql`
    (SELECT committed_at FROM events WHERE events.organization_id = ${organizationId} AND ${whose} AND events.revision > ${positionOf}
     ORDER BY events.revision LIMIT 1)`;
  const oldest = sql`LEAST(${first(sql`events.gateway_id = ${gatewayId}`)}, ${first(sql`events.gateway_id IS NULL`)})`;
  return sql`floor(extract(epoch FROM clock_timestamp() - ${oldest}) * 1000)::bigint`;
};
