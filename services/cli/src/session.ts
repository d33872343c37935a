import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from './exit-codes.js';
import { Failure } from './failure.js';

/** A sign-in, as it is kept between commands. The password is not. */
export interface Session {
  readonly url: string;
  /** Absolute. */
  readonly caFile?: string;
  readonly username: string;
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

const fileIn = (configFolder: string) => path.join(configFolder, 'session.json');

/** Returns the sign-in that is stored. @throws Failure when what is stored is none. */
export function readSession(configFolder: string): Session | undefined {
  const file = fileIn(configFolder);
  try {
    const session = JSON.parse(readFileSync(file, 'utf8')) as Partial<Session> | null;
    if (!session?.url || !session.token || !session.expiresAt) throw new SyntaxError('it is none');
    return session as Session;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure(
      `The sign-in in ${file} can't be read (${(error as Error).message}): gatecast login makes it anew.`,
      exitCodes.notAllowed,
    );
  }
}

/** Stores the sign-in for its owner's eyes only, whole or not at all. */
export function writeSession(configFolder: string, session: Session): void {
  const file = fileIn(configFolder);
  const aside = `${file}.${process.pid}`;
  mkdirSync(configFolder, { recursive: true, mode: 0o700 });
  writeFileSync(aside, `${JSON.stringify(session, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
}

/** Forgets the sign-in. Returns where it was; undefined when there was none, or none that can be read. */
export function removeSession(configFolder: string): string | undefined {
  try {
    return readSession(configFolder)?.url;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return undefined;
  } finally {
    rmSync(fileIn(configFolder), { force: true });
  }
}
