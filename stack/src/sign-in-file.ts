import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Stack } from './stack.js';

/**
 * Says in `sign-in.json` of the data folder, for its owner's eyes only, how to sign in to a stack while it runs: `gatecast login`
 * looks there (`services/cli/src/running-stack.ts`). `organization` is where there is something to see.
 */
export function writeSignInFile({ dataFolder, endpoints, credentials }: Stack, organization = credentials.organization) {
  const file = path.join(dataFolder, 'sign-in.json');
  const { username, password } = credentials;
  const signIn = { processId: process.pid, url: endpoints.frontDoor, caFile: endpoints.caFile, username, password, organization };
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(signIn, null, 2)}\n`, { mode: 0o600 });
  return { remove: () => rmSync(file, { force: true }) };
}
