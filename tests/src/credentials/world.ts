import type { Kind } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { type Api, example, gatewayInput, type Json, startApi } from '../api-service/setup.js';
import { createDatabase } from '../setup.js';

/** An event as a gateway reads it, and whom it is for. */
export interface Heard {
  readonly revision: number;
  /** Handle; null: every gateway of the organization. */
  readonly gateway: string | null;
  readonly entity: string;
  readonly action: string;
  readonly frame: string;
  readonly type: string;
  readonly payload: Json;
  readonly userId: string | undefined;
}

/** The management API with a project, two gateways `one` and `two`, and what is deployed where. */
export interface CredentialWorld extends Api {
  readonly databaseUrl: string;
  artifact(kind: Kind, id: string): Promise<string>;
  deploy(kind: Kind, id: string, gateway: string): Promise<string>;
  /** The events after a revision, in order. */
  heard(after?: number): Promise<Heard[]>;
  head(): Promise<number>;
  /** The events that a request has caused. */
  eventsOf(method: string, path: string, body?: unknown): Promise<Heard[]>;
}

export const collections: Readonly<Record<Kind, string>> = {
  RestApi: 'rest-apis',
  LlmProvider: 'llm-providers',
  LlmProxy: 'llm-proxies',
  Mcp: 'mcp-proxies',
};

const examples = { RestApi: 'rest-api', LlmProvider: 'llm-provider', LlmProxy: 'llm-proxy', Mcp: 'mcp-proxy' } as const;

export async function startCredentialWorld(): Promise<CredentialWorld> {
  const databaseUrl = await createDatabase();
  const api = await startApi({ DATABASE_URL: databaseUrl });
  const { done } = api;
  const heard: CredentialWorld['heard'] = async (after = 0) => {
    const rows = await api.database.query<Omit<Heard, 'type' | 'payload' | 'userId'>>(sql`
      SELECT events.revision, gateways.handle AS gateway, entity_type || ':' || entity_id AS entity, action, frame
      FROM events LEFT JOIN gateways ON gateways.id = events.gateway_id
      WHERE events.revision > ${after} ORDER BY events.revision`);
    return rows.map((row) => ({ ...row, ...JSON.parse(row.frame) }));
  };
  const head: CredentialWorld['head'] = async () => {
    const [row] = await api.database.query<{ revision: number }>(sql`SELECT max(revision) AS revision FROM organization_heads`);
    return row?.revision ?? 0;
  };
  await done('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  await done('POST', '/gateways', gatewayInput('one'));
  await done('POST', '/gateways', gatewayInput('two'));

  return {
    ...api,
    databaseUrl,
    heard,
    head,
    async artifact(kind, id) {
      const body = { ...example(examples[kind]), id, displayName: id, context: `/${id}` };
      await done('POST', `/${collections[kind]}`, body);
      const [row] = await api.database.query<{ id: string }>(
        sql`SELECT id FROM artifacts WHERE kind = ${kind} AND handle = ${id}`,
      );
      return (row as { id: string }).id;
    },
    async deploy(kind, id, gateway) {
      const body = { name: 'deployment', base: 'current', gatewayId: gateway };
      return (await done('POST', `/${collections[kind]}/${id}/deployments`, body)).deploymentId;
    },
    async eventsOf(method, path, body) {
      const before = await head();
      await done(method, path, body);
      return heard(before);
    },
  };
}
