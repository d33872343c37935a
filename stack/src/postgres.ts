import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { endingWithUs } from './child-of-ours.js';
import { findPostgres, type PostgresPlace } from './postgres-place.js';
import { stopOrphan } from './running-programs.js';
import { StackError } from './stack-error.js';
import { type SupervisedProcess, supervise } from './supervised-process.js';

export interface PostgresOptions {
  /** Its data go to `postgres` in here. */
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
  /** For tests only: a crash of the machine may cost the data. */
  readonly unsafe: boolean;
  readonly progress: (line: string) => void;
}

/** A PostgreSQL server of our own on 127.0.0.1; `url` leads to the database `postgres`. */
export interface Postgres extends SupervisedProcess {
  /** Returns the URL of one of its databases, which is made unless it is there. */
  database(name: string): Promise<string>;
}

const superuser = 'gatecast';
/** PostgreSQL's error code. */
const invalidPassword = '28P01';

/** Returns the URL of a database on a server of ours that is reached by `port` of this machine. */
export function databaseUrl(port: number, password: string, database: string): string {
  return `postgresql://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Makes the server's data folder if it is missing, and its handle; it is ready when it takes connections. */
export function makePostgres(options: PostgresOptions): Postgres {
  const place = findPostgres(options.folder, options.progress);
  if (!existsSync(path.join(place.dataFolder, 'PG_VERSION'))) makeDataFolder(place, options);

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    max_connections: 300,
    ...(options.unsafe && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const url = (database: string) => databaseUrl(options.port, options.password, database);
  const server = supervise(
    {
      name: 'postgres',
      url: url('postgres'),
      command: endingWithUs(
        path.join(place.programs, 'bin/postgres'),
        [
          '-D',
          place.dataFolder,
          '-p',
          String(options.port),
          ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
        ],
        'INT',
        place.runAs,
      ),
      environment: environment(),
      logFile: options.logFile,
      // Ends all sessions; SIGTERM would wait for them.
      stopSignal: 'SIGINT',
      stopTimeoutMs: 10_000,
      startTimeoutMs: 60_000,
      // Of a server that was killed a process may still be at work.
      passing: /pre-existing shared memory block/,
      prepare: () => stopOrphan(path.join(place.dataFolder, 'postmaster.pid'), place.dataFolder, 'SIGINT'),
      ready: () =>
        withClient(url('postgres'), async () => undefined).catch((error: { code?: string }) => {
          if (error.code === invalidPassword)
            throw new StackError(
              `The password in the data folder is not the one of the PostgreSQL in ${place.dataFolder}: put the old one back, or remove both.`,
            );
          throw error;
        }),
    },
    options.progress,
  );
  return Object.assign(server, {
    database: (name: string) =>
      withClient(url('postgres'), async (client) => {
        const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
        if (!rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
        return url(name);
      }),
  });
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Makes it under another name, so that one that was cut off is never taken for whole. */
function makeDataFolder(place: PostgresPlace, options: PostgresOptions): void {
  const making = `${place.dataFolder}.new`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  const passwordFile = path.join(path.dirname(place.dataFolder), `.initdb-${process.pid}`);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (place.runAs) for (const made of [making, passwordFile]) chownSync(made, place.runAs.uid, place.runAs.gid);
    const { status, error, stderr } = spawnSync(
      path.join(place.programs, 'bin/initdb'),
      [
        '-D',
        making,
        '-U',
        superuser,
        '--auth=scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        ...(options.unsafe ? ['--no-sync'] : []),
      ],
      { ...place.runAs, env: environment(), cwd: '/', encoding: 'utf8' },
    );
    if (status !== 0)
      throw new StackError(`PostgreSQL could not make its data folder ${place.dataFolder}: ${error?.message ?? stderr.trim()}`);
    try {
      renameSync(making, place.dataFolder);
    } catch (error) {
      throw new StackError(`${place.dataFolder} holds something that is no PostgreSQL: remove it (${(error as Error).message}).`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** PostgreSQL takes settings from PG* variables, which here are the caller's own affair. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(others), LC_ALL: 'C', TZ: 'UTC' };
}
