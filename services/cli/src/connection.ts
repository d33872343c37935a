import { readFileSync } from 'node:fs';
import { type ApiClient, openApiClient } from '@gatecast/api-client';
import { type NodeTransport, openNodeTransport } from '@gatecast/api-client/node';
import type { Environment } from './environment.js';
import { exitCodes } from './exit-codes.js';
import { Failure, misused } from './failure.js';
import { frontDoorUrl } from './front-door-url.js';
import { readSession } from './session.js';
import { moment } from './time.js';

/** The API, and what carries it. */
export interface Connection {
  readonly api: ApiClient;
  close(): Promise<void>;
}

/** Opens a transport that trusts the authority in a file, or the public ones. @throws Failure when the file can't be read. */
export function openTransport(caFile: string | undefined): NodeTransport {
  if (caFile === undefined) return openNodeTransport();
  try {
    return openNodeTransport({ ca: readFileSync(caFile, 'utf8') });
  } catch (error) {
    throw new Failure(`The CA file ${caFile} can't be read (${(error as NodeJS.ErrnoException).code}): name another one.`);
  }
}

/** Opens the API as the environment says, or else as whoever is signed in. @throws Failure when that is nobody. */
export function connect(environment: Environment): Connection {
  const { url, caFile, ...access } = accessOf(environment);
  const transport = openTransport(caFile);
  return { api: openApiClient({ url, transport, ...access }), close: () => transport.close() };
}

function accessOf({ url: given, caFile, token, username, password, organization, configFolder }: Environment) {
  const url = given === undefined ? undefined : frontDoorUrl('GATECAST_URL', given);
  if (url !== undefined) {
    if (token !== undefined) return { url, caFile, token };
    if (username !== undefined && password !== undefined)
      return { url, caFile, credentials: { username, password, ...(organization !== undefined && { organization }) } };
  } else if (token !== undefined) {
    throw misused('GATECAST_TOKEN is set without GATECAST_URL: say where it is good for, or take it away.');
  }
  const session = readSession(configFolder);
  // Never somewhere else than was said.
  if (url !== undefined && session?.url !== url)
    throw new Failure(
      `Nobody is signed in at ${url}, which GATECAST_URL names: gatecast login, or set GATECAST_TOKEN, or GATECAST_USERNAME and GATECAST_PASSWORD.`,
      exitCodes.notAllowed,
    );
  if (!session) throw new Failure('Nobody is signed in: gatecast login', exitCodes.notAllowed);
  if (Date.parse(session.expiresAt) <= Date.now())
    throw new Failure(`The sign-in ended at ${moment(session.expiresAt)}. Sign in again: gatecast login`, exitCodes.notAllowed);
  return { url: session.url, caFile: session.caFile, token: session.token };
}
