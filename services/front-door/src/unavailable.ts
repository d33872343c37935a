import type { Route } from './routes.js';

/** An answer of the front door's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The answer where no backend answers: 503 and never 404, 502 or 504, because a gateway that is refused with 404 ends itself
 * (gateway protocol 0.5) and 503 is what every client of these APIs knows to try again after.
 */
export function unavailable(route: Route): OwnAnswer {
  const message = `${route.backends.service} does not answer at the moment; try again.`;
  return json(
    503,
    route.errorShape === 'internal'
      ? { code: 503, message: 'Service Unavailable', description: message }
      : { status: 'error', code: 'SERVICE_UNAVAILABLE', message },
    { 'retry-after': '1' },
  );
}

/** Makes an answer with a JSON body. */
export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): OwnAnswer {
  const text = JSON.stringify(body);
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(text)), ...headers },
    body: text,
  };
}
