import { ApiError, UnreachableError } from '@gatecast/api-client';
import { type ExitCode, exitCodes } from './exit-codes.js';

/** What keeps a command from its end, for the person at the terminal: what is wrong and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly exitCode: ExitCode = exitCodes.failed,
  ) {
    super(message);
  }
}

/** Returns the failure of a command line that can't be understood. */
export function misused(message: string): Failure {
  return new Failure(message, exitCodes.usage);
}

/** Returns how an error is told; undefined for one that is a fault of this program. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (error instanceof ApiError) return refusal(error);
  if (error instanceof UnreachableError) return new Failure(unreachable(error), exitCodes.unreachable);
  return undefined;
}

function refusal(error: ApiError): Failure {
  const { status, code, message, fields, trackingId, retryAfterMs } = error;
  switch (true) {
    case status === 401:
      return new Failure(
        `${message} Sign in again: gatecast login. Where GATECAST_TOKEN is set, give it a new one.`,
        exitCodes.notAllowed,
      );
    case status === 403:
      return new Failure(`${message} Sign in as somebody who has it, or ask who gives out scopes.`, exitCodes.notAllowed);
    case status === 429:
      return new Failure(`${message} Try again in ${Math.ceil((retryAfterMs ?? 60_000) / 1000)} s.`);
    case code === '':
      return new Failure(`${message} Does the URL lead to Gatecast's front door?`, exitCodes.unreachable);
    case status === 503:
      return new Failure(`${message}${logged(trackingId)}`, exitCodes.unreachable);
    case status >= 500:
      return new Failure(`${message}${logged(trackingId)}`);
    case code === 'PRECONDITION_FAILED':
      return new Failure('Somebody has changed it since the difference was shown: apply again to see the new one.');
    case code === 'PROJECT_REF_NOT_FOUND':
      return new Failure(`${message} Make it, or sign in to the organization that has it: gatecast login --organization NAME`);
    default: {
      const unsaid = fields.filter((field) => !message.includes(field.message));
      return new Failure([message, ...unsaid.map((field) => `  ${field.field} ${field.message}`)].join('\n'));
    }
  }
}

function logged(trackingId: string | undefined): string {
  return trackingId ? ` The server's log has the cause under ${trackingId}.` : '';
}

const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

function unreachable({ url, code, message }: UnreachableError): string {
  if (untrusted.has(code))
    return `The certificate of ${url} is signed by an authority that is not trusted here: name its file with gatecast login --ca-file FILE, if you know whose it is.`;
  if (code === 'CERT_SIGNATURE_FAILURE')
    return `The certificate of ${url} is not signed by the authority in the CA file, though it says so: get the file anew.`;
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${url} has expired: it must be renewed there.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${url} is for another host: use a name that it is for.`;
  if (code === 'ECONNREFUSED')
    return `Nothing listens at ${url}: is Gatecast running there? (npm start starts it on this machine; gatecast login --url goes elsewhere.)`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `The host of ${url} has no address that can be found: is the name right?`;
  if (/^ERR_SSL|EPROTO/.test(code)) return `${url} does not speak TLS: is it http: instead of https:?`;
  return `${message} Is the server running, and is the network up?`;
}
