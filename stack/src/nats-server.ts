import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { endingWithUs } from './child-of-ours.js';
import type { NatsServerProgram } from './nats-server-program.js';
import { stopOrphan } from './running-programs.js';
import { type SupervisedProcess, supervise } from './supervised-process.js';

export interface NatsServerOptions {
  readonly program: NatsServerProgram;
  /** Its configuration and the streams go to `nats` in here. */
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  readonly progress: (line: string) => void;
}

const payloadBytesMax = 1024 * 1024;

/** Makes the handle of a nats-server of our own with JetStream on 127.0.0.1. */
export function makeNatsServer(options: NatsServerOptions): SupervisedProcess {
  const folder = path.join(options.folder, 'nats');
  const pidFile = path.join(folder, 'nats-server.pid');
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const inDocker = options.program.kind === 'docker';
  const seen = inDocker ? '/gatecast' : folder;
  const configuration = [
    'server_name: gatecast',
    `listen: ${inDocker ? '"0.0.0.0:4222"' : `"127.0.0.1:${options.port}"`}`,
    `max_payload: ${payloadBytesMax}`,
    `jetstream: { store_dir: ${JSON.stringify(seen)} }`,
    ...(inDocker ? [] : [`pid_file: ${JSON.stringify(pidFile)}`]),
  ];
  writeFileSync(path.join(folder, 'nats-server.conf'), `${configuration.join('\n')}\n`);
  const args = ['-c', `${seen}/nats-server.conf`];

  return supervise(
    {
      name: 'nats-server',
      url: `nats://127.0.0.1:${options.port}`,
      command: options.program.kind === 'docker'
        ? endingWithUs(options.program.path, ['run', '--rm', '-p', `127.0.0.1:${options.port}:4222`, '-v', `${folder}:/gatecast`, ...ownUser(), options.program.image, ...args], 'TERM')
        : endingWithUs(options.program.path, args, 'INT'),
      environment: process.env,
      logFile: options.logFile,
      stopSignal: 'SIGINT',
      stopTimeoutMs: 10_000,
      // Docker may have to fetch the image.
      startTimeoutMs: inDocker ? 180_000 : 30_000,
      prepare: () => stopOrphan(pidFile, folder, 'SIGINT'),
      ready: () => greeting(options.port),
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
      socket.once('error', reject).once('timeout', () => reject(new Error('it is silent'))).once('close', () => reject(new Error('it closed the connection')));
    });
    const { jetstream } = JSON.parse(text.slice('INFO '.length, text.indexOf('\r\n'))) as { jetstream?: boolean };
    if (!jetstream) throw new Error('JetStream is off');
  } finally {
    socket.destroy();
  }
}

/** Files that the container writes shall be ours. */
function ownUser(): string[] {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined ? [] : ['--user', `${uid}:${gid}`];
}
