import type { OwnedRows } from '@gatecast/gateway-client';
import type Database from 'libsql';

interface Row {
  readonly id: string;
  readonly artifactId?: string;
}

/** Returns the SQL that makes a table where it is missing: rows as JSON, by id and, as far as they have one, by artifact. */
export function tableSchema(name: string): string {
  return `
    CREATE TABLE IF NOT EXISTS ${name} (
      id TEXT PRIMARY KEY,
      artifact_id TEXT NOT NULL,
      row TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS ${name}_of_artifact ON ${name} (artifact_id);`;
}

/** Returns the rows of a table, which must be there. */
export function openTable<T extends Row>(database: Database.Database, name: string): OwnedRows<T> {
  const byId = database.prepare(`SELECT row FROM ${name} WHERE id = ?`);
  const byArtifact = database.prepare(`SELECT row FROM ${name} WHERE artifact_id = ?`);
  const all = database.prepare(`SELECT row FROM ${name}`);
  const upsert = database.prepare(`
    INSERT INTO ${name} (id, artifact_id, row) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET artifact_id = excluded.artifact_id, row = excluded.row`);
  const erase = database.prepare(`DELETE FROM ${name} WHERE id = ?`);
  const parse = (found: unknown) => JSON.parse((found as { row: string }).row) as T;

  return {
    get(id) {
      const found = byId.get(id);
      return found === undefined ? undefined : parse(found);
    },
    all: () => all.all().map(parse),
    of: (artifactId) => byArtifact.all(artifactId).map(parse),
    put: (row) => void upsert.run(row.id, row.artifactId ?? '', JSON.stringify(row)),
    remove: (id) => void erase.run(id),
  };
}
