import { randomBytes } from 'node:crypto';
import { newId, openDatabase, sql } from '@gatecast/database';
import { createSealing, SealingError } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { type Api, startApi } from '../api-service/setup.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

/** A database with an organization, to which secrets are added as they are stored. */
async function openStore() {
  const databaseUrl = await createDatabase();
  const database = openDatabase({ url: databaseUrl, connectionsMax: 2, onError: () => undefined });
  const organizationId = await seedOrganization(database);
  return {
    databaseUrl,
    database,
    organizationId,
    seed: (handles: readonly string[], sealed: (handle: string) => Buffer) =>
      database.query(sql`
        INSERT INTO secrets (id, organization_id, handle, display_name, type, status, sealed, hash, created_by)
        SELECT new.id, ${organizationId}, new.handle, 'x', 'GENERIC', 'ACTIVE', new.sealed, 'hash of ' || new.handle, 'test'
        FROM unnest(${handles.map(newId)}::uuid[], ${handles}::text[], ${handles.map(sealed)}::bytea[]) AS new(id, handle, sealed)`),
  };
}

test('a start with another key than secrets were sealed with, or none, says how many are concerned and what to do', async () => {
  const { databaseUrl, database, organizationId, seed } = await openStore();
  const key = randomBytes(32);
  await seed(['one', 'two'], (handle) => createSealing(key).seal('value', { organizationId, handle }));
  const start = (settings: Record<string, string>) => startApi({ DATABASE_URL: databaseUrl, ...settings });
  const [another, none, right] = await Promise.all([
    start({ SECRETS_KEY: randomBytes(32).toString('hex') }),
    start({}),
    start({ SECRETS_KEY: randomBytes(32).toString('hex'), SECRETS_OLD_KEY: key.toString('hex'), RESEAL_INTERVAL_MS: '50' }),
  ]);
  const said = ({ process }: Api) => process.log.find(({ msg }) => String(msg).startsWith('stored secrets cannot be opened'));
  try {
    for (const wrong of [another, none]) {
      const advice = expect.stringContaining('as SECRETS_KEY or beside another one as SECRETS_OLD_KEY');
      await until(() => said(wrong)).toMatchObject({ unopened: 2, first: 'one', msg: advice });
    }
    await right.process.logged('nothing is sealed with the old key: once every replica has the new one, it can be taken away');
    expect(said(right)).toBeUndefined();
  } finally {
    await Promise.all([another.stop(), none.stop(), right.stop(), database.close()]);
  }
});

test('a start with a new key and the old one seals everything anew, and changes nothing else', async () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const { databaseUrl, database, organizationId, seed } = await openStore();
  const handles = Array.from({ length: 250 }, (_, n) => `secret-${String(n).padStart(3, '0')}`);
  await seed(handles, (handle) => createSealing(oldKey).seal(`value of ${handle}`, { organizationId, handle }));
  await seed(['damaged'], () => Buffer.alloc(40));
  const rows = () =>
    database.query<{ handle: string; sealed: Buffer; hash: string; updated_at: Date }>(
      sql`SELECT * FROM secrets WHERE handle <> 'damaged' ORDER BY handle`,
    );
  const before = await rows();

  const api = await startApi({
    DATABASE_URL: databaseUrl,
    SECRETS_KEY: newKey.toString('hex'),
    SECRETS_OLD_KEY: oldKey.toString('base64'),
    RESEAL_INTERVAL_MS: '50',
  });
  try {
    const sealing = createSealing(newKey);
    const openedValue = ({ handle, sealed }: { handle: string; sealed: Buffer }) => {
      try {
        return sealing.open(sealed, { organizationId, handle }).value;
      } catch (error) {
        if (error instanceof SealingError) return undefined;
        throw error;
      }
    };
    await until(async () => (await rows()).map(openedValue)).toEqual(handles.map((handle) => `value of ${handle}`));
    const rest = (list: typeof before) => list.map(({ sealed: _, ...row }) => row);
    expect(rest(await rows())).toEqual(rest(before));

    const isDone = () => api.process.log.some(({ msg }) => String(msg).startsWith('nothing is sealed with the old key'));
    expect((await api.process.logged('secret cannot be sealed anew')).handle).toBe('damaged');
    expect(isDone()).toBe(false);
    await database.query(sql`DELETE FROM secrets WHERE handle = 'damaged'`);
    await until(isDone).toBe(true);
  } finally {
    await Promise.all([api.stop(), database.close()]);
  }
});
