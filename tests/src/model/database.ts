import type { Kind } from '@gatecast/contracts';
import { type Database, newId, openDatabase, type Queryable, type Sql, sql } from '@gatecast/database';
import pg from 'pg';
import { type SeededGateway, seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';
import { outside, type SimulatedProcess, type Simulation } from './simulation.js';

export interface ModelArtifact {
  readonly id: string;
  readonly kind: Kind;
  readonly handle: string;
}

/** A real PostgreSQL that takes the simulation's time for its own, with one organization and its gateways. */
export interface ModelDatabase {
  readonly organizationId: string;
  readonly gateways: readonly SeededGateway[];
  /** For the model's own eyes. */
  readonly query: Queryable['query'];
  /** Empties it for the next run, whose clock it follows from then on. */
  begin(simulation: Simulation): Promise<void>;
  addArtifact(): Promise<ModelArtifact>;
  /** Told of each statement of a process that was executed, outside of transactions. */
  onStatement: (statement: Sql) => void;
  /** What a process has of it: each statement, and each transaction as a whole, is one operation that may go wrong. */
  of(process: SimulatedProcess): Database;
  close(): Promise<void>;
}

const definition = {
  context: '/c',
  upstream: { main: { url: 'https://u.example.com' } },
  operations: [{ request: { method: 'GET', path: '/' } }],
};
const empty = [
  'events',
  'artifact_gateways',
  'deployments',
  'artifacts',
  'tombstones',
  'gateway_cursors',
  'published_heads',
  'leases',
];
/** So often the rows of earlier runs are swept together. */
const runsBetweenVacuums = 100;

export async function openModelDatabase(gatewayCount: number): Promise<ModelDatabase> {
  const url = await createDatabase();
  const client = new pg.Client(url);
  await client.connect();
  // `clock_timestamp()` of every statement is this one, since its schema is looked at before the system's.
  await client.query(`
    CREATE SCHEMA model;
    CREATE TABLE model.clock (now timestamptz NOT NULL);
    INSERT INTO model.clock VALUES ('2040-01-01');
    CREATE FUNCTION model.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now FROM model.clock';
    ALTER DATABASE ${pg.escapeIdentifier(new URL(url).pathname.slice(1))} SET search_path = model, public, pg_catalog`);
  await client.end();

  const database = openDatabase({ url, connectionsMax: 2, onError: () => undefined });
  const organizationId = await seedOrganization(database);
  const gateways: SeededGateway[] = [];
  for (let count = 0; count < gatewayCount; count += 1) gateways.push(await seedGateway(database, organizationId));

  let simulation: Simulation | undefined;
  let clockMs = 0;
  let runs = 0;
  let artifacts = 0;

  async function atItsTime<T>(work: () => Promise<T>): Promise<T> {
    if (simulation && simulation.nowMs !== clockMs) {
      clockMs = simulation.nowMs;
      await database.query(sql`UPDATE model.clock SET now = ${new Date(clockMs)}`);
    }
    return work();
  }

  function operate<T>(
    process: SimulatedProcess,
    requests: ReturnType<SimulatedProcess['outbound']>,
    answers: typeof requests,
    label: string,
    work: () => Promise<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!process.isAlive) return;
      const fault = process.strike(label);
      if (fault === 'crash before') return;
      const answer = (then: () => void) => answers.send(`answer to ${label}`, () => process.run(then));
      requests.send(label, async () => {
        if (fault === 'lost') return answer(() => reject(connectionLost()));
        const outcome = await atItsTime(work).then(
          (result) => () => resolve(result),
          (error) => () => reject(error),
        );
        if (fault === 'crash after') return process.crash();
        answer(fault === 'unanswered' ? () => reject(connectionLost()) : outcome);
      });
    });
  }

  const model: ModelDatabase = {
    organizationId,
    gateways,
    onStatement: () => undefined,
    query: (statement) => atItsTime(() => database.query(statement)),
    async begin(next) {
      simulation = next;
      runs += 1;
      artifacts = 0;
      const statements = [
        ...empty.map((table) => `DELETE FROM ${table}`),
        'UPDATE organization_heads SET revision = 0, trimmed_through = 0',
        // As a gateway is created: nothing before it is owed to it.
        'INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written) SELECT gateways.id, epoch, 0, 0 FROM gateways, log_epoch',
      ];
      for (const text of statements) await database.query({ text, values: [] });
      if (runs % runsBetweenVacuums === 0) await database.query({ text: 'VACUUM', values: [] });
    },
    async addArtifact() {
      const id = newId();
      artifacts += 1;
      const handle = `artifact-${artifacts}`;
      await database.query(sql`
        INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, definition, created_by)
        VALUES (${id}, ${organizationId}, 'RestApi', ${handle}, ${handle}, 'v1.0', ${JSON.stringify(definition)}, 'model')`);
      return { id, kind: 'RestApi', handle };
    },
    of(process) {
      const requests = process.outbound('database');
      const answers = process.inbound('database');
      return {
        query: (statement) =>
          operate(process, requests, answers, labelOf(statement), async () => {
            const rows = await database.query(statement);
            model.onStatement(statement);
            return rows as never;
          }),
        transaction: (work) =>
          operate(process, requests, answers, 'transaction', () =>
            database.transaction((transaction) => {
              const inside: Queryable = { query: (statement) => outside(() => transaction.query(statement)) };
              return process.run(() => work(inside));
            }),
          ),
        asOne: () => {
          throw new Error('The model begins each transaction for itself.');
        },
        afterCommit: (callback) => callback(),
        ping: async () => undefined,
        close: async () => undefined,
        get prisma(): never {
          throw new Error('The model has no Prisma.');
        },
      };
    },
    close: () => database.close(),
  };
  return model;
}

function connectionLost(): Error {
  return Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
}

function labelOf({ text }: Sql): string {
  return text.trim().replace(/\s+/g, ' ').slice(0, 60);
}
