import { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { isDeadlock, isOutdatedPlan, StandbyError } from './errors.js';
import { PrismaClient } from './generated/client.js';
import { type Sql, sql } from './sql.js';

/** Runs single statements: the pool itself, or one open transaction. */
export interface Queryable {
  /** Runs one statement; returns its rows. `bigint` columns come as numbers, timestamps as dates. */
  query<Row extends pg.QueryResultRow>(statement: Sql): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** Plain reads and writes of one record. */
  readonly prisma: PrismaClient;
  /**
   * Runs `work` in one READ COMMITTED transaction: committed when it returns, rolled back when it throws. Within {@link asOne} it is
   * a part that can be rolled back alone. It is run anew when the server ends it because it and others wait for each other, so `work`
   * must change nothing but the database.
   */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs `work` so that all statements and transactions of this database that are begun inside are one transaction on one
   * connection: committed when it returns, rolled back when it throws. Statements begun side by side run one after the other;
   * transactions must not be begun so. `prisma` stays outside: it neither sees what is not committed nor takes part in it.
   */
  asOne<T>(work: () => Promise<T>): Promise<T>;
  /** Calls back when what was done before is committed: at once, or within {@link asOne} at its end; never if that is rolled back. */
  afterCommit(callback: () => void): void;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A database with the connections of its own that it is reached by. */
export interface DatabasePool extends Database {
  /** How many are open, how many of them nobody uses, and how many requests wait for one. */
  connections(): { readonly total: number; readonly idle: number; readonly waiting: number };
}

export interface DatabaseOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  /** Told of connections that broke while nobody used them. */
  readonly onError: (error: Error) => void;
  /** How long the server may be silent while it is asked (35 s when left out): longer than a statement may take. */
  readonly silenceMsMax?: number;
}

/** The server ends a statement and an idle transaction after 30 s; over a link that swallows everything that is never heard of. */
const silenceMsMax = 35_000;

/** bigint: revisions and counts stay far below 2^53. */
const int8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') => (oid === int8 ? Number : pg.types.getTypeParser(oid, format))) as never,
};

/** Opens the database: one pool for Prisma and for raw SQL alike. Connects at the first use. */
export function openDatabase(options: DatabaseOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    // Prisma's adapter shifts timestamps when the session's zone is another; a statement that hangs must not hold a row for ever; to compile
    // one takes longer than any of ours runs.
    options: '-c timezone=UTC -c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000 -c jit=off',
    verify: (client, done) => void requirePrimary(client).then(() => done(), done),
  });
  pool.on('connect', (client) => {
    // An error that nobody listens to would end the process. The pool listens to idle connections and we to those in use, but one that
    // comes in a piece with an answer finds the connection on its way from the one to the other.
    client.on('error', () => undefined);
    endWhenSilent(client as pg.PoolClient & pg.Client, options.silenceMsMax ?? silenceMsMax);
  });
  pool.on('error', options.onError);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const onPool = queryable(pool);

  const current = new AsyncLocalStorage<OneTransaction>();
  let running = 0;

  async function committed<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onBroken = (error: Error) => {
      broken = error;
    };
    // The pool listens to idle connections only, and the break of one in use that nobody listens to would end the process.
    client.on('error', onBroken);
    try {
      await client.query('BEGIN');
      const result = await work(queryable(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      if (isOutdatedPlan(error)) onBroken(error);
      // A connection on which even the rollback fails is not given back to the pool.
      await client.query('ROLLBACK').catch(onBroken);
      throw error;
    } finally {
      client.off('error', onBroken);
      client.release(broken);
    }
  }

  return {
    query: (statement) => (current.getStore()?.transaction ?? onPool).query(statement),
    prisma,
    transaction(work) {
      const outer = current.getStore();
      return unlessDeadlocked(() => (outer ? savepoint(outer.transaction, work) : committed(work)));
    },
    async asOne(work) {
      const callbacks: (() => void)[] = [];
      running += 1;
      const result = await committed((client) => current.run({ transaction: oneByOne(client), callbacks }, work)).finally(() => {
        running -= 1;
        // While it is in use every await of the process costs twice as much.
        if (running === 0) current.disable();
      });
      for (const callback of callbacks) callback();
      return result;
    },
    afterCommit(callback) {
      const outer = current.getStore();
      if (outer) outer.callbacks.push(callback);
      else callback();
    },
    async ping() {
      await onPool.query(sql`SELECT 1`);
    },
    connections: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/**
 * Ends a connection, and what is asked on it, when nothing has come or gone for so long. The driver's own limit is a timer for each
 * statement, by which everything that was asked and answered outlives the collections of the young generation.
 */
function endWhenSilent({ connection }: pg.Client, silenceMs: number): void {
  const socket = connection.stream as Socket;
  socket.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error(`the database has been silent for ${silenceMs} ms`), { code: 'ETIMEDOUT' }));
  });
}

/**
 * Rejects on a standby, to which a new connection may lead while another server takes over: it answers reads, and says of what it has
 * not heard yet that it is not there. No server becomes one without ending its connections.
 */
async function requirePrimary(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ isStandby: boolean }>('SELECT pg_is_in_recovery() AS "isStandby"');
  if (rows[0]?.isStandby) throw new StandbyError();
}

const attemptsMax = 5;

/** Of those that wait for each other the server ends one; with its locks gone the others go on, and it has its turn after them. */
async function unlessDeadlocked<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isDeadlock(error) || attempt === attemptsMax) throw error;
    }
  }
}

/** Several transactions as one. */
interface OneTransaction {
  readonly transaction: Queryable;
  /** To be called after the commit. */
  readonly callbacks: (() => void)[];
}

function oneByOne(client: Queryable): Queryable {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query(statement) {
      const next = last.then(() => client.query<never>(statement));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

async function savepoint<T>(outer: Queryable, work: (transaction: Queryable) => Promise<T>): Promise<T> {
  await outer.query(sql`SAVEPOINT part`);
  try {
    const result = await work(outer);
    await outer.query(sql`RELEASE SAVEPOINT part`);
    return result;
  } catch (error) {
    await outer.query(sql`ROLLBACK TO SAVEPOINT part`);
    throw error;
  }
}

function queryable(client: Pick<pg.Pool | pg.PoolClient, 'query'>): Queryable {
  return {
    async query<Row extends pg.QueryResultRow>({ text, values }: Sql) {
      return (await (client as pg.Pool).query<Row>({ name: nameOf(text), text, values: [...values], types })).rows;
    },
  };
}

const names = new Map<string, string>();

/**
 * By its name a connection knows a statement that it has planned before, which saves PostgreSQL half of its work. There are as
 * many as are written in the code.
 */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `statement ${names.size + 1}`;
  names.set(text, name);
  return name;
}
