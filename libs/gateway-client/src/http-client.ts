import type { IncomingHttpHeaders } from 'node:http';
import { Pool } from 'undici';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';

/** A request of the internal API. */
export interface Asked {
  readonly method: 'GET' | 'POST';
  /** Below `/api/internal/v1`. */
  readonly path: string;
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** It changes nothing, so it may be sent twice. */
  readonly isRead: boolean;
  /** Told of the answer's headers. */
  readonly onHeaders?: (headers: IncomingHttpHeaders) => void;
}

export interface HttpClient {
  /**
   * Returns the body of an answer whose status is among `expected` (200 when left out).
   * @throws UnexpectedStatus, or Error when there is no whole answer in time.
   */
  ask(asked: Asked, expected?: readonly number[]): Promise<Buffer>;
  /** Ends all connections; requests under way and later ones fail. */
  close(): void;
}

/** How long an answer of the internal API may take, as with the incumbent (gateway protocol 2.0). */
export const defaultRequestMs = 30_000;

const idleMs = 30_000;
const connectionsMax = 10;
const bodyBytesMax = 50 * 1024 * 1024;

/** Returns a client with the incumbent's limits (gateway protocol 2.0). */
export function httpClient({ url, token, ca }: ControlPlane, requestMs: number): HttpClient {
  const pool = new Pool(url.origin, {
    connections: connectionsMax,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    headersTimeout: requestMs,
    bodyTimeout: requestMs,
    maxResponseSize: bodyBytesMax,
    ...(ca !== undefined && { connect: { ca } }),
  });

  async function answerTo({ method, path, accept, body, isRead, onHeaders }: Asked) {
    if (pool.destroyed) throw new Error('the gateway is stopping');
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(new Error(`no answer within ${requestMs} ms`)), requestMs);
    const send = () =>
      pool.request({
        method,
        path: `/api/internal/v1${path}`,
        headers: {
          'api-key': token,
          ...(accept !== undefined && { accept }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: overdue.signal,
      });
    try {
      const answer = await send().catch((error: NodeJS.ErrnoException) => {
        // Mostly an idle connection that the server closed in the moment in which it was used again.
        if (isRead && error.code === 'UND_ERR_SOCKET') return send();
        throw error;
      });
      onHeaders?.(answer.headers);
      return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async ask(asked, expected = [200]) {
      const { status, body } = await answerTo(asked);
      if (!expected.includes(status)) throw new UnexpectedStatus(`${asked.method} ${asked.path}`, status);
      return body;
    },
    close() {
      void pool.destroy(new Error('the gateway is stopping'));
    },
  };
}
