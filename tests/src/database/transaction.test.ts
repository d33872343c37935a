import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type Database, isUnavailable, openDatabase, type Queryable, sql } from '@gatecast/database';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTcpProxy } from '../../../stack/dist/chaos/tcp-proxy.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

test('a connection that breaks inside a transaction costs that transaction alone', async () => {
  const url = await createDatabase();
  const database = openDatabase({ url, connectionsMax: 1, onError: () => undefined });
  const other = openDatabase({ url, onError: () => undefined });
  // An error that nobody listens to would end the process; here it would fail the whole run.
  try {
    const broken = database.transaction(async (transaction) => {
      const [own] = await transaction.query<{ pid: number }>(sql`SELECT pg_backend_pid() AS pid`);
      await other.query(sql`SELECT pg_terminate_backend(${own?.pid}::int)`);
      // The news comes by itself while no statement is under way.
      await until(() => other.query(sql`SELECT FROM pg_stat_activity WHERE pid = ${own?.pid}::int`)).toEqual([]);
      await new Promise((resolve) => setImmediate(resolve));
      await transaction.query(sql`SELECT 1`);
    });
    await expect(broken).rejects.toThrow();

    expect(await database.transaction((transaction) => transaction.query(sql`SELECT 2 AS two`))).toEqual([{ two: 2 }]);
  } finally {
    await Promise.all([database.close(), other.close()]);
  }
});

