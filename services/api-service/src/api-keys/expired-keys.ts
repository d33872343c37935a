import { type ApiKeyState, apiKeyRevoked } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { keyColumns } from '../credentials/columns.js';
import { allows, holdersOf, lockForCredentialsById } from '../credentials/holders.js';
import { newEvent, ownActor } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { eachByItself } from '../event-log/each-by-itself.js';

const keysAtOnce = 100;

/**
 * Revokes on gateways the keys that have expired since they were changed, once. A gateway that handles the change only after the key's new
 * end drops it, and would accept what the key was before for ever (gateway protocol 1.6). Any number of replicas may do it.
 */
export async function revokeExpired(options: ChangeOptions): Promise<void> {
  const change = createChange(options);
  const due = await options.database.query<{ id: string; artifactId: string; organizationId: string }>(sql`
    SELECT api_keys.id, api_keys.artifact_id AS "artifactId", artifacts.organization_id AS "organizationId"
    FROM api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id
    WHERE NOT api_keys.expiry_told AND api_keys.expires_at <= clock_timestamp() AND api_keys.updated_at > api_keys.created_at
    ORDER BY api_keys.expires_at LIMIT ${keysAtOnce}`);
  await eachByItself(due, options.logger, async ({ id, artifactId, organizationId }) => {
    await change(organizationId, async (transaction) => {
      await lockForCredentialsById(transaction, artifactId);
      const [key] = await transaction.query<ApiKeyState & { allowedTargets: string[] }>(sql`
        UPDATE api_keys SET expiry_told = true WHERE id = ${id} AND NOT expiry_told AND expires_at <= clock_timestamp()
        RETURNING ${keyColumns}, allowed_targets AS "allowedTargets"`);
      // Another replica was first, or it was changed.
      if (!key) return { result: undefined, events: [] };
      const holders = (await holdersOf(transaction, artifactId)).filter(allows(key.allowedTargets));
      return { result: undefined, events: holders.map(({ gatewayId }) => newEvent(apiKeyRevoked(key), gatewayId, ownActor)) };
    });
  });
}
