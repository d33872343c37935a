import http from 'node:http';
import https from 'node:https';
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
  readonly onHeaders?: (headers: http.IncomingHttpHeaders) => void;
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

/** How long an answer of the internal API may take, as with a WSO2 gateway-controller (gateway protocol 2.0). */
export const defaultRequestMs = 30_000;

const idleMs = 30_000;
const connectionsMax = 10;
const bodyBytesMax = 50 * 1024 * 1024;

/** Returns a client with a WSO2 gateway-controller's limits (gateway protocol 2.0). */
export function httpClient(controlPlane: ControlPlane, requestMs: number): HttpClient {
  const { request, Agent } = controlPlane.url.protocol === 'http:' ? http : https;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connectionsMax,
    timeout: idleMs,
    ...(controlPlane.ca !== undefined && { ca: controlPlane.ca }),
  });
  let closed = false;

  async function answerTo(asked: Asked): Promise<{ readonly status: number; readonly body: Buffer }> {
    const { method, path, accept, body, isRead, onHeaders } = asked;
    if (closed) throw new Error('the gateway is stopping');
    const url = new URL(`/api/internal/v1${path}`, controlPlane.url);
    const headers = {
      'api-key': controlPlane.token,
      ...(accept !== undefined && { accept }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const outgoing = request(url, { method, agent, headers });
    const overdue = setTimeout(() => outgoing.destroy(new Error(`no answer within ${requestMs} ms`)), requestMs);
    let isAnswered = false;
    try {
      const incoming = await new Promise<http.IncomingMessage>((resolve, reject) => {
        outgoing
          .on('response', resolve)
          .on('error', reject)
          .end(body === undefined ? undefined : JSON.stringify(body));
      });
      isAnswered = true;
      onHeaders?.(incoming.headers);
      return { status: incoming.statusCode ?? 0, body: await readBody(incoming) };
    } catch (error) {
      // The server closed an idle connection in the moment it was used again: the request never began.
      const neverBegan = !isAnswered && outgoing.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
      if (isRead && neverBegan) return answerTo(asked);
      throw error;
    } finally {
      clearTimeout(overdue);
    }
  }

  return {
    async ask(asked, expected = [200]) {
      const { status, body } = await answerTo(asked);
      if (!expected.includes(status)) throw new UnexpectedStatus(`${asked.method} ${asked.path}`, status);
      return body;
    },
    close() {
      closed = true;
      agent.destroy();
    },
  };
}

async function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error(`the answer is larger than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
