import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { acksWaiting, openConnection } from '@gatecast/broker';
import { type ArtifactVerb, kindOfEventPrefix } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import type { DatabaseState, GatewayHistory, HandledEvent, Head, LoggedEvent, Place, StoredArtifact } from './history.js';
import type { ChaosGateway, ChaosWorld, Organization } from './world.js';

/** Who issues what is issued again. */
const controlPlane = 'gatecast';

/** Reads the whole event log. */
export async function readEventLog(database: Queryable): Promise<LoggedEvent[]> {
  const rows = await database.query<Row>(sql`
    SELECT id, organization_id AS "organizationId", revision, gateway_id AS "gatewayId", entity_id AS "artifactId", type, frame,
           user_id AS "userId", (extract(epoch FROM committed_at) * 1000)::float8 AS "committedAtMs"
    FROM events ORDER BY organization_id, revision`);
  return rows.flatMap(({ type, frame, userId, ...event }) => {
    const [prefix = '', verb = ''] = type.split('.');
    const traits = kindOfEventPrefix(prefix);
    if (!traits) return [];
    const { payload } = JSON.parse(frame) as { payload: { deploymentId?: string; performedAt?: string } };
    return [
      {
        ...event,
        kind: traits.kind,
        verb: verb as ArtifactVerb,
        deploymentId: payload.deploymentId ?? '',
        performedAtMs: payload.performedAt === undefined ? null : Date.parse(payload.performedAt),
        isReissued: userId === controlPlane,
      },
    ];
  });
}

interface Row {
  readonly id: string;
  readonly organizationId: string;
  readonly revision: number;
  readonly gatewayId: string | null;
  readonly artifactId: string;
  readonly type: string;
  readonly frame: string;
  readonly userId: string;
  readonly committedAtMs: number;
  readonly [column: string]: unknown;
}

/** Reads how far the organizations' event logs go. */
export function readHeads(database: Queryable, organizations: readonly Pick<Organization, 'organizationId'>[]): Promise<Head[]> {
  return database.query<Head>(sql`
    SELECT organization_id AS "organizationId", revision, trimmed_through AS "trimmedThrough" FROM organization_heads
    WHERE organization_id = ANY(${organizations.map(({ organizationId }) => organizationId)}::uuid[]) ORDER BY organization_id`);
}

/** Reads what the checker compares with the gateways; of these organizations alone, as others may be at work beside them. */
export async function readDatabase(
  database: Queryable,
  organizations: readonly Pick<Organization, 'organizationId'>[],
): Promise<DatabaseState> {
  const ids = organizations.map(({ organizationId }) => organizationId);
  const events = (await readEventLog(database)).filter(({ organizationId }) => ids.includes(organizationId));
  const heads = await readHeads(database, organizations);
  const artifacts = await database.query<{ id: string }>(
    sql`SELECT id FROM artifacts WHERE organization_id = ANY(${ids}::uuid[])`,
  );
  const places = await database.query<Place>(sql`
    SELECT artifact_id AS "artifactId", gateway_id AS "gatewayId", deployment_id AS "deploymentId", desired_state AS "desiredState", status,
           status_reason AS "statusReason", (extract(epoch FROM performed_at) * 1000)::float8 AS "performedAtMs"
    FROM artifact_gateways WHERE artifact_id = ANY(${artifacts.map(({ id }) => id)}::uuid[])`);
  return { events, heads, artifactIds: artifacts.map(({ id }) => id), places };
}

/** Reads what a gateway handled and holds. @throws Error when its process does not answer. */
export async function readGateway({ gatewayId, name, organization, process, trailFile }: ChaosGateway): Promise<GatewayHistory> {
  const { artifacts } = await statusOf(process.url);
  const store: StoredArtifact[] = artifacts.map(({ id, state, deploymentId, deployedAt }) => ({
    id,
    state,
    deploymentId,
    deployedAtMs: Date.parse(deployedAt),
  }));
  return { gatewayId, organizationId: organization.organizationId, name, handled: readTrail(trailFile), store };
}

