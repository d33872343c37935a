import { createHash, randomBytes } from 'node:crypto';
import { type Database, newId, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { findGateway } from './find.js';

/** Two, so that a gateway's token can be replaced without a gap (gateway protocol 4.4). */
const activeTokensMax = 2;

export interface GatewayToken {
  readonly id: string;
  readonly createdAt: Date;
}

export type GatewayTokens = ReturnType<typeof createGatewayTokens>;

/** Creates the access to gateways' tokens. Every call stays within one organization. */
export function createGatewayTokens(database: Pick<Database, 'query' | 'transaction'>) {
  return {
    /** Returns the active tokens, newest first. @throws HttpError 404 when there is no such gateway. */
    async list(organizationId: string, gateway: string, query: ListQuery): Promise<Listed<GatewayToken>> {
      const { limit, offset } = pageOf(query);
      const gatewayId = await findGateway(database, organizationId, gateway);
      // There are never more than two: the page is cut here.
      const tokens = await database.query<GatewayToken>(sql`
        SELECT id, created_at AS "createdAt" FROM gateway_tokens
        WHERE gateway_id = ${gatewayId} AND revoked_at IS NULL ORDER BY id DESC`);
      return { items: tokens.slice(offset, offset + limit), total: tokens.length };
    },

    /**
     * Makes a token and returns it in plain: it is stored only as a hash, and never shown again.
     * @throws HttpError 404 when there is no such gateway, 409 when it has two active tokens.
     */
    async create(organizationId: string, gateway: string): Promise<GatewayToken & { readonly token: string }> {
      const token = randomBytes(32).toString('base64url');
      return database.transaction(async (transaction) => {
        // The gateway's row is locked, so that requests at the same time count each other's tokens.
        const gatewayId = await findGateway(transaction, organizationId, gateway, sql`FOR NO KEY UPDATE`);
        const [made] = await transaction.query<GatewayToken>(sql`
          INSERT INTO gateway_tokens (id, gateway_id, token_hash)
          SELECT ${newId()}::uuid, ${gatewayId}::uuid, ${sha256(token)}
          WHERE (SELECT count(*) FROM gateway_tokens WHERE gateway_id = ${gatewayId} AND revoked_at IS NULL) < ${activeTokensMax}
          RETURNING id, created_at AS "createdAt"`);
        if (!made) {
          throw apiError(
            'GATEWAY_TOKEN_LIMIT_REACHED',
            `Gateway '${gateway}' has ${activeTokensMax} active tokens: revoke one first.`,
          );
        }
        return { ...made, token };
      });
    },

    /** Returns the gateway's UUID. @throws HttpError 404 when there is no such gateway or it has no such active token. */
    async revoke(organizationId: string, gateway: string, tokenId: string): Promise<string> {
      const gatewayId = await findGateway(database, organizationId, gateway);
      const revoked = await database.query(sql`
        UPDATE gateway_tokens SET revoked_at = clock_timestamp()
        WHERE id::text = ${tokenId} AND gateway_id = ${gatewayId} AND revoked_at IS NULL RETURNING id`);
      if (revoked.length === 0) throw apiError('GATEWAY_TOKEN_NOT_FOUND', `Gateway '${gateway}' has no active token ${tokenId}.`);
      return gatewayId;
    },
  };
}

function sha256(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
