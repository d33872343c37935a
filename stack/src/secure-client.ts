import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks HTTP servers whose certificate is signed by an authority of our own. Node's `fetch` can't be given one. */
export interface SecureClient {
  /** @throws Error when there is no answer within `timeoutMs`. */
  ask(url: string, question?: Question): Promise<Answer>;
  close(): void;
}

/** Makes a client that trusts the authority in `caFile` alone for https, and speaks plain http too. */
export function openSecureClient(caFile: string, timeoutMs = 30_000): SecureClient {
  const agent = new Agent({ ca: readFileSync(caFile), keepAlive: true });
  return {
    ask: (url, { method = 'GET', headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const options = {
          method,
          headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
          timeout: timeoutMs,
        };
        const outgoing = url.startsWith('https:') ? request(url, { ...options, agent }) : plainRequest(url, options);
        outgoing
          .once('error', reject)
          .once('timeout', () => outgoing.destroy(new Error(`${method} ${url}: no answer within ${timeoutMs / 1000} s`)));
        outgoing.once('response', (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          incoming
            .once('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }))
            .once('error', reject);
        });
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
