import { edgeTimeoutMs, type Status } from '@gatecast/contracts';
import { type Database, newId, type Queryable, type Sql, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { gatewayNotFound } from './find.js';

/** What a gateway is good for (management API 5.2). */
export const functionalityTypes = ['regular', 'ai', 'event'] as const;

export interface GatewayContent {
  readonly displayName: string;
  readonly description?: string;
  readonly endpoints: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly isCritical: boolean;
  readonly functionalityType: (typeof functionalityTypes)[number];
  readonly version: string;
}

export interface Gateway extends Omit<GatewayContent, 'description' | 'properties'> {
  readonly id: string;
  readonly handle: string;
  readonly organizationHandle: string;
  readonly description: string | null;
  readonly properties: Readonly<Record<string, unknown>> | null;
  /** It has a connection on a live edge. */
  readonly isActive: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a gateway said about itself when it last connected (gateway protocol 2.9). */
export interface Manifest {
  readonly version: string | null;
  readonly functionalityType: string | null;
  readonly policies: readonly Record<string, unknown>[];
  readonly receivedAt: Date;
}

/** A gateway to which an artifact was deployed at some time. */
export interface ArtifactGateway extends Gateway {
  readonly associatedAt: Date;
  /** What is to be served there; null: nothing. */
  readonly deployment: {
    readonly deploymentId: string;
    readonly status: Exclude<Status, 'ARCHIVED'>;
    readonly deployedAt: Date;
  } | null;
}

type ArtifactGatewayRow = Omit<ArtifactGateway, 'deployment'> & {
  readonly deploymentId: string | null;
  readonly status: Exclude<Status, 'ARCHIVED'>;
  readonly deployedAt: Date;
};

export type Gateways = ReturnType<typeof createGateways>;

/** The condition that `e`, a row of `edges`, is live: one that was not heard for this long is taken for dead, and its connections with it. */
export const edgeIsLive = sql`e.heard_at > clock_timestamp() - ${edgeTimeoutMs} * interval '1 millisecond'`;

/** The condition that a gateway, given by what names its UUID in a statement, has a connection on a live edge. */
export const isConnected = (gatewayId: Sql) => sql`EXISTS (
    SELECT FROM gateway_connections c JOIN edges e ON e.id = c.edge_id
    WHERE c.gateway_id = ${gatewayId} AND ${edgeIsLive}
  )`;

const columns = sql`
  g.id, g.handle, o.handle AS "organizationHandle", g.display_name AS "displayName", g.description, g.endpoints, g.properties,
  g.is_critical AS "isCritical", g.functionality_type AS "functionalityType", g.version, g.created_by AS "createdBy",
  g.created_at AS "createdAt", g.updated_at AS "updatedAt",
  ${isConnected(sql`g.id`)} AS "isActive"`;

/** Creates the access to gateways. Every call stays within one organization. */
export function createGateways(database: Pick<Database, 'query' | 'transaction'>) {
  async function select(where: Sql, rest: Sql = sql``): Promise<Gateway[]> {
    return database.query<Gateway>(
      sql`SELECT ${columns} FROM gateways g JOIN organizations o ON o.id = g.organization_id WHERE ${where} ${rest}`,
    );
  }

  async function get(organizationId: string, handle: string): Promise<Gateway> {
    const [gateway] = await select(sql`g.organization_id = ${organizationId} AND g.handle = ${handle}`);
    if (!gateway) throw gatewayNotFound(handle);
    return gateway;
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get,

    async list(organizationId: string, query: ListQuery): Promise<Listed<Gateway>> {
      const { limit, offset } = pageOf(query);
      const by = query.sortBy === 'name' ? sql`g.display_name` : sql`g.created_at`;
      const order = query.sortOrder === 'asc' ? sql`ASC` : sql`DESC`;
      const where = sql`g.organization_id = ${organizationId} AND strpos(g.handle, ${query.query ?? ''}) > 0`;
      const [items, [counted]] = await Promise.all([
        select(where, sql`ORDER BY ${by} ${order}, g.id ${order} LIMIT ${limit} OFFSET ${offset}`),
        database.query<{ total: number }>(sql`SELECT count(*) AS total FROM gateways g WHERE ${where}`),
      ]);
      return { items, total: counted?.total ?? 0 };
    },

    /** Returns the gateways to which an artifact was deployed at some time, with what is to be served there. */
    async listOf(organizationId: string, artifactId: string, query: ListQuery): Promise<Listed<ArtifactGateway>> {
      const { limit, offset } = pageOf(query);
      const [rows, [counted]] = await Promise.all([
        database.query<ArtifactGatewayRow>(sql`
          SELECT ${columns}, CASE WHEN place.desired_state = 'DEPLOYED' THEN place.deployment_id END AS "deploymentId", place.status,
            place.performed_at AS "deployedAt",
            coalesce((SELECT min(created_at) FROM deployments WHERE artifact_id = place.artifact_id AND gateway_id = g.id),
              place.updated_at) AS "associatedAt"
          FROM artifact_gateways place JOIN gateways g ON g.id = place.gateway_id JOIN organizations o ON o.id = g.organization_id
          WHERE place.artifact_id = ${artifactId} AND g.organization_id = ${organizationId}
          ORDER BY g.handle LIMIT ${limit} OFFSET ${offset}`),
        database.query<{ total: number }>(sql`SELECT count(*) AS total FROM artifact_gateways WHERE artifact_id = ${artifactId}`),
      ]);
      const items = rows.map(({ deploymentId, status, deployedAt, ...gateway }) => ({
        ...gateway,
        deployment: deploymentId === null ? null : { deploymentId, status, deployedAt },
      }));
      return { items, total: counted?.total ?? 0 };
    },

    /** @throws HttpError 404 when there is no such gateway, or it has sent none. */
    async manifest(organizationId: string, handle: string): Promise<Manifest> {
      const { id } = await get(organizationId, handle);
      const [manifest] = await database.query<Manifest>(sql`
        SELECT version, functionality_type AS "functionalityType", policies, received_at AS "receivedAt"
        FROM gateway_manifests WHERE gateway_id = ${id}`);
      if (manifest) return manifest;
      throw apiError('GATEWAY_MANIFEST_NOT_FOUND', `Gateway '${handle}' has sent no manifest yet: it does when it connects.`);
    },

    /** Makes a gateway to which nothing is owed yet. @throws HttpError 409 when the id is taken. */
    async create(organizationId: string, createdBy: string, wanted: GatewayContent & { readonly id?: string }): Promise<Gateway> {
      const { handle } = await createUnderHandle(
        wanted,
        async (handle) => {
          await database.transaction(async (transaction) => {
            const id = await insert(transaction, organizationId, handle, createdBy, wanted);
            await startCursor(transaction, organizationId, id);
          });
          return { handle };
        },
        (handle) => apiError('GATEWAY_NAME_CONFLICT', `There is already a gateway '${handle}'.`),
      );
      return get(organizationId, handle);
    },

    /** @throws HttpError 404 when there is none. */
    async update(organizationId: string, handle: string, content: GatewayContent): Promise<Gateway> {
      const updated = await database.query(sql`
        UPDATE gateways SET
          display_name = ${content.displayName}, description = ${content.description ?? null},
          endpoints = ${JSON.stringify(content.endpoints)}, properties = ${jsonOrNull(content.properties)},
          is_critical = ${content.isCritical}, functionality_type = ${content.functionalityType}, version = ${content.version},
          updated_at = clock_timestamp()
        WHERE organization_id = ${organizationId} AND handle = ${handle}
        RETURNING id`);
      if (updated.length === 0) throw gatewayNotFound(handle);
      return get(organizationId, handle);
    },

    /** Deletes a gateway with its tokens and deployments. Returns its UUID. @throws HttpError 404 when there is none. */
    async remove(organizationId: string, handle: string): Promise<string> {
      const [deleted] = await database.query<{ id: string }>(sql`
        DELETE FROM gateways WHERE organization_id = ${organizationId} AND handle = ${handle} RETURNING id`);
      if (!deleted) throw gatewayNotFound(handle);
      return deleted.id;
    },
  };
}

async function insert(
  transaction: Queryable,
  organizationId: string,
  handle: string,
  createdBy: string,
  content: GatewayContent,
): Promise<string> {
  const id = newId();
  await transaction.query(sql`
    INSERT INTO gateways (id, organization_id, handle, display_name, description, endpoints, properties, is_critical, functionality_type, version, created_by)
    VALUES (${id}, ${organizationId}, ${handle}, ${content.displayName}, ${content.description ?? null}, ${JSON.stringify(content.endpoints)},
            ${jsonOrNull(content.properties)}, ${content.isCritical}, ${content.functionalityType}, ${content.version}, ${createdBy})`);
  return id;
}

/**
 * Starts a new gateway's cursor at the head. The lock waits for writers that hold the head and keeps later ones waiting until the
 * gateway is committed: an event that is committed after the gateway has a revision beyond its cursor.
 */
async function startCursor(transaction: Queryable, organizationId: string, gatewayId: string): Promise<void> {
  await transaction.query(sql`
    WITH head AS (SELECT revision FROM organization_heads WHERE organization_id = ${organizationId} FOR SHARE)
    INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written)
    SELECT ${gatewayId}::uuid, log_epoch.epoch, head.revision, head.revision FROM head, log_epoch`);
}

function jsonOrNull(value: GatewayContent['properties']): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
