import { type Sql, sql } from '@gatecast/database';

/**
 * CTEs for a statement that tells how far gateways of an organization have come: `log` (its epoch, `head` and `trimmed_through`; one
 * row) and `common` (the revisions of the events that are for every gateway, in order, as one array).
 */
export const logOf = (organizationId: string) => sql`
  log AS (
    SELECT log_epoch.epoch, heads.revision AS head, heads.trimmed_through
    FROM log_epoch CROSS JOIN organization_heads AS heads WHERE heads.organization_id = ${organizationId} LIMIT 1
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

/** Events further back are looked for by gateway, those since then all together. */
const recentEvents = 20_000;

/**
 * CTEs after `log`, `common` and `chosen` (the `id` of gateways of an organization) that tell the lag of all of these: `lags` (the columns
 * of `chosen`, and `events`). Most gateways are near the head, so that what lies ahead of them is counted in one pass; only for those
 * far behind the index is asked one by one.
 */
export const lagsOf = (organizationId: string) => sql`
  positions AS MATERIALIZED (
    SELECT chosen.*, ${positionOf} AS position, ${positionOf} >= log.head - ${recentEvents}::bigint AS is_near
    FROM chosen CROSS JOIN log LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = chosen.id
  ), recent AS MATERIALIZED (
    SELECT gateway_id, revision FROM events
    WHERE organization_id = ${organizationId} AND revision > (SELECT min(position) FROM positions WHERE is_near)
    ORDER BY revision DESC LIMIT ${recentEvents}
  ), own AS (
    SELECT positions.id, count(*) AS events
    FROM positions JOIN recent ON recent.gateway_id = positions.id AND recent.revision > positions.position
    WHERE positions.is_near GROUP BY positions.id
    UNION ALL
    SELECT positions.id, (SELECT count(*) FROM events
      WHERE events.organization_id = ${organizationId} AND events.gateway_id = positions.id AND events.revision > positions.position)
    FROM positions WHERE NOT positions.is_near
  ), lags AS (
    SELECT positions.*, cardinality(common.revisions) - width_bucket(positions.position, common.revisions) + coalesce(own.events, 0) AS events
    FROM positions CROSS JOIN common LEFT JOIN own ON own.id = positions.id
  )`;

/** How old the oldest of them is, in milliseconds; null when there is none. From `cursor`, `log` and `common`. */
export const oldestBehindMs = (organizationId: string, gatewayId: Sql) => {
  const own = sql`
    (SELECT committed_at FROM events
     WHERE events.organization_id = ${organizationId} AND events.gateway_id = ${gatewayId} AND events.revision > ${positionOf}
     ORDER BY events.revision LIMIT 1)`;
  const ofAll = sql`
    (SELECT committed_at FROM events
     WHERE events.organization_id = ${organizationId} AND events.revision = common.revisions[width_bucket(${positionOf}, common.revisions) + 1])`;
  return sql`floor(extract(epoch FROM clock_timestamp() - LEAST(${own}, ${ofAll})) * 1000)::bigint`;
};
