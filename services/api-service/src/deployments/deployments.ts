import { artifactChange, isUuid, type Kind, type Status } from '@gatecast/contracts';
import { newId, type Queryable, sql } from '@gatecast/database';
import { type ArtifactContent, changeContent, type DeploymentMetadata, renderContent } from '../artifacts/content.js';
import { type ArtifactReference, artifactNotFound, findArtifact, isArtifact } from '../artifacts/reference.js';
import { issueCredentials } from '../credentials/issue.js';
import { apiError } from '../errors.js';
import { type NewEvent, newEvent } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { raiseTombstone } from '../event-log/tombstones.js';
import { findGateway, gatewayNotFound } from '../gateways/find.js';
import { requireSecrets, secretsIn } from '../secrets/references.js';
import { decideDeployed, decideUndeployed, lockPlace, type Place, type PlaceState } from './decision.js';
import { deploymentNotFound } from './deployment-id.js';
import { type DeploymentView, deploymentStatus, deploymentsWithPlaces, viewColumns } from './view.js';

export interface DeployRequest {
  readonly name: string;
  /** `current`, or the deployment whose snapshot is taken again, with what `metadata` names in place of its own. */
  readonly base: string;
  readonly gatewayHandles: readonly string[];
  readonly metadata: DeploymentMetadata;
}

type LockedArtifact = ArtifactContent & { readonly id: string; readonly organizationId: string };

/** What gateways shall serve of an artifact, fixed. */
interface Snapshot {
  readonly content: string;
  readonly baseDeploymentId: string | null;
  readonly secretHandles: string[];
}

/** Most snapshots of an artifact on a gateway; at the limit the oldest archived ones go (management API: 20, and 100 more). */
const snapshotsMax = 120;
const snapshotsPruned = 5;

export type Deployments = ReturnType<typeof createDeployments>;

