import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from './logging.js';
import type { Metrics } from './metrics.js';

/** A Fastify app whose routes take their types from their schemas. */
export type HttpApp = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** One field that does not fit. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer other than success. `message` is shown to the caller: it says what is wrong and what to do. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: readonly FieldError[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface HttpAppOptions {
  readonly logger: Logger;
  /** Turns an error into the body of the API that this app serves. `trackingId` is there for 5xx only. */
  readonly errorBody: (error: HttpError, trackingId: string | undefined) => unknown;
  /** Resolves when the service can do its work; its rejection's message is the reason in `/readyz`. */
  readonly ready: () => Promise<void>;
  /** Served at `/metrics`, with those of the requests among them. Left out: neither. */
  readonly metrics?: Metrics;
  readonly bodyBytesMax?: number;
}

/**
 * Creates an HTTP app with health routes (`/healthz`: the process runs; `/readyz`: it can do its work), validation that refuses
 * unknown fields and never converts a body's types, and one way from any error to an answer. A 5xx shows no cause, only the id
 * under which the log has it.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const app = Fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: options.bodyBytesMax ?? 1024 * 1024,
    genReqId: () => randomUUID(),
    trustProxy: true,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => void answer(error, reply),
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as HttpApp;

  // Many clients say of every request that it is JSON, also where they send nothing.
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });

  const strict = compiler({ coerceTypes: false });
  const converting = compiler({ coerceTypes: 'array' });
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : converting).compile(schema as object));

  app.get('/healthz', { schema: { hide: true } as object }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } as object }, async (_request, reply) => {
    try {
      await options.ready();
      return { status: 'ready' };
    } catch (error) {
      return reply.code(503).send({ status: 'not ready', reason: (error as Error).message });
    }
  });

  if (options.metrics) serveMetrics(app, options.metrics);

  // A client may hold a connection on which it never asked anything. Node does not count it as idle, so closing would wait for it.
  const silent = new Set<Socket>();
  app.server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  // A request that is under way when the app closes is answered, and then its connection is no longer needed: its client would keep it.
  let isClosing = false;
  app.server.on('request', ({ socket }, response) => {
    silent.delete(socket);
    response.once('close', () => {
      if (isClosing) app.server.closeIdleConnections();
    });
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of silent) socket.destroy();
  });

  app.addHook('onResponse', async (request, reply) => {
    if (ownRoutes.has(request.url)) return;
    request.log.debug(
      { method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => answer(error, reply));
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) =>
    answer(new HttpError(404, 'NOT_FOUND', `There is no ${request.method} ${request.url.split('?')[0]}.`), reply),
  );

  function answer(error: FastifyError | HttpError, reply: FastifyReply) {
    const known = error instanceof HttpError ? error : fromFastify(error);
    let trackingId: string | undefined;
    if (known.status >= 500) {
      trackingId = reply.request.id;
      reply.log.error(
        { err: known.cause ?? known, method: reply.request.method, url: reply.request.url, trackingId },
        'request failed',
      );
    }
    if (known.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
    // Fastify would close the connection while the body is still being sent, and most senders would see a reset in place of the
    // answer. Left open, the rest of the body is read and dropped.
    if (known.status === 413) reply.removeHeader('connection');
    return reply.code(known.status).send(options.errorBody(known, trackingId));
  }
  return app;
}

/** What a service answers about itself; nobody needs to know how often it was asked. */
const ownRoutes: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Serves the metrics to whoever asks this process itself, and adds those of its requests. What a front door has forwarded comes from
 * outside: for it there is no such route.
 */
function serveMetrics(app: HttpApp, metrics: Metrics): void {
  app.get('/metrics', { schema: { hide: true } as object }, async (request, reply) => {
    if (request.headers['x-forwarded-for'] !== undefined) return reply.callNotFound();
    return reply.type(metrics.contentType).send(await metrics.text());
  });

  const requests = metrics.counts('gatecast_http_requests_total', 'Answered HTTP requests.', ['method', 'route', 'status']);
  const durations = metrics.distributions('gatecast_http_request_duration_seconds', 'From a request to the end of its answer.', [
    'method',
    'route',
  ]);
  app.addHook('onResponse', async (request, reply) => {
    // The pattern, not the path, which anybody may invent.
    const route = request.routeOptions.url ?? 'none';
    if (ownRoutes.has(route)) return;
    requests.of(request.method, route, String(reply.statusCode)).inc();
    durations.of(request.method, route).observe(reply.elapsedTime / 1_000);
  });
}

/** Connections that wait to be accepted: in a storm all gateways come at once, and one that finds no room tries again only after a second. */
export const connectionsWaitingMax = 4_096;

/** Listens on the port that `setting` says; @throws Error with one clear sentence when it is taken. Returns the port that is really used. */
export async function listen(app: HttpApp, host: string, port: number, setting = 'PORT'): Promise<number> {
  try {
    await app.listen({ host, port, backlog: connectionsWaitingMax });
  } catch (error) {
    throw whyNotListening(error as NodeJS.ErrnoException, host, port, setting);
  }
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/** Returns what ended an attempt to listen, as one clear sentence when the port is taken. */
export function whyNotListening(error: NodeJS.ErrnoException, host: string, port: number, setting = 'PORT'): Error {
  return error.code === 'EADDRINUSE'
    ? new Error(`Port ${port} on ${host} is in use by another program: stop that one or choose another port with ${setting}.`)
    : error;
}

function compiler(options: { coerceTypes: false | 'array' }) {
  const ajv = new Ajv.default({
    ...options,
    allErrors: true,
    removeAdditional: false,
    useDefaults: true,
    strict: false,
    strictSchema: false,
    discriminator: false,
  });
  addFormats.default(ajv);
  // A leap second fits RFC 3339, and no date.
  const dateTime = addFormats.default.get('date-time') as { validate(text: string): boolean };
  ajv.addFormat('date-time', (text) => dateTime.validate(text) && !Number.isNaN(Date.parse(text)));
  return ajv;
}

function fromFastify(error: FastifyError): HttpError {
  if (error.validation) {
    const fields = error.validation.map((issue) => {
      const params = issue.params as Record<string, unknown>;
      const name = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
      const path = [...issue.instancePath.split('/').slice(1), ...(name === undefined ? [] : [String(name)])];
      const allowed = Array.isArray(params.allowedValues) ? `: ${params.allowedValues.join(', ')}` : '';
      const message =
        params.missingProperty !== undefined
          ? 'is required'
          : params.additionalProperty !== undefined
            ? 'is not a field of this resource'
            : `${issue.message ?? 'does not fit'}${allowed}`;
      return { field: path.join('.') || (error.validationContext ?? 'body'), message };
    });
    return new HttpError(
      400,
      'VALIDATION_FAILED',
      `The ${error.validationContext ?? 'request'} does not fit: ${fields
        .slice(0, 3)
        .map(({ field, message }) => `${field} ${message}`)
        .join('; ')}.`,
      fields.slice(0, 50),
    );
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HttpError(
        413,
        'PAYLOAD_TOO_LARGE',
        'The body is larger than this route takes (1 MiB unless the route says otherwise).',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new HttpError(
        415,
        'VALIDATION_FAILED',
        'This content type is not served here; see the OpenAPI document for what the route takes.',
      );
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new HttpError(400, 'VALIDATION_FAILED', 'The body is not valid JSON.');
  }
  const status = error.statusCode ?? 500;
  if (status < 500) {
    return error instanceof SyntaxError
      ? new HttpError(400, 'VALIDATION_FAILED', 'The body is not valid JSON.')
      : new HttpError(status, 'VALIDATION_FAILED', error.message);
  }
  return new HttpError(500, 'INTERNAL_ERROR', 'Something went wrong here. The log has the cause under the tracking id.', [], {
    cause: error,
  });
}
