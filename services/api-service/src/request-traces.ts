import type { HttpApp, Span, Traces } from '@gatecast/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Handler } from './answer.js';
import { apiPath } from './operation.js';

/**
 * Makes a span of every request to the management API, from its first byte to the end of its answer, as a part of the caller's trace
 * when it sent a `traceparent`. What a handler brings about is a part of it. Holds for all routes registered afterwards.
 */
export function traceRequests(app: HttpApp, traces: Traces): void {
  const spans = new WeakMap<FastifyRequest, Span>();

  app.addHook('onRequest', async (request) => {
    // The pattern, not the path, which anybody may invent.
    const { url: route = 'none' } = request.routeOptions;
    if (!route.startsWith(apiPath)) return;
    const { traceparent } = request.headers;
    const span = traces.begin(`${request.method} ${route}`, {
      kind: 'server',
      ...(typeof traceparent === 'string' && { parent: traceparent }),
      attributes: { 'http.request.method': request.method, 'http.route': route, 'url.path': request.url.split('?')[0] },
    });
    spans.set(request, span);
  });
  app.addHook('onRoute', (route) => {
    const handler = route.handler as Handler;
    route.handler = function (request, reply) {
      const work = () => handler.call(this, request, reply);
      return spans.get(request)?.within(work) ?? work();
    };
  });
  app.addHook('onResponse', async (request, { statusCode }) => {
    spans.get(request)?.end({
      attributes: { 'http.response.status_code': statusCode },
      ...(statusCode >= 500 && { error: `answered with ${statusCode}` }),
    });
  });
}
