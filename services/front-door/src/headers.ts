import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers that concern one connection only (RFC 9110, section 7.6.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** What a client says of its own way here is not believed; `expect` was answered here. */
const ofTheWay = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'expect',
];
/** What `Connection` can't take along: where the body ends and whom the request is for. All else a client could have left out as well. */
const unremovable = ['content-length', 'host'];

/** Tells whether a body follows a request's headers (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Returns a request's headers as its backend shall see them. `Host` stays the client's. */
export function requestHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  return {
    ...without(request.headers, ofTheWay),
    // By itself Node frames no body of a GET, HEAD, DELETE or OPTIONS: the backend would take it for the connection's next request.
    ...(request.headers['transfer-encoding'] !== undefined && { 'transfer-encoding': 'chunked' }),
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-host': request.headers.host ?? '',
    'x-forwarded-proto': 'https',
  };
}

/** Returns an answer's headers without those that were between the backend and here. */
export function answerHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  return without(answer.headers, []);
}

function without(headers: IncomingHttpHeaders, names: readonly string[]): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { ...headers };
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const removable = named.filter((name) => !unremovable.includes(name));
  for (const name of [...hopByHop, ...removable, ...names]) delete kept[name];
  return kept;
}
