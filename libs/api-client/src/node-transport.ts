import { Agent, fetch, Request } from 'undici';
import type { Transport } from './transport.js';

/** Longer than the API waits for gateways on a request's behalf (300 s). */
const answerTimeoutMs = 330_000;

/** A transport that holds connections. */
export interface NodeTransport extends Transport {
  /** Ends every connection, whatever is under way on it. */
  close(): Promise<void>;
}

/**
 * Opens a transport for Node: one that trusts the authorities in `ca` (PEM) instead of the public ones, which Node's own `fetch`
 * can't be told, and that waits for answers as long as the API may take.
 */
export function openNodeTransport({ ca }: { readonly ca?: string } = {}): NodeTransport {
  const dispatcher = new Agent({
    connect: { timeout: 10_000, ...(ca !== undefined && { ca }) },
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
  });
  return {
    fetch: (request) => fetch(request as never, { dispatcher }) as unknown as Promise<Response>,
    Request: Request as unknown as typeof globalThis.Request,
    close: () => dispatcher.destroy(),
  };
}
