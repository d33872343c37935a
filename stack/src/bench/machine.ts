import os from 'node:os';
import { openConnection } from '@gatecast/broker';
import { openDatabase, sql } from '@gatecast/database';

/** What figures were measured on; without it they say nothing. */
export async function describeMachine({ natsUrl, databaseUrl }: { readonly natsUrl: string; readonly databaseUrl: string }) {
  const database = openDatabase({ url: databaseUrl, onError: () => undefined });
  const connection = openConnection({ url: natsUrl, name: 'bench', onStatus: () => undefined });
  try {
    const [row] = await database.query<{ version: string }>(sql`SELECT current_setting('server_version') AS version`);
    const { info } = await connection.opened;
    return {
      at: new Date().toISOString(),
      cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
      cores: os.cpus().length,
      memoryGiB: Math.round(os.totalmem() / 2 ** 30),
      system: `${os.type()} ${os.release()}`,
      node: process.versions.node,
      natsServer: info?.version ?? 'unknown',
      postgres: row?.version ?? 'unknown',
    };
  } finally {
    await Promise.all([database.close(), connection.close()]);
  }
}
