import { type Database, sql } from '@gatecast/database';

/** The handles of gateways and of what events are about, by UUID. */
export interface Names {
  /** Returns the handles of those that there are, or were when they were last asked for. */
  of(organizationId: string, ids: Iterable<string>): Promise<ReadonlyMap<string, string>>;
}

/** Beyond it, all are asked for again: a handle never changes, so nothing else makes them wrong. */
const rememberedMax = 50_000;

/** Creates the handles of what events name. They are remembered, so that an event asks the database only for what is new. */
export function createNames(database: Pick<Database, 'query'>): Names {
  const remembered = new Map<string, string>();
  return {
    async of(organizationId, ids) {
      const names = new Map<string, string>();
      const unknown: string[] = [];
      for (const id of new Set(ids)) {
        const handle = remembered.get(id);
        if (handle === undefined) unknown.push(id);
        else names.set(id, handle);
      }
      if (unknown.length === 0) return names;
      const rows = await database.query<{ id: string; handle: string }>(sql`
        SELECT id, handle FROM gateways WHERE organization_id = ${organizationId} AND id = ANY(${unknown}::uuid[])
        UNION ALL SELECT id, handle FROM artifacts WHERE organization_id = ${organizationId} AND id = ANY(${unknown}::uuid[])
        UNION ALL SELECT api_keys.id, api_keys.handle FROM api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id
          WHERE artifacts.organization_id = ${organizationId} AND api_keys.id = ANY(${unknown}::uuid[])
        UNION ALL SELECT id, handle FROM subscription_plans WHERE organization_id = ${organizationId} AND id = ANY(${unknown}::uuid[])
        UNION ALL SELECT id, handle FROM applications WHERE organization_id = ${organizationId} AND id = ANY(${unknown}::uuid[])`);
      if (remembered.size + rows.length > rememberedMax) remembered.clear();
      for (const { id, handle } of rows) {
        names.set(id, handle);
        remembered.set(id, handle);
      }
      return names;
    },
  };
}
