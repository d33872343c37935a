import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { type Command, endingWithUs } from './child-of-ours.js';
import type { NatsServerProgram } from './nats-server-program.js';
import { stopOrphan } from './running-programs.js';
import { type SupervisedProcess, supervise } from './supervised-process.js';

export interface NatsServerOptions {
  readonly program: NatsServerProgram;
  /** Of its process and, in a cluster, of the server; default: `nats-server`. */
  readonly name?: string;
  /** Its configuration and the streams go to `nats` in here. */
  readonly folder: string;
  readonly port: number;
  /** Further lines of its configuration; what they include is beside it. */
  readonly configuration?: readonly string[];
  readonly logFile: string;
  readonly progress: (line: string) => void;
}

const payloadBytesMax = 1024 * 1024;
const folderInContainer = '/gatecast';

/** Makes the handle of a nats-server of our own with JetStream on 127.0.0.1. */
export function makeNatsServer(options: NatsServerOptions): SupervisedProcess {
  const folder = path.join(options.folder, 'nats');
  const pidFile = path.join(folder, 'nats-server.pid');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const { program, port, name } = options;
  const inDocker = program.kind === 'docker';
  const seen = inDocker ? folderInContainer : folder;
  const configuration = [
    `server_name: ${name ?? 'gatecast'}`,
    `listen: ${inDocker ? '"0.0.0.0:4222"' : `"127.0.0.1:${port}"`}`,
    `max_payload: ${payloadBytesMax}`,
    `jetstream: { store_dir: ${JSON.stringify(seen)} }`,
    ...(inDocker ? [] : [`pid_file: ${JSON.stringify(pidFile)}`]),
    ...(options.configuration ?? []),
  ];
  writeFileSync(path.join(folder, 'nats-server.conf'), `${configuration.join('\n')}\n`);
  const args = ['-c', `${seen}/nats-server.conf`];

  return supervise(
    {
      name: name ?? 'nats-server',
      url: `nats://127.0.0.1:${port}`,
      command: inDocker ? containerCommand(program, folder, port, args) : endingWithUs(program.path, args, 'INT'),
      environment: process.env,
      logFile: options.logFile,
      stopSignal: 'SIGINT',
      stopTimeoutMs: 10_000,
      // Docker may have to fetch the image.
      startTimeoutMs: inDocker ? 180_000 : 30_000,
      prepare: async () => {
        if (inDocker) spawnSync(program.path, ['rm', '--force', containerName(port)], { stdio: 'ignore' });
        else await stopOrphan(pidFile, folder, 'SIGINT');
      },
      ready: () => greeting(port),
    },
    options.progress,
  );
}

/** Resolves when the server has said its first line, `INFO {…}`, and JetStream is on in it. */
async function greeting(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
  try {
    const text = await new Promise<string>((resolve, reject) => {
      let heard = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        heard += part;
        if (heard.includes('\r\n')) resolve(heard);
      });
      socket
        .once('error', reject)
        .once('timeout', () => reject(new Error('it is silent')))
        .once('close', () => reject(new Error('it closed the connection')));
    });
    const { jetstream } = JSON.parse(text.slice('INFO '.length, text.indexOf('\r\n'))) as { jetstream?: boolean };
    if (!jetstream) throw new Error('JetStream is off');
  } finally {
    socket.destroy();
  }
}

/** A container is not a child of ours and stays when `docker run` is killed outright; by its name the next start finds it. */
function containerName(port: number): string {
  return `gatecast-nats-${port}`;
}

function containerCommand(
  { path: docker, image }: { path: string; image: string },
  folder: string,
  port: number,
  args: readonly string[],
): Command {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  // Files that the container writes shall be ours.
  const user = uid === undefined ? [] : ['--user', `${uid}:${gid}`];
  const network = ['-p', `127.0.0.1:${port}:4222`];
  const files = ['-v', `${folder}:${folderInContainer}`];
  return endingWithUs(
    docker,
    ['run', '--rm', '--name', containerName(port), ...network, ...files, ...user, image, ...args],
    'TERM',
  );
}
