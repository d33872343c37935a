import type { AuthenticatedGateway, AuthenticateReply, AuthenticateRequest } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';

interface Row {
  readonly logEpoch: string;
  readonly position: number | null;
  readonly gatewayId: string | null;
  readonly organizationId: string;
  readonly tokenId: string;
  readonly cursor: number | null;
  readonly head: number;
}

/**
 * Answers whose tokens these are, and from where each gateway goes on. One statement, so cursor, head and epoch are of one
 * snapshot. A cursor of another log epoch, before the trim or beyond the head tells nothing: null.
 */
export async function authenticate(database: Queryable, { tokenHashes }: AuthenticateRequest): Promise<AuthenticateReply> {
  const rows = await database.query<Row>(sql`
    SELECT e.epoch AS "logEpoch", asked.position, found.*
    FROM log_epoch e
    LEFT JOIN unnest(${tokenHashes}::text[]) WITH ORDINALITY AS asked(hash, position) ON true
    LEFT JOIN LATERAL (
      SELECT g.id AS "gatewayId", g.organization_id AS "organizationId", t.id AS "tokenId",
        CASE WHEN c.log_epoch = e.epoch AND c.confirmed BETWEEN coalesce(h.trimmed_through, 0) AND coalesce(h.revision, 0) THEN c.confirmed END AS cursor,
        coalesce(h.revision, 0) AS head
      FROM gateway_tokens t
      JOIN gateways g ON g.id = t.gateway_id
      LEFT JOIN gateway_cursors c ON c.gateway_id = g.id
      LEFT JOIN organization_heads h ON h.organization_id = g.organization_id
      WHERE t.token_hash = asked.hash AND t.revoked_at IS NULL
      -- One by one through the indexes: joined as a whole, every batch of a storm would read all gateways there are.
      LIMIT 1
    ) AS found ON true`);
  const [first] = rows;
  if (!first) throw new Error('The database has no log epoch: it is not migrated, or damaged.');

  const gateways: (AuthenticatedGateway | null)[] = tokenHashes.map(() => null);
  for (const { position, gatewayId, organizationId, tokenId, cursor, head } of rows) {
    if (position !== null && gatewayId !== null) gateways[position - 1] = { gatewayId, organizationId, tokenId, cursor, head };
  }
  return { gateways, logEpoch: first.logEpoch };
}