/** Everything that changes what a gateway shall serve. Each operation is one change, which locks the artifact, then its place on the gateway. */
export function createDeployments(options: ChangeOptions) {
  const { database } = options;
  const change = createChange(options);

  async function lockArtifact(
    transaction: Queryable,
    reference: ArtifactReference,
    strength: 'FOR SHARE' | 'FOR UPDATE',
  ): Promise<LockedArtifact> {
    const [artifact] = await transaction.query<LockedArtifact>(sql`
      SELECT artifacts.id, artifacts.organization_id AS "organizationId", artifacts.kind, artifacts.handle, artifacts.display_name AS "displayName", artifacts.version,
             artifacts.definition, artifacts.project_id AS "projectId"
      FROM artifacts
      WHERE artifacts.organization_id = ${reference.organizationId} AND artifacts.kind = ${reference.kind}
        AND artifacts.handle = ${reference.handle}
      ${{ text: strength, values: [] }}`);
    if (!artifact) throw artifactNotFound(reference.kind, reference.handle);
    return artifact;
  }

  /** Finds gateways, by id in the order of their UUIDs, and keeps them from being deleted meanwhile. */
  async function gatewaysOf(
    transaction: Queryable,
    organizationId: string,
    handles: readonly string[],
  ): Promise<{ id: string; handle: string }[]> {
    const gateways = await transaction.query<{ id: string; handle: string }>(sql`
      SELECT id, handle FROM gateways WHERE organization_id = ${organizationId} AND handle = ANY(${handles}::text[])
      ORDER BY id FOR KEY SHARE`);
    const missing = handles.find((handle) => !gateways.some((gateway) => gateway.handle === handle));
    if (missing !== undefined) throw gatewayNotFound(missing);
    return gateways;
  }

  /** Finds a deployment of the artifact, and keeps the gateway that it is for from being deleted meanwhile. */
  async function deploymentOf(transaction: Queryable, artifactId: string, deploymentId: string) {
    const [deployment] = await transaction.query<{ gatewayId: string; gatewayHandle: string }>(sql`
      SELECT deployments.gateway_id AS "gatewayId", gateways.handle AS "gatewayHandle"
      FROM deployments JOIN gateways ON gateways.id = deployments.gateway_id
      WHERE deployments.id = ${deploymentId} AND deployments.artifact_id = ${artifactId}
      FOR KEY SHARE OF gateways`);
    if (!deployment) throw apiError('DEPLOYMENT_NOT_FOUND', `This artifact has no deployment '${deploymentId}'.`);
    return deployment;
  }

  /** Locks artifact and place for an operation on an existing deployment. */
  async function lockDeployment(
    transaction: Queryable,
    reference: ArtifactReference,
    deploymentId: string,
    gatewayHandle?: string,
  ) {
    const artifact = await lockArtifact(transaction, reference, 'FOR SHARE');
    if (gatewayHandle !== undefined) await gatewaysOf(transaction, reference.organizationId, [gatewayHandle]);
    const deployment = await deploymentOf(transaction, artifact.id, deploymentId);
    if (gatewayHandle !== undefined && deployment.gatewayHandle !== gatewayHandle) {
      throw apiError(
        'DEPLOYMENT_GATEWAY_MISMATCH',
        `This deployment is for gateway '${deployment.gatewayHandle}', not '${gatewayHandle}'.`,
      );
    }
    const place: Place = {
      organizationId: reference.organizationId,
      artifactId: artifact.id,
      kind: reference.kind,
      gatewayId: deployment.gatewayId,
    };
    const state = await lockPlace(transaction, place);
    if (!state) throw new Error('A deployment exists without its place.');
    // Whoever waited for the lock may have been overtaken by a delete of this deployment.
    await deploymentOf(transaction, artifact.id, deploymentId);
    return { place, state };
  }

  /** Returns what gateways shall serve; the secrets that it refers to stay while this transaction runs. */
  async function snapshotOf(transaction: Queryable, artifact: LockedArtifact, request: DeployRequest): Promise<Snapshot> {
    let content: string;
    let baseDeploymentId: string | null = null;
    if (request.base === 'current') {
      content = renderContent(artifact, request.metadata);
    } else {
      const [base] = await transaction.query<{ content: string }>(sql`
        SELECT content FROM deployments WHERE id = ${isUuid(request.base) ? request.base : null} AND artifact_id = ${artifact.id}`);
      if (!base)
        throw apiError(
          'DEPLOYMENT_BASE_NOT_FOUND',
          `This artifact has no deployment '${request.base}' to start from; use 'current' or one of its deployments.`,
        );
      content = changeContent(artifact.kind, base.content, request.metadata);
      baseDeploymentId = request.base.toLowerCase();
    }
    const secretHandles = secretsIn(content);
    await requireSecrets(transaction, artifact.organizationId, secretHandles);
    return { content, baseDeploymentId, secretHandles };
  }

  async function insertDeployment(
    transaction: Queryable,
    { artifactId, gatewayId }: Place,
    { name, metadata }: DeployRequest,
    { content, baseDeploymentId, secretHandles }: Snapshot,
    actor: string,
  ): Promise<string> {
    const deploymentId = newId();
    await transaction.query(sql`
      INSERT INTO deployments (id, artifact_id, gateway_id, name, base_deployment_id, content, metadata, secret_handles, created_by, created_at)
      VALUES (${deploymentId}, ${artifactId}, ${gatewayId}, ${name}, ${baseDeploymentId}, ${content},
              ${JSON.stringify(metadata)}, ${secretHandles}, ${actor}, clock_timestamp())`);
    return deploymentId;
  }

  /** Keeps the number of snapshots within its limit. The place is locked, so the count can't be outrun. */
  async function prune(transaction: Queryable, { artifactId, gatewayId }: Place): Promise<void> {
    await transaction.query(sql`
      DELETE FROM deployments WHERE id IN (
        SELECT deployments.id FROM deployments
        JOIN artifact_gateways AS place ON place.artifact_id = deployments.artifact_id AND place.gateway_id = deployments.gateway_id
        WHERE deployments.artifact_id = ${artifactId} AND deployments.gateway_id = ${gatewayId}
          AND deployments.id IS DISTINCT FROM place.deployment_id AND deployments.id IS DISTINCT FROM place.confirmed_deployment_id
        ORDER BY deployments.created_at, deployments.id
        LIMIT CASE WHEN (SELECT count(*) FROM deployments WHERE artifact_id = ${artifactId} AND gateway_id = ${gatewayId}) > ${snapshotsMax}::int
              THEN ${snapshotsPruned}::int ELSE 0 END)`);
  }

  /** Returns a deployment. @throws HttpError 404 */
  async function view(source: Queryable, deploymentId: string): Promise<DeploymentView> {
    const [row] = await source.query<DeploymentView>(sql`${viewed} WHERE deployments.id = ${deploymentId}`);
    if (!row) throw deploymentNotFound(deploymentId);
    return row;
  }

  /** Returns deployments in the order of their ids given. @throws HttpError 404 */
  async function views(source: Queryable, deploymentIds: readonly string[]): Promise<DeploymentView[]> {
    const [first] = deploymentIds;
    // The usual case. With a list PostgreSQL plans the joins anew each time, which takes longer than they do.
    if (first !== undefined && deploymentIds.length === 1) return [await view(source, first)];
    const rows = await source.query<DeploymentView>(sql`${viewed} WHERE deployments.id = ANY(${deploymentIds}::uuid[])`);
    return deploymentIds.map((id) => {
      const row = rows.find(({ deploymentId }) => deploymentId === id);
      if (!row) throw deploymentNotFound(id);
      return row;
    });
  }

  return {
    /**
     * Takes a snapshot of an artifact and decides that gateways shall serve it: all or none. Returns one deployment for each, in the
     * order asked. @throws HttpError
     */
    deploy: (reference: ArtifactReference, request: DeployRequest, actor: string): Promise<DeploymentView[]> =>
      change(reference.organizationId, async (transaction) => {
        const artifact = await lockArtifact(transaction, reference, 'FOR SHARE');
        const gateways = await gatewaysOf(transaction, reference.organizationId, request.gatewayHandles);
        const snapshot = await snapshotOf(transaction, artifact, request);
        const made = new Map<string, string>();
        const events: NewEvent[] = [];
        for (const { id: gatewayId, handle } of gateways) {
          const place: Place = {
            organizationId: reference.organizationId,
            artifactId: artifact.id,
            kind: reference.kind,
            gatewayId,
          };
          const deploymentId = await insertDeployment(transaction, place, request, snapshot, actor);
          const event = await decideDeployed(transaction, place, deploymentId, actor);
          events.push(...(await deployed(transaction, place, event, events.length)));
          await prune(transaction, place);
          made.set(handle, deploymentId);
        }
        return {
          result: await views(
            transaction,
            request.gatewayHandles.map((handle) => made.get(handle) as string),
          ),
          events,
        };
      }),

    /** Decides that a gateway shall serve an earlier deployment (or the undeployed one) again. @throws HttpError */
    restore: (
      reference: ArtifactReference,
      deploymentId: string,
      gatewayHandle: string,
      actor: string,
    ): Promise<DeploymentView> =>
      change(reference.organizationId, async (transaction) => {
        // Before the place is locked, as in a deploy: whoever holds a secret never waits for who holds a place.
        const [earlier] = await transaction.query<{ secretHandles: string[] }>(sql`
          SELECT secret_handles AS "secretHandles" FROM deployments JOIN artifacts ON artifacts.id = deployments.artifact_id
          WHERE ${isArtifact(reference)} AND deployments.id = ${deploymentId}`);
        await requireSecrets(transaction, reference.organizationId, earlier?.secretHandles ?? []);
        const { place, state } = await lockDeployment(transaction, reference, deploymentId, gatewayHandle);
        if (state.deploymentId === deploymentId && (state.status === 'DEPLOYED' || state.status === 'DEPLOYING')) {
          throw apiError(
            'DEPLOYMENT_RESTORE_CONFLICT',
            `This deployment is ${state.status} already; there is nothing to restore.`,
          );
        }
        const events = await deployed(transaction, place, await decideDeployed(transaction, place, deploymentId, actor));
        return { result: await view(transaction, deploymentId), events };
      }),

    /**
     * Decides that a gateway shall serve the artifact no more. A deployment that failed, or whose undeploy is under way, can be
     * undeployed (again). @throws HttpError
     */
    undeploy: (
      reference: ArtifactReference,
      deploymentId: string,
      gatewayHandle: string,
      actor: string,
    ): Promise<DeploymentView> =>
      change(reference.organizationId, async (transaction) => {
        const { place, state } = await lockDeployment(transaction, reference, deploymentId, gatewayHandle);
        if (state.deploymentId !== deploymentId || state.status === 'UNDEPLOYED') {
          const status = statusOf(state, deploymentId);
          throw apiError(
            'DEPLOYMENT_NOT_ACTIVE',
            `This deployment is ${status}; only the gateway's current deployment can be undeployed.`,
          );
        }
        const event = await decideUndeployed(transaction, place, deploymentId, actor);
        return { result: await view(transaction, deploymentId), events: [event] };
      }),

    /**
     * Deletes a deployment. One that the gateway shall serve is refused; one that the gateway may serve although it shall not
     * is undeployed in the same transaction. @throws HttpError
     */
    remove: (reference: ArtifactReference, deploymentId: string, actor: string): Promise<void> =>
      change(reference.organizationId, async (transaction) => {
        const { place, state } = await lockDeployment(transaction, reference, deploymentId);
        const events = await release(transaction, place, state, deploymentId, actor);
        await transaction.query(sql`DELETE FROM deployments WHERE id = ${deploymentId}`);
        return { result: undefined, events };
      }),

    /**
     * Deletes an artifact with everything of it and tells every gateway of the organization. Returns the event's correlationId;
     * undefined if it was gone.
     */
    deleteArtifact: (artifact: { id: string; kind: Kind; organizationId: string }, actor: string): Promise<string | undefined> =>
      change(artifact.organizationId, async (transaction) => {
        const change = artifactChange({ kind: artifact.kind, verb: 'deleted', artifactId: artifact.id });
        const [deleted] = await transaction.query<{ id: string }>(sql`
          DELETE FROM artifacts WHERE id = ${artifact.id} AND organization_id = ${artifact.organizationId} RETURNING id`);
        if (!deleted) return { result: undefined, events: [] };
        await raiseTombstone(transaction, artifact.organizationId, change);
        const event = newEvent(change, null, actor);
        return { result: event.correlationId, events: [event] };
      }),

    /** Returns one deployment of an artifact. @throws HttpError */
    async get(reference: ArtifactReference, deploymentId: string): Promise<DeploymentView> {
      const [row] = await database.query<DeploymentView>(sql`${viewed}
        JOIN artifacts ON artifacts.id = deployments.artifact_id
        WHERE ${isArtifact(reference)} AND deployments.id = ${deploymentId}`);
      if (row) return row;
      await findArtifact(database, reference);
      throw apiError('DEPLOYMENT_NOT_FOUND', `This artifact has no deployment '${deploymentId}'.`);
    },

    /** Returns one page of an artifact's deployments, the newest first, and how many there are in all. @throws HttpError */
    async list(
      reference: ArtifactReference,
      filter: { readonly gatewayHandle?: string; readonly status?: Status; readonly limit: number; readonly offset: number },
    ): Promise<{ total: number; list: DeploymentView[] }> {
      await findArtifact(database, reference);
      if (filter.gatewayHandle !== undefined) await findGateway(database, reference.organizationId, filter.gatewayHandle);
      const matching = sql`${viewed}
        JOIN artifacts ON artifacts.id = deployments.artifact_id
        WHERE ${isArtifact(reference)}
          AND (${filter.gatewayHandle ?? null}::text IS NULL OR gateways.handle = ${filter.gatewayHandle ?? null})
          AND (${filter.status ?? null}::text IS NULL OR ${deploymentStatus} = ${filter.status ?? null})`;
      const [[counted], list] = await Promise.all([
        database.query<{ total: number }>(sql`SELECT count(*) AS total FROM (${matching}) AS matching`),
        database.query<DeploymentView>(
          sql`${matching} ORDER BY deployments.created_at DESC, deployments.id DESC LIMIT ${filter.limit} OFFSET ${filter.offset}`,
        ),
      ]);
      return { total: counted?.total ?? 0, list };
    },
  };
}

