import { type Queryable, type Sql, sql } from '@gatecast/database';
import { apiError } from '../errors.js';

/** Returns the error for a gateway that the organization does not have. */
export const gatewayNotFound = (handle: string) => apiError('GATEWAY_NOT_FOUND', `There is no gateway '${handle}'.`);

/** Returns the UUID of the gateway with an id, locked as `lock` says. @throws HttpError 404 when there is none in the organization. */
export async function findGateway(source: Queryable, organizationId: string, handle: string, lock: Sql = sql``): Promise<string> {
  const [gateway] = await source.query<{ id: string }>(sql`
    SELECT id FROM gateways WHERE organization_id = ${organizationId} AND handle = ${handle} ${lock}`);
  if (!gateway) throw gatewayNotFound(handle);
  return gateway.id;
}
