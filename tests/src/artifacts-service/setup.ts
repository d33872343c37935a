import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type BrokerConnection, openConnection } from '@gatecast/broker';
import { type Database, migrate, openDatabase } from '@gatecast/database';
import { findNatsServer, makeNatsServer, makePostgres, openPorts, projectFolder, type SupervisedProcess, toolsFolder } from '@gatecast/stack';

/** The service with the parts that it needs, all of its own. */
export interface Parts {
  readonly url: string;
  readonly database: Database;
  readonly postgres: SupervisedProcess;
  readonly natsServer: SupervisedProcess;
  readonly broker: BrokerConnection;
  /** What the service has logged so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Resolves with the first line of the log, past or to come, whose message is `msg`. */
  logged(msg: string): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/** Starts artifacts-service on a real database and broker. Resolves when it answers gateways and edges. */
export async function startParts(settings: Readonly<Record<string, string>> = {}): Promise<Parts> {
  const folder = mkdtempSync('/dev/shm/gatecast-artifacts-');
  const ports = openPorts(folder);
  const progress = () => undefined;
  const postgres = makePostgres({ folder, port: await ports.choose('postgres'), password: randomBytes(8).toString('hex'), logFile: path.join(folder, 'postgres.log'), unsafe: true, progress });
  const natsServer = makeNatsServer({ program: await findNatsServer(toolsFolder, progress), folder, port: await ports.choose('nats'), logFile: path.join(folder, 'nats.log'), progress });
  await Promise.all([postgres.start(), natsServer.start()]);
  const databaseUrl = await postgres.database('gatecast');
  await migrate(databaseUrl, path.join(projectFolder, 'prisma/migrations'));

  const log: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const logged: Parts['logged'] = async (msg) => {
    for (;;) {
      const line = log.find((candidate) => candidate.msg === msg);
      if (line) return line;
      if (service.exitCode !== null) throw new Error(`artifacts-service ended without '${msg}': ${JSON.stringify(log.at(-1))}`);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const service = startService({ DATABASE_URL: databaseUrl, NATS_URL: natsServer.url, ...settings }, (line) => {
    if (line) log.push(line);
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  const { port } = await logged('listening');
  await logged('answering edges');

  const database = openDatabase({ url: databaseUrl, connectionsMax: 2, onError: () => undefined });
  const broker = openConnection({ url: natsServer.url, name: 'test', onStatus: () => undefined });
  await broker.opened;
  return {
    url: `http://127.0.0.1:${port}/api/internal/v1`,
    database,
    postgres,
    natsServer,
    broker,
    log,
    logged,
    async stop() {
      if (service.exitCode === null) {
        service.kill('SIGTERM');
        await once(service, 'exit');
      }
      await Promise.all([broker.close(), database.close()]);
      await Promise.all([natsServer.stop(), postgres.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startService(settings: Readonly<Record<string, string>>, onLine: (line: Record<string, unknown> | undefined) => void): ChildProcess {
  const service = spawn(process.execPath, [path.join(projectFolder, 'services/artifacts-service/dist/index.js')], {
    env: { PATH: process.env.PATH, PORT: '0', EXIT_WITH_PARENT: 'true', ...settings },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  createInterface({ input: service.stdout as NodeJS.ReadableStream }).on('line', (line) => onLine(JSON.parse(line)));
  service.once('exit', () => onLine(undefined));
  return service;
}
