import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning, startedAt } from './running-programs.js';
import { codeOf, StackError } from './stack-error.js';

/** Where a stack keeps everything that outlives it. One stack at a time uses it. */
export interface DataFolder {
  readonly path: string;
  /** Lets another stack use the folder. */
  release(): void;
}

/**
 * Makes the folder if it is missing and takes its lock, which ends with this process whether it is released or not.
 * @throws StackError when another stack holds it, or when it can't be written to.
 */
export function openDataFolder(folder: string): DataFolder {
  const lockFile = path.join(folder, 'lock');
  const mine = `${process.pid} ${startedAt(process.pid) ?? ''} ${randomUUID()}`;
  try {
    mkdirSync(folder, { recursive: true });
    // The second try is after a lock was taken from a process that is gone.
    if (!take(lockFile, mine) && !(removeStale(lockFile) && take(lockFile, mine))) {
      const [pid] = read(lockFile).split(' ');
      throw new StackError(
        `A stack is already running on ${folder} (process ${pid}): stop it first, or choose another folder with --data.`,
      );
    }
  } catch (error) {
    if (error instanceof StackError) throw error;
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    throw new StackError(`The data folder ${folder} can't be written to (${codeOf(error)}): choose another one with --data.`);
  }
  return {
    path: folder,
    release() {
      if (read(lockFile) === mine) rmSync(lockFile, { force: true });
    },
  };
}

function take(lockFile: string, mine: string): boolean {
  try {
    writeFileSync(lockFile, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a lock whose holder is gone; false when it is held. */
function removeStale(lockFile: string): boolean {
  const held = read(lockFile);
  const [pid = '', started = ''] = held.split(' ');
  if (Number(pid) > 0 && isRunning(Number(pid)) && (startedAt(Number(pid)) ?? '') === started) return false;
  const aside = `${lockFile}.${randomUUID()}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
  if (read(aside) !== held) {
    // Somebody else was faster and this is their lock: give it back.
    renameSync(aside, lockFile);
    return false;
  }
  rmSync(aside);
  return true;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
