import { createHash, randomBytes } from 'node:crypto';
import type { DesiredState, Kind } from '@gatecast/contracts';
import { type Database, newId, sql } from '@gatecast/database';

export interface SeededGateway {
  readonly gatewayId: string;
  readonly organizationId: string;
  readonly tokenId: string;
  readonly token: string;
  readonly tokenHash: string;
}

export interface SeededArtifact {
  readonly artifactId: string;
  readonly organizationId: string;
  readonly kind: Kind;
}

/** An organization whose head is `head`. */
export async function seedOrganization(database: Database, head = 0): Promise<string> {
  const id = newId();
  await database.query(sql`INSERT INTO organizations (id, handle, display_name) VALUES (${id}, ${`org-${id}`}, 'Organization')`);
  await database.query(sql`INSERT INTO organization_heads (organization_id, revision) VALUES (${id}, ${head})`);
  return id;
}

/** A gateway with a token. */
export async function seedGateway(database: Database, organizationId: string): Promise<SeededGateway> {
  const gatewayId = newId();
  await database.query(sql`
    INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
    VALUES (${gatewayId}, ${organizationId}, ${`gateway-${gatewayId}`}, 'Gateway', '[]', 'regular', '1.0', 'test')`);
  const token = randomBytes(32).toString('base64url');
  const tokenHash = createHash('sha256').update(token).digest('hex');
  const tokenId = newId();
  await database.query(
    sql`INSERT INTO gateway_tokens (id, gateway_id, token_hash) VALUES (${tokenId}, ${gatewayId}, ${tokenHash})`,
  );
  return { gatewayId, organizationId, tokenId, token, tokenHash };
}

export async function seedArtifact(database: Database, organizationId: string, kind: Kind): Promise<SeededArtifact> {
  const artifactId = newId();
  await database.query(sql`
    INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
    VALUES (${artifactId}, ${organizationId}, ${kind}, ${`artifact-${artifactId}`}, ${`Artifact ${artifactId}`}, 'v1.0', '{}', 'test')`);
  return { artifactId, organizationId, kind };
}

/** A deployment that nothing points at. Returns its id. */
export async function seedDeployment(
  database: Database,
  artifact: SeededArtifact,
  gateway: SeededGateway,
  content: string,
): Promise<string> {
  const id = newId();
  await database.query(sql`
    INSERT INTO deployments (id, artifact_id, gateway_id, name, content, metadata, created_by)
    VALUES (${id}, ${artifact.artifactId}, ${gateway.gatewayId}, 'deployment', ${content}, '{}', 'test')`);
  return id;
}

export interface Decision {
  readonly deploymentId: string | null;
  readonly desiredState: DesiredState;
  readonly performedAt: string;
  readonly confirmed?: { readonly deploymentId: string; readonly state: DesiredState; readonly performedAt: string };
}

/** What is decided for an artifact on a gateway. Returns the `correlationId` of its event. */
export async function seedDecision(
  database: Database,
  artifact: SeededArtifact,
  gateway: SeededGateway,
  decision: Decision,
): Promise<string> {
  const correlationId = newId();
  const { deploymentId, desiredState, performedAt, confirmed } = decision;
  await database.query(sql`
    INSERT INTO artifact_gateways (artifact_id, gateway_id, deployment_id, desired_state, status, performed_at, correlation_id, revision,
      confirmed_deployment_id, confirmed_state, confirmed_performed_at)
    VALUES (${artifact.artifactId}, ${gateway.gatewayId}, ${deploymentId}, ${desiredState}, ${desiredState}, ${performedAt}, ${correlationId}, 1,
      ${confirmed?.deploymentId ?? null}, ${confirmed?.state ?? null}, ${confirmed?.performedAt ?? null})`);
  return correlationId;
}

export async function seedEvent(
  database: Database,
  event: {
    organizationId: string;
    gatewayId: string | null;
    revision: number;
    frame: string;
    entityId?: string;
    committedAt?: string;
    traceparent?: string;
  },
): Promise<string> {
  const id = newId();
  await database.query(sql`
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, committed_at, traceparent)
    VALUES (${event.organizationId}, ${event.revision}, ${id}, ${event.gatewayId}, 'artifact', ${event.entityId ?? newId()}, 'CREATE', 'api.deployed',
      ${event.frame}, coalesce(${event.committedAt ?? null}::timestamptz, now()), ${event.traceparent ?? null})`);
  return id;
}

export async function logEpochOf(database: Database): Promise<string> {
  const [row] = await database.query<{ epoch: string }>(sql`SELECT epoch FROM log_epoch`);
  return (row as { epoch: string }).epoch;
}
