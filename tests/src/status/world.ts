import { sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { createAckApplication } from '../../../services/api-service/dist/acks/apply-ack.js';
import { storeConnection, storeCursor, storeEdge } from '../api-service/reported.js';
import { type Api, example, gatewayInput, type Json, startApi } from '../api-service/setup.js';

/** The management API with the REST APIs and gateways of a test, and what gateways and edges would tell, written by the test. */
export interface StatusWorld extends Api {
  /** Asks and fails unless the answer is a success. */
  get(path: string): Promise<Json>;
  gateway(id: string): Promise<void>;
  restApi(id: string): Promise<void>;
  deploy(restApi: string, gateway: string): Promise<string>;
  /** Applies a gateway's verdict on what is decided now; `errorCode`: a refusal, after which only some are issued again by themselves. */
  verdict(restApi: string, gateway: string, errorCode?: string): Promise<void>;
  /** A new live edge. Returns its UUID. */
  edge(): Promise<string>;
  connect(gateway: string, edgeId: string): Promise<void>;
  /** What receipts and writes have proven. Left out: stays. */
  cursor(gateway: string, at: { readonly confirmed?: number; readonly written?: number }): Promise<void>;
  head(): Promise<number>;
  /** Makes events beside the management API, which are published when the relay sweeps: for one gateway, else for all. */
  appendEvents(count: number, of?: { readonly gateway?: string; readonly actor?: string }): Promise<void>;
  /** Another organization with everything that a list could show, and a token for it. */
  otherOrganization(id: string): Promise<string>;
}

export async function startStatusWorld(settings: Readonly<Record<string, string>> = {}): Promise<StatusWorld> {
  const api = await startApi(settings);
  const { database, done } = api;
  const applyAck = createAckApplication({
    database,
    logger: createLogger('test', 'silent'),
    wakeRelay: () => undefined,
    announceSettled: () => undefined,
  });
  await done('POST', '/projects', { id: 'demo', displayName: 'Demo' });

  return {
    ...api,
    get: (path) => done('GET', path),
    gateway: (id) => done('POST', '/gateways', gatewayInput(id)),
    restApi: (id) => done('POST', '/rest-apis', { ...example('rest-api'), id, displayName: id, context: `/${id}` }),
    async deploy(restApi, gatewayId) {
      const body = { name: 'deployment', base: 'current', gatewayId };
      return (await done('POST', `/rest-apis/${restApi}/deployments`, body)).deploymentId;
    },
    async verdict(restApi, gateway, errorCode) {
      const [place] = await database.query<Json>(sql`
        SELECT artifacts.organization_id, place.* FROM artifact_gateways AS place
        JOIN artifacts ON artifacts.id = place.artifact_id JOIN gateways ON gateways.id = place.gateway_id
        WHERE artifacts.handle = ${restApi} AND gateways.handle = ${gateway}`);
      await applyAck({
        gatewayId: place.gateway_id,
        organizationId: place.organization_id,
        ack: {
          deploymentId: place.deployment_id ?? '',
          artifactId: place.artifact_id,
          action: place.desired_state === 'DEPLOYED' ? 'deploy' : 'undeploy',
          status: errorCode === undefined ? 'success' : 'failed',
          performedAt: place.performed_at.toISOString(),
          ...(errorCode !== undefined && { errorCode }),
        },
      });
    },
    edge: () => storeEdge(database),
    connect: (gateway, edgeId) => storeConnection(database, gateway, edgeId),
    async cursor(gateway, at) {
      await storeCursor(database, gateway, at);
    },
    async head() {
      const [row] = await database.query<{ revision: number }>(sql`SELECT max(revision) AS revision FROM organization_heads`);
      return row?.revision ?? 0;
    },
    async appendEvents(count, { gateway, actor = 'someone' } = {}) {
      await database.query(sql`
        WITH head AS (
          UPDATE organization_heads SET revision = revision + ${count}
          WHERE organization_id = (SELECT id FROM organizations WHERE handle = 'default') RETURNING organization_id, revision - ${count} AS before
        )
        INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, user_id, committed_at)
        SELECT organization_id, before + n, gen_random_uuid(), (SELECT id FROM gateways WHERE handle = ${gateway ?? null}), 'plan',
          gen_random_uuid(), 'CREATE', 'subscriptionPlan.created', json_build_object('userId', ${actor}::text)::text, ${actor}, now()
        FROM head, generate_series(1, ${count}::int) AS n`);
    },
    async otherOrganization(id) {
      await done('POST', '/organizations', { id, displayName: id });
      const token = await api.token({ organization: id });
      const other = (method: string, path: string, body: unknown) => done(method, path, body, { token });
      await other('POST', '/projects', { id: 'demo', displayName: 'Demo' });
      await other('POST', '/gateways', gatewayInput(`${id}-gateway`));
      await other('POST', '/rest-apis', { ...example('rest-api'), id: `${id}-api`, displayName: `${id}-api` });
      const deployment = { name: 'deployment', base: 'current', gatewayId: `${id}-gateway` };
      await other('POST', `/rest-apis/${id}-api/deployments`, deployment);
      return token;
    },
  };
}