test('an error that comes in a piece with an answer, while the connection passes to who waits for it, costs that transaction alone', async () => {
  const url = new URL(await createDatabase());
  const port = Number(url.port);
  const [code, text] = ['57P01', 'terminating connection due to administrator command'];
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`);
  const fatal = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), fields]);
  fatal.writeInt32BE(4 + fields.length, 1);
  /** Says the error directly behind the next answer. */
  let isToFail = false;
  const server = createServer((client) => {
    const upstream = connect(port, url.hostname);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      client.write(isToFail ? Buffer.concat([chunk, fatal]) : chunk);
      isToFail = false;
    });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port);
  const database = openDatabase({ url: url.href, connectionsMax: 1, onError: () => undefined });
  try {
    const one = () => database.transaction((transaction) => transaction.query(sql`SELECT 1 AS one`));
    await database.query(sql`SELECT 1 AS one`);

    // An error that nobody listens to would end the process; here it would fail the whole run.
    isToFail = true;
    const [answered, waited] = await Promise.allSettled([database.query(sql`SELECT 1 AS one`), one()]);

    expect([answered.status, waited.status]).toEqual(['fulfilled', 'rejected']);
    expect(await one()).toEqual([{ one: 1 }]);
  } finally {
    await database.close();
    server.close();
  }
});

test('a plan that dates from before a migration costs one transaction', async () => {
  const database = openDatabase({ url: await createDatabase(), connectionsMax: 1, onError: () => undefined });
  try {
    await database.query(sql`CREATE TABLE migrated AS SELECT 1 AS one`);
    const read = () => database.transaction((transaction) => transaction.query(sql`SELECT * FROM migrated`));
    expect(await read()).toEqual([{ one: 1 }]);

    await database.query(sql`ALTER TABLE migrated ADD COLUMN two int DEFAULT 2`);
    expect(isUnavailable(await read().catch((error: unknown) => error))).toBe(true);
    expect(await read()).toEqual([{ one: 1, two: 2 }]);
  } finally {
    await database.close();
  }
});

test('transactions that wait for each other are all committed, alone and as a part of several', async () => {
  const database = openDatabase({ url: await createDatabase(), onError: () => undefined });
  try {
    await database.query(sql`CREATE TABLE counts AS SELECT name, 0 AS count FROM unnest(ARRAY['a', 'b']) AS name`);
    const count = (transaction: Queryable, name: string) =>
      transaction.query(sql`UPDATE counts SET count = count + 1 WHERE name = ${name}`);
    let holding = 0;
    const inTurn = (...[first, second]: [string, string]) =>
      database.transaction(async (transaction) => {
        await count(transaction, first);
        holding += 1;
        await until(() => holding).toBeGreaterThanOrEqual(2);
        await count(transaction, second);
      });

    await Promise.all([inTurn('a', 'b'), inTurn('b', 'a')]);
    holding = 0;
    await Promise.all([database.asOne(() => inTurn('a', 'b')), inTurn('b', 'a')]);

    expect(await database.query(sql`SELECT name, count FROM counts ORDER BY name`)).toEqual([
      { name: 'a', count: 4 },
      { name: 'b', count: 4 },
    ]);
  } finally {
    await database.close();
  }
});

describe('several transactions as one', () => {
  let database: Database;
  let outside: Database;
  beforeEach(async () => {
    const url = await createDatabase();
    // With one connection, whatever took another one would wait for ever.
    database = openDatabase({ url, connectionsMax: 1, onError: () => undefined });
    outside = openDatabase({ url, onError: () => undefined });
    await database.query(sql`CREATE TABLE marks (name text PRIMARY KEY)`);
  });
  afterEach(() => Promise.all([database.close(), outside.close()]));

  const mark = (name: string) => database.transaction((part) => part.query(sql`INSERT INTO marks VALUES (${name})`));
  const marks = async (from = outside) =>
    (await from.query<{ name: string }>(sql`SELECT name FROM marks ORDER BY name`)).map(({ name }) => name);

  test('are committed together, and seen by each other before', async () => {
    await database.asOne(async () => {
      await mark('a');
      await database.query(sql`INSERT INTO marks VALUES ('b')`);
      expect(await Promise.all([marks(database), marks(database)])).toEqual([
        ['a', 'b'],
        ['a', 'b'],
      ]);
      expect(await marks()).toEqual([]);
    });
    expect(await marks()).toEqual(['a', 'b']);
  });

  test('are rolled back together, and one of them alone', async () => {
    const failed = database.asOne(async () => {
      await mark('a');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await marks()).toEqual([]);

    await database.asOne(async () => {
      await mark('a');
      await expect(mark('a')).rejects.toThrow('duplicate');
      await mark('b');
    });
    expect(await marks()).toEqual(['a', 'b']);
  });

  test('stay apart from what else runs, also when that ends first', async () => {
    await outside.asOne(async () => {
      await outside.query(sql`INSERT INTO marks VALUES ('own')`);
      await database.asOne(() => mark('other'));
      await outside.asOne(async () => expect(await marks(outside)).toEqual(['other']));
      expect(await marks(outside)).toEqual(['other', 'own']);
    });
  });

  test('are told of when others can read them, and never when they are rolled back', async () => {
    const read: Promise<string[]>[] = [];
    const tell = () => void read.push(marks());
    await database.asOne(async () => {
      await mark('a');
      database.afterCommit(tell);
    });
    const failed = database.asOne(async () => {
      await mark('b');
      database.afterCommit(tell);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    database.afterCommit(tell);
    expect(await Promise.all(read)).toEqual([['a'], ['a']]);
  });
});

test('a link that swallows everything costs what is asked over it, and is left', async () => {
  const url = new URL(await createDatabase());
  const link = await openTcpProxy(Number(url.port));
  url.port = String(link.port);
  const database = openDatabase({ url: url.href, connectionsMax: 3, silenceMsMax: 500, onError: () => undefined });
  try {
    const questions = [
      () => database.query(sql`SELECT 1 AS one`),
      () => database.transaction((transaction) => transaction.query(sql`SELECT 1 AS one`)),
      () => database.prisma.organization.count(),
    ];
    await Promise.all(questions.map((ask) => ask()));
    const restore = link.swallow();
    const failures = await Promise.all(questions.map((ask) => ask().catch((error: unknown) => error)));
    restore();

    expect(failures.map(isUnavailable)).toEqual([true, true, true]);
    expect(await Promise.all(questions.map((ask) => ask()))).toEqual([[{ one: 1 }], [{ one: 1 }], 0]);
  } finally {
    await database.close();
    await link.close();
  }
});
