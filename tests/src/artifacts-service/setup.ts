import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { type Database, openDatabase } from '@gatecast/database';
import { findNatsServer, makeNatsServer, openPorts, projectFolder, type SupervisedProcess, toolsFolder } from '@gatecast/stack';
import { createDatabase } from '../setup.js';

type Settings = Readonly<Record<string, string>>;
type LogLine = Readonly<Record<string, unknown>>;

/** One process of artifacts-service. */
export interface Service {
  readonly origin: string;
  /** What it has logged so far. */
  readonly log: readonly LogLine[];
  /** Resolves with the first line of the log, past or to come, whose message is `msg`. */
  logged(msg: string): Promise<LogLine>;
  /** Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The service with its database and its broker. */
export interface Parts {
  /** Base of the internal API. */
  readonly url: string;
  readonly service: Service;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly natsServer: SupervisedProcess;
  readonly broker: BrokerConnection;
  stop(): Promise<void>;
}

/**
 * Starts artifacts-service on a database of its own, or on the given one, and on a broker of its own: on a shared one, services
 * with other databases would answer its edges. Resolves when it answers gateways and edges.
 */
export async function startParts(settings: Settings = {}): Promise<Parts> {
  const databaseUrl = settings.DATABASE_URL ?? (await createDatabase());
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-artifacts-'));
  const progress = () => undefined;
  const natsServer = makeNatsServer({
    program: await findNatsServer(toolsFolder, progress),
    folder,
    port: await openPorts(folder).choose('nats'),
    logFile: path.join(folder, 'nats.log'),
    progress,
  });
  await natsServer.start();
  const service = await startService({ DATABASE_URL: databaseUrl, NATS_URL: natsServer.url, ...settings });
  await service.logged('answering edges');
  const database = openDatabase({ url: databaseUrl, connectionsMax: 2, onError: () => undefined });
  const broker = openConnection({ url: natsServer.url, name: 'test', onStatus: () => undefined });
  await broker.opened;
  return {
    url: `${service.origin}/api/internal/v1`,
    service,
    database,
    databaseUrl,
    natsServer,
    broker,
    async stop() {
      await service.stop();
      await Promise.all([broker.close(), database.close()]);
      await natsServer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the service alone, on a port that the system chooses. Resolves when it listens. */
export async function startService(settings: Settings): Promise<Service> {
  const child = spawn(process.execPath, [path.join(projectFolder, 'services/artifacts-service/dist/index.js')], {
    env: { PATH: process.env.PATH, PORT: '0', EXIT_WITH_PARENT: 'true', ...settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line));
    wake();
  });
  child.once('exit', wake);

  const logged: Service['logged'] = async (msg) => {
    for (;;) {
      const line = log.find((candidate) => candidate.msg === msg);
      if (line) return line;
      if (child.exitCode !== null) throw new Error(`artifacts-service ended without '${msg}': ${JSON.stringify(log.at(-1))}`);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const { port } = await logged('listening');
  return {
    origin: `http://127.0.0.1:${port}`,
    log,
    logged,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}
