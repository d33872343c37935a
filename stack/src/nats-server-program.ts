import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './project-folder.js';
import { StackError } from './stack-error.js';

/** Where programs are kept that were fetched for this project. */
export const toolsFolder = path.join(projectFolder, '.gatecast/tools');

/** How nats-server can be run on this machine. */
export type NatsServerProgram =
  | { readonly kind: 'binary'; readonly path: string; readonly version: string }
  | { readonly kind: 'docker'; readonly path: string; readonly image: string };

/**
 * Finds nats-server: the one that NATS_SERVER_BIN names, else on the PATH, else Debian's package, else Docker. The package is
 * unpacked into `folder`, not installed: that needs no root, and no service of the system comes up with it.
 * @throws StackError saying what to do when there is none.
 */
export async function findNatsServer(folder: string, progress: (line: string) => void): Promise<NatsServerProgram> {
  const named = process.env.NATS_SERVER_BIN;
  if (named) {
    const program = binary(named);
    if (!program)
      throw new StackError(`NATS_SERVER_BIN names ${named}, which does not run as a nats-server: correct or unset it.`);
    return program;
  }
  // Debian installs it where the PATH of an ordinary user does not lead.
  const onPath = findOnPath('nats-server', ['/usr/sbin', '/usr/local/sbin']);
  const unpacked = path.join(folder, 'nats-server');
  const present = (onPath && binary(onPath)) || (existsSync(unpacked) && binary(unpacked));
  if (present) return present;

  let why = 'there is no apt-get';
  if (findOnPath('apt-get') && findOnPath('dpkg-deb')) {
    progress('Fetching nats-server with apt-get …');
    why = await unpackFromApt(unpacked, progress);
    const program = existsSync(unpacked) && binary(unpacked);
    if (program) return program;
  }

  const docker = findOnPath('docker');
  if (docker && spawnSync(docker, ['info'], { timeout: 10_000, stdio: 'ignore' }).status === 0) {
    return { kind: 'docker', path: docker, image: process.env.NATS_IMAGE || 'nats:2-alpine' };
  }
  throw new StackError(
    `nats-server is missing (${why}; ${docker ? 'Docker does not answer' : 'there is no Docker'}): install it (Debian: 'apt-get install nats-server', others: https://nats.io/download), name one with NATS_SERVER_BIN, or give a running broker with NATS_URL.`,
  );
}

function binary(file: string): NatsServerProgram | undefined {
  const { status, stdout, stderr } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(`${stdout}${stderr}`)?.[1];
  return status === 0 && version ? { kind: 'binary', path: file, version } : undefined;
}

function findOnPath(name: string, more: readonly string[] = []): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...more].filter(Boolean);
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Returns why it failed, in a few words; the file is there when it did not. */
async function unpackFromApt(target: string, progress: (line: string) => void): Promise<string> {
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(path.join(path.dirname(target), 'apt-'));
  try {
    // As root apt would fetch as its own user, who may not enter this folder.
    const options = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : [];
    // The package lists of a fresh machine are missing or old; these are fetched for us alone, which needs no root either.
    const ownLists = ['-o', `Dir::State::Lists=${folder}/lists`, '-o', `Dir::Cache=${folder}/cache`];
    mkdirSync(path.join(folder, 'lists', 'partial'), { recursive: true });
    mkdirSync(path.join(folder, 'cache', 'archives', 'partial'), { recursive: true });
    const fetch = (more: readonly string[]) => run('apt-get', [...options, ...more, 'download', 'nats-server'], folder);
    let failure = await fetch([]);
    if (failure !== undefined) {
      progress('Fetching the package lists …');
      failure = (await run('apt-get', [...options, ...ownLists, 'update'], folder)) ?? (await fetch(ownLists));
    }
    if (failure !== undefined) return `apt-get: ${failure}`;
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (!archive) return 'apt-get fetched nothing';
    failure = await run('dpkg-deb', ['-x', archive, 'package'], folder);
    if (failure !== undefined) return `dpkg-deb: ${failure}`;
    renameSync(path.join(folder, 'package/usr/sbin/nats-server'), target);
    return '';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end; returns the last line of its complaint, or undefined after success. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-4_000);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve).once('error', () => resolve(null));
  });
  return code === 0 ? undefined : complaint.trim().split('\n').at(-1) || `exit ${code}`;
}
