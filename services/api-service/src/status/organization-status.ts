import type { Revision } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import { edgeIsLive } from '../gateways/gateways.js';
import { isDrifted } from './drift.js';

export interface OrganizationStatus {
  readonly gateways: number;
  readonly connected: number;
  readonly artifacts: number;
  /** By status, those that there are; `drifted` counts across them. */
  readonly places: Readonly<Record<string, number>>;
  readonly drifted: number;
  readonly head: Revision;
  readonly unpublished: number;
  /** The live ones that hold connections of this organization. `heardAt`: RFC 3339. */
  readonly edges: readonly { readonly edgeId: string; readonly connections: number; readonly heardAt: Date }[];
}

export type OrganizationStatuses = ReturnType<typeof createOrganizationStatuses>;

/** Creates what tells where organizations stand. */
export function createOrganizationStatuses(database: Pick<Database, 'query'>) {
  return {
    async get(organizationId: string): Promise<OrganizationStatus> {
      const [[counts], places, edges] = await Promise.all([
        database.query<Pick<OrganizationStatus, 'gateways' | 'connected' | 'artifacts' | 'head' | 'unpublished'>>(sql`
          SELECT
            (SELECT count(*) FROM gateways WHERE organization_id = ${organizationId}) AS gateways,
            (SELECT count(DISTINCT c.gateway_id) FROM gateways JOIN gateway_connections c ON c.gateway_id = gateways.id JOIN edges e ON e.id = c.edge_id
             WHERE gateways.organization_id = ${organizationId} AND ${edgeIsLive}) AS connected,
            (SELECT count(*) FROM artifacts WHERE organization_id = ${organizationId}) AS artifacts,
            heads.revision AS head, GREATEST(heads.revision - coalesce(published.revision, 0), 0) AS unpublished
          FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
          WHERE heads.organization_id = ${organizationId}`),
        database.query<{ status: string; count: number; drifted: number }>(sql`
          SELECT place.status, count(*) AS count, count(*) FILTER (WHERE ${isDrifted}) AS drifted
          FROM artifact_gateways AS place
          WHERE place.artifact_id = ANY(ARRAY(SELECT id FROM artifacts WHERE organization_id = ${organizationId})) GROUP BY place.status`),
        database.query<OrganizationStatus['edges'][number]>(sql`
          SELECT e.id AS "edgeId", count(*) AS connections, e.heard_at AS "heardAt"
          FROM gateways JOIN gateway_connections c ON c.gateway_id = gateways.id JOIN edges e ON e.id = c.edge_id
          WHERE gateways.organization_id = ${organizationId} AND ${edgeIsLive} GROUP BY e.id ORDER BY e.id`),
      ]);
      return {
        ...(counts ?? { gateways: 0, connected: 0, artifacts: 0, head: 0, unpublished: 0 }),
        places: Object.fromEntries(places.map(({ status, count }) => [status, count])),
        drifted: places.reduce((sum, { drifted }) => sum + drifted, 0),
        edges,
      };
    },
  };
}
