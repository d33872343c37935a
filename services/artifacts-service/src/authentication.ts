import { createHash } from 'node:crypto';
import type { Queryable } from '@gatecast/database';
import { sql } from '@gatecast/database';
import { HttpError } from '@gatecast/service-kit';
import type { FastifyRequest } from 'fastify';

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

/** How the OpenAPI document says that a route wants a token. */
export const apiKeySecurity = [{ apiKey: [] }];

/**
 * Returns a hook that finds the gateway of the `api-key` header. 401 only when the header is missing or when the database has said
 * that its token is unknown or revoked (texts of gateway protocol 2.0); a gateway treats some refusals as final.
 */
export function authenticate(database: Queryable) {
  return async (request: FastifyRequest): Promise<void> => {
    const key = request.headers['api-key'];
    if (typeof key !== 'string' || key === '') {
      throw new HttpError(401, 'UNAUTHORIZED', "API key is required. Provide 'api-key' header.");
    }
    const tokenHash = createHash('sha256').update(key).digest('hex');
    const [gateway] = await database.query<Gateway>(sql`
      SELECT g.id AS "gatewayId", g.organization_id AS "organizationId"
      FROM gateway_tokens t JOIN gateways g ON g.id = t.gateway_id
      WHERE t.token_hash = ${tokenHash} AND t.revoked_at IS NULL`);
    if (!gateway) throw new HttpError(401, 'UNAUTHORIZED', 'Invalid or expired API key');
    request.gateway = gateway;
  };
}
