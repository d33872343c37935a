import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DesiredState, Kind } from '@gatecast/contracts';
import {
  type GatewayStore,
  handledEventsKept,
  type StoredApiKey,
  type StoredApplication,
  type StoredArtifact,
  type StoredPlan,
  type StoredSecret,
  type StoredSubscription,
  type StoreTransaction,
} from '@gatecast/gateway-client';
import Database from 'libsql';
import { openTable, tableSchema } from './table.js';

interface ArtifactRow {
  readonly id: string;
  readonly kind: Kind;
  readonly handle: string;
  readonly display_name: string;
  readonly version: string;
  readonly deployment_id: string;
  readonly desired_state: DesiredState;
  readonly deployed_at_ms: number;
  readonly content: string;
  readonly correlation_id: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS artifacts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    handle TEXT NOT NULL,
    display_name TEXT NOT NULL,
    version TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    desired_state TEXT NOT NULL,
    deployed_at_ms INTEGER NOT NULL,
    content TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    UNIQUE (kind, handle),
    UNIQUE (kind, display_name, version)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS handled_events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    correlation_id TEXT NOT NULL UNIQUE
  ) STRICT;
  ${['api_keys', 'subscriptions', 'subscription_plans', 'applications', 'secrets'].map(tableSchema).join('')}
`;

/**
 * Opens the store in a folder, which is made when missing. What a transaction wrote survives `kill -9` and a power cut.
 * @throws Error in one sentence when the folder or file can't be used.
 */
export function openStore(folder: string): GatewayStore & { close(): void } {
  const database = open(folder);
  const byId = database.prepare('SELECT * FROM artifacts WHERE id = ?');
  const all = database.prepare('SELECT * FROM artifacts ORDER BY id');
  const rival = database.prepare(
    'SELECT * FROM artifacts WHERE kind = ? AND id <> ? AND (handle = ? OR (display_name = ? AND version = ?)) LIMIT 1',
  );
  const upsert = database.prepare(`
    INSERT INTO artifacts (id, kind, handle, display_name, version, deployment_id, desired_state, deployed_at_ms, content, correlation_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
      kind = excluded.kind, handle = excluded.handle, display_name = excluded.display_name, version = excluded.version,
      deployment_id = excluded.deployment_id, desired_state = excluded.desired_state, deployed_at_ms = excluded.deployed_at_ms,
      content = excluded.content, correlation_id = excluded.correlation_id`);
  const erase = database.prepare('DELETE FROM artifacts WHERE id = ?');
  const handled = database.prepare('SELECT 1 FROM handled_events WHERE correlation_id = ?');
  const handle = database.prepare('INSERT OR IGNORE INTO handled_events (correlation_id) VALUES (?)');
  const forget = database.prepare('DELETE FROM handled_events WHERE position <= ?');

  const transaction: StoreTransaction = {
    artifact: (id) => artifactOf(byId.get(id)),
    rivalOf: (artifact) =>
      artifactOf(rival.get(artifact.kind, artifact.id, artifact.handle, artifact.displayName, artifact.version)),
    put: (artifact) =>
      void upsert.run(
        artifact.id,
        artifact.kind,
        artifact.handle,
        artifact.displayName,
        artifact.version,
        artifact.deploymentId,
        artifact.desiredState,
        artifact.deployedAtMs,
        artifact.content,
        artifact.correlationId,
      ),
    remove: (id) => void erase.run(id),
    apiKeys: openTable<StoredApiKey>(database, 'api_keys'),
    subscriptions: openTable<StoredSubscription>(database, 'subscriptions'),
    plans: openTable<StoredPlan>(database, 'subscription_plans'),
    applications: openTable<StoredApplication>(database, 'applications'),
    secrets: openTable<StoredSecret>(database, 'secrets'),
    isHandled: (correlationId) => handled.get(correlationId) !== undefined,
    markHandled(correlationId) {
      const { changes, lastInsertRowid } = handle.run(correlationId);
      if (changes > 0) forget.run(Number(lastInsertRowid) - handledEventsKept);
    },
  };

  return {
    transaction: (work) => database.transaction(() => work(transaction)).immediate(),
    artifacts: () => (all.all() as ArtifactRow[]).map(fromRow),
    close: () => void database.close(),
  };
}

const lockedMsMax = 5_000;

function open(folder: string): Database.Database {
  const file = join(folder, 'gateway.db');
  try {
    mkdirSync(folder, { recursive: true });
    // A backup, or another process with this store, may write just now.
    const database = new Database(file, { timeout: lockedMsMax });
    // It holds the values of secrets.
    chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL');
    // The control plane takes the pong after an event as proof that it is stored, and never sends it again: so it must be on disk.
    database.exec('PRAGMA synchronous = FULL');
    database.exec(schema);
    return database;
  } catch (error) {
    throw new Error(
      `The store ${file} can't be opened (${(error as Error).message}): choose another folder with DATA_DIR or mend this one.`,
    );
  }
}

function artifactOf(row: unknown): StoredArtifact | undefined {
  return row === undefined ? undefined : fromRow(row as ArtifactRow);
}

function fromRow(row: ArtifactRow): StoredArtifact {
  return {
    id: row.id,
    kind: row.kind,
    handle: row.handle,
    displayName: row.display_name,
    version: row.version,
    deploymentId: row.deployment_id,
    desiredState: row.desired_state,
    deployedAtMs: row.deployed_at_ms,
    content: row.content,
    correlationId: row.correlation_id,
  };
}
