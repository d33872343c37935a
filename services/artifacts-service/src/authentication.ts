import { createHash } from 'node:crypto';
import type { Queryable } from '@gatecast/database';
import { sql } from '@gatecast/database';
import { HttpError } from '@gatecast/service-kit';
import type { FastifyRequest } from 'fastify';
import { together } from './together.js';

/** Who asks. */
export interface Gateway {
  readonly gatewayId: string;
  readonly organizationId: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The gateway whose token came with the request. */
    gateway: Gateway;
  }
}

/** How many tokens are looked up at a time. */
const tokensMax = 200;

/** How the OpenAPI document says that a route wants a token. */
export const apiKeySecurity = [{ apiKey: [] }];

/**
 * Returns a hook that finds the gateway of the `api-key` header. 401 only when the header is missing or when the database has said
 * that its token is unknown or revoked (texts of gateway protocol 2.0); a gateway treats some refusals as final.
 */
export function authenticate(database: Queryable) {
  const gatewayOf = together(tokensMax, (tokenHashes: readonly string[]) => gatewaysOf(database, tokenHashes));
  return async (request: FastifyRequest): Promise<void> => {
    const key = request.headers['api-key'];
    if (typeof key !== 'string' || key === '') {
      throw new HttpError(401, 'UNAUTHORIZED', "API key is required. Provide 'api-key' header.");
    }
    const gateway = await gatewayOf(createHash('sha256').update(key).digest('hex'));
    if (!gateway) throw new HttpError(401, 'UNAUTHORIZED', 'Invalid or expired API key');
    request.gateway = gateway;
  };
}

/** Returns whose tokens these are, in their order; undefined where the database says that one is unknown or revoked. */
async function gatewaysOf(database: Queryable, tokenHashes: readonly string[]): Promise<(Gateway | undefined)[]> {
  const rows = await database.query<Gateway & { tokenHash: string }>(sql`
    SELECT t.token_hash AS "tokenHash", g.id AS "gatewayId", g.organization_id AS "organizationId"
    FROM gateway_tokens t JOIN gateways g ON g.id = t.gateway_id
    WHERE t.token_hash = ANY(${[...new Set(tokenHashes)]}::text[]) AND t.revoked_at IS NULL`);
  const gateways = new Map(rows.map(({ tokenHash, gatewayId, organizationId }) => [tokenHash, { gatewayId, organizationId }]));
  return tokenHashes.map((tokenHash) => gateways.get(tokenHash));
}
