import { type Database, openDatabase, sql } from '@gatecast/database';
import { type ManagementClient, signIn } from '../management-client.js';
import { openSecureClient } from '../secure-client.js';
import type { Stack } from '../stack.js';

/** An organization that a benchmark writes to, straight at an api-service. */
export interface BenchOrganization {
  readonly id: string;
  readonly api: ManagementClient;
}

export interface Bench {
  readonly database: Database;
  /** The stack's own organization. */
  readonly organization: BenchOrganization;
  makeOrganization(handle: string): Promise<BenchOrganization>;
  close(): Promise<void>;
}

/** Opens what most benchmarks need of a stack: its database and its management API without the front door. */
export async function openBench(stack: Stack): Promise<Bench> {
  const client = openSecureClient(stack.endpoints.caFile);
  const database = openDatabase({ url: stack.endpoints.databaseUrl, onError: () => undefined });
  const [url = ''] = stack.endpoints.apiServices;
  const find = async (handle: string): Promise<BenchOrganization> => {
    const api = await signIn(client, { url, ...stack.credentials, organization: handle });
    const [row] = await database.query<{ id: string }>(sql`SELECT id FROM organizations WHERE handle = ${handle}`);
    if (!row) throw new Error(`There is no organization ${handle}.`);
    return { id: row.id, api };
  };
  const organization = await find(stack.credentials.organization);
  return {
    database,
    organization,
    async makeOrganization(handle) {
      await organization.api.createOrganization(handle);
      return find(handle);
    },
    async close() {
      client.close();
      await database.close();
    },
  };
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
