import { type Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import type { Logger } from '@gatecast/service-kit';
import type { Backend } from './backends.js';
import { answerHeaders, hasBody, requestHeaders } from './headers.js';
import type { FrontDoorMetrics } from './metrics.js';
import type { Route } from './routes.js';
import { unavailable } from './unavailable.js';

export interface ForwardOptions {
  readonly agent: Agent;
  readonly answerTimeoutMs: number;
  readonly metrics: Pick<FrontDoorMetrics, 'onBackendFailed'>;
  readonly logger: Logger;
}

/** Forwards a request to a ready backend of its route and the answer back, both as streams; 503 when none answers. */
export async function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  options: ForwardOptions,
): Promise<void> {
  for (const backend of route.backends.inOrder()) {
    backend.active += 1;
    const outcome = await tryBackend(backend, request, response, options).finally(() => {
      backend.active -= 1;
    });
    if (outcome === 'done') return;
    options.metrics.onBackendFailed(route.backends.service);
    options.logger.warn({ backendOf: route.backends.service, backend: backend.url.origin, err: outcome }, 'backend failed');
    // Not before the next probe again.
    if (outcome.isUnsent) backend.isReady = false;
    if (!canTryNext(outcome, request)) break;
  }
  if (response.destroyed) return;
  const { status, headers, body } = unavailable(route);
  // What is left of the body has no taker.
  request.resume();
  response.writeHead(status, headers).end(body);
}

/** A request that failed before anything of the answer came. */
interface Failure extends Error {
  /** Nothing of the request has left this process. */
  isUnsent: boolean;
}

/** A backend that never got the request did nothing with it; reading twice does no harm either. */
function canTryNext(failure: Failure, request: IncomingMessage): boolean {
  return failure.isUnsent || (!hasBody(request) && (request.method === 'GET' || request.method === 'HEAD'));
}

/** Resolves with `done` when an answer was begun or the client has gone, else with what went wrong. */
function tryBackend(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardOptions,
): Promise<'done' | Failure> {
  return new Promise((resolve) => {
    let isUnsent = true;
    const outgoing = httpRequest({
      ...urlToHttpOptions(backend.url),
      method: request.method,
      path: request.url,
      headers: requestHeaders(request),
      agent: options.agent,
      timeout: options.answerTimeoutMs,
    });
    const clientGone = () => {
      outgoing.destroy();
      resolve('done');
    };
    response.once('close', clientGone);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no sign of life for ${options.answerTimeoutMs} ms`)));

    // The body is not touched before the connection is there, so that another backend can still have all of it.
    outgoing.once('socket', (socket) => {
      const send = () => {
        isUnsent = false;
        if (hasBody(request)) request.pipe(outgoing);
        else outgoing.end();
      };
      if (socket.connecting) socket.once('connect', send);
      else send();
    });

    outgoing.on('error', (error) => {
      request.unpipe(outgoing);
      response.off('close', clientGone);
      // Too late for another answer: the client must see that this one is cut.
      if (response.headersSent) response.destroy();
      resolve(response.headersSent ? 'done' : Object.assign(error, { isUnsent }));
    });
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 503, answer.statusMessage, answerHeaders(answer));
      answer.once('error', () => response.destroy());
      answer.pipe(response);
      response.once('close', () => {
        // A backend may answer before it has read the body; what is left of it has no taker, and the connection is used again.
        request.unpipe(outgoing);
        request.resume();
        resolve('done');
      });
    });
  });
}
