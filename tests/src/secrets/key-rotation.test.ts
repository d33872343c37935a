import { randomBytes } from 'node:crypto';
import { newId, openDatabase, sql } from '@gatecast/database';
import { createSealing, SealingError } from '@gatecast/service-kit';
import { expect, test } from 'vitest';
import { startApi } from '../api-service/setup.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

test('a start with a new key and the old one seals everything anew, and changes nothing else', async () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const databaseUrl = await createDatabase();
  const database = openDatabase({ url: databaseUrl, connectionsMax: 2, onError: () => undefined });
  const organizationId = await seedOrganization(database);
  const handles = Array.from({ length: 250 }, (_, n) => `secret-${String(n).padStart(3, '0')}`);
  const seed = (which: readonly string[], sealed: (handle: string) => Buffer) =>
    database.query(sql`
      INSERT INTO secrets (id, organization_id, handle, display_name, type, status, sealed, hash, created_by)
      SELECT new.id, ${organizationId}, new.handle, 'x', 'GENERIC', 'ACTIVE', new.sealed, 'hash of ' || new.handle, 'test'
      FROM unnest(${which.map(newId)}::uuid[], ${which}::text[], ${which.map(sealed)}::bytea[]) AS new(id, handle, sealed)`);
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
    expect((await api.process.logged('secret can not be sealed anew')).handle).toBe('damaged');
    expect(isDone()).toBe(false);
    await database.query(sql`DELETE FROM secrets WHERE handle = 'damaged'`);
    await until(isDone).toBe(true);
  } finally {
    await Promise.all([api.stop(), database.close()]);
  }
});
