import { type Database, openDatabase, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trimEventLog } from '../../../services/api-service/dist/event-log/trim.js';
import { readLogIdentity } from '../../../services/api-service/dist/relay/log-epoch.js';
import { storePublishedHeads } from '../../../services/api-service/dist/relay/unpublished.js';
import { readEventLog } from '../../../services/artifacts-service/dist/edges/event-log.js';
import { seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { commitEvents } from './published-events.js';

const day = 24 * 60 * 60_000;

let database: Database;
let organizationId: string;
beforeEach(async () => {
  database = openDatabase({ url: await createDatabase(), onError: () => undefined });
  organizationId = await seedOrganization(database);
  await commitEvents(database, organizationId, 5);
});
afterEach(() => database.close());

const trim = () => trimEventLog({ database, logger: createLogger('test', 'silent'), eventsMs: 7 * day, tombstonesMs: 90 * day });
const age = (...revisions: readonly number[]) =>
  database.query(
    sql`UPDATE events SET committed_at = clock_timestamp() - interval '8 days' WHERE revision = ANY(${revisions}::bigint[])`,
  );
const storePublished = async (id: string, revision: number) =>
  storePublishedHeads(database, await readLogIdentity(database), new Map([[id, revision]]));
const published = (revision: number) => storePublished(organizationId, revision);

/** What is left of the event log, and how far it says that it is trimmed. */
async function left(): Promise<{ revisions: number[]; trimmedThrough: number }> {
  const rows = await database.query<{ revision: number }>(sql`SELECT revision FROM events ORDER BY revision`);
  const [head] = await database.query<{ through: number }>(sql`SELECT trimmed_through AS through FROM organization_heads`);
  return { revisions: rows.map(({ revision }) => revision), trimmedThrough: head?.through ?? -1 };
}

test('what is old and published goes, and the log says how far', async () => {
  await age(1, 2, 3);
  await published(5);
  await trim();
  expect(await left()).toEqual({ revisions: [4, 5], trimmedThrough: 3 });
  await age(4, 5);
  await trim();
  expect(await left()).toEqual({ revisions: [], trimmedThrough: 5 });
});

test('what is not published stays, however old it is', async () => {
  await age(1, 2, 3, 4, 5);
  await trim();
  expect(await left()).toEqual({ revisions: [1, 2, 3, 4, 5], trimmedThrough: 0 });
  await published(2);
  await trim();
  expect(await left()).toEqual({ revisions: [3, 4, 5], trimmedThrough: 2 });
});

test('what was committed after something recent stays, also when the clock went back between them', async () => {
  await age(1, 3, 4);
  await published(5);
  await trim();
  expect(await left()).toEqual({ revisions: [2, 3, 4, 5], trimmedThrough: 1 });
});

test('one organization is trimmed no further than its own events say', async () => {
  const other = await seedOrganization(database);
  await commitEvents(database, other, 2);
  await storePublished(other, 2);
  await database.query(
    sql`UPDATE events SET committed_at = clock_timestamp() - interval '8 days' WHERE organization_id = ${other}`,
  );
  await trim();
  expect(await database.query(sql`SELECT DISTINCT organization_id AS id FROM events`)).toEqual([{ id: organizationId }]);
});

test('more than goes at once goes all the same, of every organization and no further than each is trimmed', async () => {
  const other = await seedOrganization(database, 10_010);
  await database.query(sql`
    INSERT INTO events (organization_id, revision, id, entity_type, entity_id, action, type, frame, committed_at)
    SELECT ${other}::uuid, revision, gen_random_uuid(), 'artifact', gen_random_uuid(), 'CREATE', 'api.deployed', '{}',
      clock_timestamp() - CASE WHEN revision <= 10007 THEN interval '8 days' ELSE interval '1 day' END
    FROM generate_series(1, 10010) AS revision`);
  await database.query(sql`
    INSERT INTO deliveries (organization_id, revision, correlation_id) SELECT organization_id, revision, id FROM events`);
  await age(1, 2);
  await Promise.all([published(5), storePublished(other, 10_010)]);
  await trim();
  for (const table of [sql`events`, sql`deliveries`])
    expect(
      await database.query(sql`
        SELECT organization_id AS id, min(revision) AS first, count(*) AS count FROM ${table} GROUP BY organization_id ORDER BY first`),
    ).toEqual([
      { id: organizationId, first: 3, count: 3 },
      { id: other, first: 10_008, count: 3 },
    ]);
});

test('when the trim breaks off, the log never lacks what it does not say that it lacks, and the next trim goes on', async () => {
  await age(1, 2, 3);
  await published(5);
  await database.query(sql`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$`);
  await database.query(sql`CREATE TRIGGER refuse BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);

  await expect(trim()).rejects.toThrow('the disk is full');

  expect(await left()).toEqual({ revisions: [1, 2, 3, 4, 5], trimmedThrough: 3 });
  // What is about to go is not told any more.
  expect(await readEventLog(database, { organizationId, after: 0, through: 5 })).toMatchObject({
    trimmedThrough: 3,
    events: [{ revision: 4 }, { revision: 5 }],
  });

  await database.query(sql`DROP TRIGGER refuse ON events`);
  await trim();
  expect(await left()).toEqual({ revisions: [4, 5], trimmedThrough: 3 });
});
