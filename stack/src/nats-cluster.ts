import path from 'node:path';
import { makeNatsServer, type NatsServerOptions } from './nats-server.js';
import type { Ports } from './ports.js';
import { StackError } from './stack-error.js';
import type { SupervisedProcess } from './supervised-process.js';

export interface NatsServersOptions extends Pick<NatsServerOptions, 'program' | 'folder' | 'progress'> {
  readonly count: number;
  readonly ports: Ports;
  /** The folder of their log files. */
  readonly logs: string;
}

/** Returns what the nats-servers of a stack are called, their ports too. */
export function natsServerNames(count: number): string[] {
  return count === 1 ? ['nats-server'] : Array.from({ length: count }, (_, n) => `nats-server-${n + 1}`);
}

/** Returns the folder in which a nats-server of a stack has its `nats`. */
export function natsServerFolder(dataFolder: string, name: string): string {
  return name === 'nats-server' ? dataFolder : path.join(dataFolder, name);
}

/**
 * Makes the handles of the nats-servers of a stack: one, or a cluster.
 * @throws StackError when a cluster can't be made of what runs nats-server here.
 */
export async function makeNatsServers({
  count,
  program,
  folder,
  progress,
  ports,
  logs,
}: NatsServersOptions): Promise<SupervisedProcess[]> {
  const names = natsServerNames(count);
  const logFile = (name: string) => path.join(logs, `${name}.log`);
  if (count === 1) {
    const [name = ''] = names;
    return [makeNatsServer({ program, folder, progress, port: await ports.choose(name), logFile: logFile(name) })];
  }
  if (program.kind === 'docker')
    throw new StackError('Several brokers take a nats-server that runs here without Docker: name one by NATS_SERVER_BIN.');
  const routes: number[] = [];
  for (const name of names) routes.push(await ports.choose(`${name}-route`));
  const made: SupervisedProcess[] = [];
  for (const [n, name] of names.entries()) {
    const others = routes.filter((_, other) => other !== n).map((port) => `"nats://127.0.0.1:${port}"`);
    const configuration = [
      // Clients use the addresses that they were given: there may be a link before each.
      `cluster { name: gatecast, listen: "127.0.0.1:${routes[n]}", no_advertise: true, routes: [${others.join(', ')}] }`,
    ];
    const port = await ports.choose(name);
    made.push(
      makeNatsServer({
        program,
        progress,
        name,
        folder: natsServerFolder(folder, name),
        port,
        configuration,
        logFile: logFile(name),
      }),
    );
  }
  return made;
}
