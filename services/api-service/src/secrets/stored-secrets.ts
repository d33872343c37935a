import { type Database, sql } from '@gatecast/database';

const pageSize = 100;

/** A secret as it is stored. */
export interface StoredSecret {
  readonly id: string;
  readonly organizationId: string;
  readonly handle: string;
  readonly sealed: Buffer;
}

/** Returns all secrets of all organizations, one after the other. */
export async function* storedSecrets({ query }: Pick<Database, 'query'>): AsyncGenerator<StoredSecret, void> {
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const page = await query<StoredSecret>(sql`
      SELECT id, organization_id AS "organizationId", handle, sealed FROM secrets WHERE id > ${last} ORDER BY id LIMIT ${pageSize}`);
    yield* page;
    const end = page.at(-1);
    if (page.length < pageSize || !end) return;
    last = end.id;
  }
}
