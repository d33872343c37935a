import { type Database, sql } from '@gatecast/database';
import type { Logger } from '@gatecast/service-kit';
import { type ConnectionStatus, connectionsOf } from '../status/gateway-statuses.js';
import { type SideMessage, sideMessage } from './messages.js';

/** Told of gateways' connections, as they are now. */
type OnPresence = (organizationId: string, messages: readonly SideMessage[]) => void;

/**
 * Returns the function that reads the connections of gateways that have changed, of some organizations. What changes while it reads is
 * read next, together: in a storm that is one statement at a time.
 */
export function createPresenceReading(database: Pick<Database, 'query'>, logger: Logger) {
  const changed = new Set<string>();
  let isReading = false;

  async function readAll(organizationIds: readonly string[], onPresence: OnPresence): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (changed.size > 0) {
      const gatewayIds = [...changed];
      changed.clear();
      try {
        const rows = await database.query<{ organizationId: string; handle: string; connections: ConnectionStatus[] }>(sql`
          SELECT g.organization_id AS "organizationId", g.handle, ${connectionsOf(sql`g.id`)} AS connections
          FROM gateways AS g
          WHERE g.id = ANY(${gatewayIds}::uuid[]) AND g.organization_id = ANY(${organizationIds}::uuid[])`);
        const messages = new Map<string, SideMessage[]>();
        for (const { organizationId, handle: gatewayId, connections } of rows) {
          const message = sideMessage('presence', { gatewayId, isConnected: connections.length > 0, connections });
          const others = messages.get(organizationId);
          if (others) others.push(message);
          else messages.set(organizationId, [message]);
        }
        for (const [organizationId, own] of messages) onPresence(organizationId, own);
      } catch (error) {
        logger.warn({ err: error, gateways: gatewayIds.length }, 'changed connections not read');
      }
    }
    isReading = false;
  }

  return (gatewayIds: readonly string[], organizationIds: readonly string[], onPresence: OnPresence): void => {
    for (const gatewayId of gatewayIds) changed.add(gatewayId);
    void readAll(organizationIds, onPresence);
  };
}
