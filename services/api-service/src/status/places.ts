import type { DesiredState, Kind, Revision, Status, StatusReason } from '@gatecast/contracts';
import { type Database, type Sql, sql } from '@gatecast/database';
import { findArtifact } from '../artifacts/reference.js';
import { findGateway } from '../gateways/find.js';
import { isConnected } from '../gateways/gateways.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { driftedForMs, isDrifted } from './drift.js';
import { idOrNameContains } from './text-filter.js';

/** What was decided for an artifact on a gateway, what the gateway last acked, and where that stands. */
export interface PlaceStatus {
  readonly kind: Kind;
  readonly artifactHandle: string;
  readonly artifactName: string;
  readonly gatewayHandle: string;
  readonly gatewayName: string;
  readonly isConnected: boolean;
  readonly desiredState: DesiredState;
  readonly deploymentId: string | null;
  readonly desiredSince: Date;
  readonly confirmedState: DesiredState | null;
  readonly confirmedDeploymentId: string | null;
  /** Known of the present decision only. */
  readonly confirmedSince: Date | null;
  readonly status: Exclude<Status, 'ARCHIVED'>;
  readonly statusReason: StatusReason | null;
  /** Null: in step. */
  readonly driftedForMs: number | null;
  readonly correlationId: string;
  readonly revision: Revision;
  readonly reissues: number;
  readonly writtenAt: Date | null;
  readonly confirmedAt: Date | null;
}

export interface PlaceQuery extends Pick<ListQuery, 'limit' | 'offset' | 'query'> {
  readonly drifted?: boolean;
}

export type Places = ReturnType<typeof createPlaces>;

/** Creates what tells where artifacts stand on gateways. Every call stays within one organization. */
export function createPlaces(database: Pick<Database, 'query'>) {
  async function list(which: Sql, named: Sql, query: PlaceQuery): Promise<Listed<PlaceStatus>> {
    const { limit, offset } = pageOf(query);
    const from = sql`
      FROM artifact_gateways AS place
      JOIN artifacts ON artifacts.id = place.artifact_id
      JOIN gateways ON gateways.id = place.gateway_id
      WHERE ${which}
        ${query.drifted === undefined ? sql`` : sql`AND ${query.drifted ? sql`` : sql`NOT`} (${isDrifted})`}
        ${query.query ? sql`AND ${idOrNameContains(named, query.query)}` : sql``}`;
    const [items, [counted]] = await Promise.all([
      database.query<PlaceStatus>(sql`
        WITH page AS (
          SELECT artifacts.kind, artifacts.handle AS "artifactHandle", artifacts.display_name AS "artifactName",
            artifacts.organization_id, gateways.handle AS "gatewayHandle", gateways.display_name AS "gatewayName", place.*
          ${from}
          ORDER BY artifacts.handle, artifacts.kind, gateways.handle LIMIT ${limit} OFFSET ${offset}
        )
        SELECT place.kind, place."artifactHandle", place."artifactName", place."gatewayHandle", place."gatewayName",
          ${isConnected(sql`place.gateway_id`)} AS "isConnected",
          place.desired_state AS "desiredState", place.deployment_id AS "deploymentId", place.desired_since AS "desiredSince",
          place.confirmed_state AS "confirmedState", place.confirmed_deployment_id AS "confirmedDeploymentId",
          CASE WHEN place.confirmed_performed_at = place.performed_at THEN place.updated_at END AS "confirmedSince",
          place.status, place.status_reason AS "statusReason", ${driftedForMs} AS "driftedForMs",
          place.correlation_id AS "correlationId", place.revision, place.reissues,
          coalesce(observed.written_at, place.written_at) AS "writtenAt", coalesce(observed.confirmed_at, place.receipt_at) AS "confirmedAt"
        FROM page AS place
        LEFT JOIN deliveries AS observed ON observed.organization_id = place.organization_id AND observed.revision = place.revision
          AND observed.correlation_id = place.correlation_id
        ORDER BY place."artifactHandle", place.kind, place."gatewayHandle"`),
      database.query<{ total: number }>(sql`SELECT count(*) AS total ${from}`),
    ]);
    return { items, total: counted?.total ?? 0 };
  }

  return {
    /** Returns what has a place on a gateway, by the artifact's id. @throws HttpError 404 when there is no such gateway. */
    async ofGateway(organizationId: string, handle: string, query: PlaceQuery): Promise<Listed<PlaceStatus>> {
      const gatewayId = await findGateway(database, organizationId, handle);
      return list(sql`place.gateway_id = ${gatewayId}`, sql`artifacts`, query);
    },

    /** Returns where an artifact has a place, by the gateway's id. @throws HttpError 404 when there is no such artifact. */
    async ofArtifact(organizationId: string, kind: Kind, handle: string, query: PlaceQuery): Promise<Listed<PlaceStatus>> {
      const artifactId = await findArtifact(database, { organizationId, kind, handle });
      return list(sql`place.artifact_id = ${artifactId}`, sql`gateways`, query);
    },
  };
}