interface GatewayStatus {
  readonly connection: { readonly state: string };
  readonly artifacts: readonly (Omit<StoredArtifact, 'deployedAtMs'> & { readonly deployedAt: string })[];
}

async function statusOf(url: string): Promise<GatewayStatus> {
  const answer = await fetch(`${url}/status`, { signal: AbortSignal.timeout(5_000) });
  return (await answer.json()) as GatewayStatus;
}

function readTrail(file: string): HandledEvent[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // Nothing was handled yet.
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as HandledEvent);
}

/** All must be at rest at two looks in a row, this far apart. */
const lookMs = 500;

/**
 * Waits until nothing is under way any more in the world's organizations: all services ready, all gateways connected, all events published, handled and
 * settled. Returns undefined then, or what was still under way after `timeoutMs`.
 */
export async function untilQuiet(world: ChaosWorld, timeoutMs: number): Promise<string | undefined> {
  const url = world.stack.endpoints.natsUrl;
  // Where there are permissions they go by it.
  const name = /^nats:\/\/([^:@]+):[^@]*@/.exec(url)?.[1] ?? 'gatecast-chaos';
  const broker = openConnection({ url, name, onStatus: () => undefined });
  try {
    const deadline = Date.now() + timeoutMs;
    let quietLooks = 0;
    for (;;) {
      const reason = await unrest(world, () => acksWaiting(broker)).catch((error: Error) => `not to be told: ${error.message}`);
      quietLooks = reason === undefined ? quietLooks + 1 : 0;
      if (quietLooks === 2) return undefined;
      if (Date.now() > deadline) return `not quiet after ${timeoutMs / 1000} s: ${reason ?? 'only just'}`;
      await delay(lookMs);
    }
  } finally {
    await broker.close();
  }
}

async function unrest(world: ChaosWorld, acks: () => Promise<number>): Promise<string | undefined> {
  for (const { name, url } of world.stack.services) {
    if (name === 'front-door') continue;
    const { status } = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    if (status !== 200) return `${name} is not ready`;
  }
  for (const { name, process } of world.gateways) {
    const { connection } = await statusOf(process.url);
    if (connection.state !== 'CONNECTED') return `${name} is ${connection.state}`;
  }
  const organizations = world.organizations.map(({ organizationId }) => organizationId);
  const [row] = await world.database.query<{ unpublished: number; unconfirmed: string[]; unsettled: number }>(sql`
    SELECT
      (SELECT count(*) FROM organization_heads AS heads LEFT JOIN published_heads AS published USING (organization_id)
       WHERE heads.organization_id = ANY(${organizations}::uuid[]) AND heads.revision > coalesce(published.revision, 0)) AS unpublished,
      (SELECT coalesce(array_agg(gateways.handle), '{}') FROM gateways
       CROSS JOIN log_epoch
       LEFT JOIN gateway_cursors AS cursor ON cursor.gateway_id = gateways.id AND cursor.log_epoch = log_epoch.epoch
       WHERE gateways.organization_id = ANY(${organizations}::uuid[])
         AND coalesce(cursor.confirmed, -1) < (SELECT coalesce(max(revision), 0) FROM events
         WHERE events.organization_id = gateways.organization_id AND (events.gateway_id = gateways.id OR events.gateway_id IS NULL))) AS unconfirmed,
      (SELECT count(*) FROM artifact_gateways JOIN gateways ON gateways.id = gateway_id
       WHERE gateways.organization_id = ANY(${organizations}::uuid[])
         AND (status IN ('DEPLOYING', 'UNDEPLOYING') OR status_reason = 'DEPLOYMENT_TIMEOUT' OR reissue_at IS NOT NULL)) AS unsettled`);
  if (!row) return 'the database does not answer';
  if (row.unpublished > 0) return `${row.unpublished} organizations have unpublished events`;
  if (row.unconfirmed.length > 0) return `not confirmed by ${row.unconfirmed.join(', ')}`;
  if (row.unsettled > 0) return `${row.unsettled} statuses are in transition`;
  const waiting = await acks();
  return waiting > 0 ? `${waiting} acks wait` : undefined;
}