/** What one change does not have room for comes in others. */
const eventsAtOnceMax = 5_000;

/**
 * What comes with an artifact: a gateway takes keys and subscriptions only for what it holds (gateway protocol 1.6). After so many
 * `earlier` events of the same change it is marked, and issued by a change of its own (`issueOwed`).
 */
async function deployed(transaction: Queryable, place: Place, event: NewEvent, earlier = 0): Promise<NewEvent[]> {
  const { gatewayId, artifactId } = place;
  if (earlier >= eventsAtOnceMax) {
    await transaction.query(sql`
      UPDATE artifact_gateways SET credentials_at = clock_timestamp() WHERE artifact_id = ${artifactId} AND gateway_id = ${gatewayId}`);
    return [event];
  }
  return [event, ...(await issueCredentials(transaction, gatewayId, [artifactId], 'CURRENT_IF_HELD'))];
}

/** Lets a deployment that is about to be deleted go from its place. Returns the events that the gateway must hear. */
async function release(
  transaction: Queryable,
  place: Place,
  state: PlaceState,
  deploymentId: string,
  actor: string,
): Promise<NewEvent[]> {
  const current = state.deploymentId === deploymentId;
  const serves = state.confirmedDeploymentId === deploymentId && state.confirmedState === 'DEPLOYED';
  if (current && (state.status === 'DEPLOYED' || state.status === 'DEPLOYING')) {
    throw apiError('DEPLOYMENT_ACTIVE', `This deployment is ${state.status}: undeploy it first.`);
  }
  if (!current && serves && state.status !== 'DEPLOYED') {
    throw apiError(
      'DEPLOYMENT_ACTIVE',
      'The gateway still serves this deployment, since its successor has not been applied: undeploy the current deployment first, or wait.',
    );
  }
  if (!current) return [];
  if (state.status === 'UNDEPLOYED') {
    await transaction.query(sql`
      UPDATE artifact_gateways SET deployment_id = NULL, updated_at = clock_timestamp()
      WHERE artifact_id = ${place.artifactId} AND gateway_id = ${place.gatewayId}`);
    return [];
  }
  return [await decideUndeployed(transaction, place, null, actor)];
}

function statusOf(state: PlaceState, deploymentId: string): Status {
  return state.deploymentId === deploymentId ? state.status : 'ARCHIVED';
}

const viewed = sql`SELECT ${viewColumns} FROM ${deploymentsWithPlaces}`;
