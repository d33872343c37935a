import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { findNatsServer, makeNatsServer, openPorts, type SupervisedProcess, toolsFolder } from '@gatecast/stack';

/** A broker of a test's own, whose streams it has to itself and which it may stop. */
export interface OwnBroker {
  readonly server: SupervisedProcess;
  /** The test's own eyes on it; open. */
  readonly connection: BrokerConnection;
  /** Ends both and forgets what was stored. */
  stop(): Promise<void>;
}

/** Starts a nats-server in a folder of its own and connects to it. */
export async function startOwnBroker(): Promise<OwnBroker> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-broker-'));
  const server = makeNatsServer({
    program: await findNatsServer(toolsFolder, () => undefined),
    folder,
    port: await openPorts(folder).choose('nats-server'),
    logFile: path.join(folder, 'nats-server.log'),
    progress: () => undefined,
  });
  await server.start();
  const connection = openConnection({ url: server.url, name: 'test', onStatus: () => undefined });
  await connection.opened;
  return {
    server,
    connection,
    async stop() {
      await connection.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
