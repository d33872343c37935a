import type { ApiEvent, LifeMessage, PresenceMessage } from '@gatecast/api-client';
import { type ServerSentEvent, serverSentEvents } from '@gatecast/api-client/server-sent-events';

/** What the control plane tells while one watches. */
export type LiveMessage =
  | { readonly kind: 'event'; readonly event: ApiEvent }
  | { readonly kind: 'life'; readonly step: LifeMessage }
  | { readonly kind: 'presence'; readonly presence: PresenceMessage }
  /** From now on everything is told: what was read before may lack something. */
  | { readonly kind: 'began' }
  /** Something may have been missed: what is shown must be read anew. */
  | { readonly kind: 'reset' };

/**
 * `LIVE`: what happens is told at once. `CONNECTING`: not yet, or not any more, and it is being tried. `ENDED`: the token is over, until
 * there is another. `FORBIDDEN`: this user may not hear of events.
 */
export type StreamState = 'CONNECTING' | 'LIVE' | 'ENDED' | 'FORBIDDEN';

export interface StreamOptions {
  readonly token: () => string;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: StreamState) => void;
  readonly onRefused: () => void;
}

/** The server sends at least a comment each 15 s. */
const silenceMsMax = 40_000;
const waitMsMin = 250;
const waitMsMax = 8_000;

/**
 * Reads the event stream until `close`, and goes on after the last position when the connection breaks, or when a token that was refused
 * has been renewed. By fetch: an EventSource can't send the token.
 */
export function openEventStream({ token, onMessage, onState, onRefused }: StreamOptions): { close(): void } {
  const closed = new AbortController();
  let lastId = '';
  let hasBeenLive = false;
  void run();
  return { close: () => closed.abort() };

  async function run() {
    let waitMs = waitMsMin;
    while (!closed.signal.aborted) {
      onState('CONNECTING');
      const outcome = await readOnce().catch(() => 'broken' as const);
      if (closed.signal.aborted) return;
      if (outcome === 'ENDED' || outcome === 'FORBIDDEN') {
        const refused = token();
        onState(outcome);
        if (outcome === 'ENDED') onRefused();
        while (token() === refused && !closed.signal.aborted) await paused(waitMsMin);
        continue;
      }
      waitMs = outcome === 'closed' ? waitMsMin : Math.min(waitMs * 2, waitMsMax);
      await paused(outcome === 'broken' || outcome === 'closed' ? waitMs : Math.max(waitMs, outcome.retryAfterMs));
    }
  }

  /** Reads one connection to its end. */
  async function readOnce(): Promise<'closed' | 'ENDED' | 'FORBIDDEN' | { retryAfterMs: number }> {
    const connection = new AbortController();
    const abort = () => connection.abort();
    closed.signal.addEventListener('abort', abort);
    let silence = setTimeout(abort, silenceMsMax);
    try {
      const response = await fetch('/api/v0.9/events/stream', {
        headers: {
          authorization: `Bearer ${token()}`,
          accept: 'text/event-stream',
          ...(lastId && { 'last-event-id': lastId }),
        },
        cache: 'no-store',
        signal: connection.signal,
      });
      if (!response.ok || !response.body) {
        await response.body?.cancel();
        if (response.status === 401) return 'ENDED';
        if (response.status === 403) return 'FORBIDDEN';
        return { retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000 };
      }
      onState('LIVE');
      // After a break only events are repeated; without a position nobody can say what was missed in between.
      if (hasBeenLive || !lastId) onMessage({ kind: hasBeenLive && !lastId ? 'reset' : 'began' });
      hasBeenLive = true;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(abort, silenceMsMax);
      };
      for await (const message of serverSentEvents(piecesOf(response.body), heard)) take(message);
      return 'closed';
    } finally {
      clearTimeout(silence);
      closed.signal.removeEventListener('abort', abort);
    }
  }

  function take({ event, data, id }: ServerSentEvent) {
    if (id) lastId = id;
    if (event === 'reset') onMessage({ kind: 'reset' });
    else if (event === 'event') onMessage({ kind: 'event', event: JSON.parse(data) });
    else if (event === 'life') onMessage({ kind: 'life', step: JSON.parse(data) });
    else if (event === 'presence') onMessage({ kind: 'presence', presence: JSON.parse(data) });
  }

  function paused(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      closed.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Not every browser can iterate over a stream. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
}
