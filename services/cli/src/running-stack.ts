import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A stack of this project that runs on this machine, as it says itself (`stack/src/sign-in-file.ts`). */
export interface RunningStack {
  readonly file: string;
  readonly url: string;
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  readonly organization: string;
}

const file = path.resolve(import.meta.dirname, '../../../.gatecast/sign-in.json');

/** Returns how to sign in to the stack that runs in the project's `.gatecast`; undefined when none does. */
export function findRunningStack(): RunningStack | undefined {
  try {
    const { processId, ...signIn } = JSON.parse(readFileSync(file, 'utf8')) as Omit<RunningStack, 'file'> & { processId: number };
    process.kill(processId, 0);
    return { file, ...signIn };
  } catch {
    return undefined;
  }
}
