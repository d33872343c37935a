import { ApiError, UnreachableError } from './api-error.js';
import type { ApiEvent, GatewayStatus } from './bodies.js';
import { type ApiClient, answer } from './client.js';
import type { paths } from './generated/management-api.js';
import { serverSentEvents } from './server-sent-events.js';

/** What became of an event on a gateway. */
export interface LifeMessage extends Pick<ApiEvent['life'], 'writtenAt' | 'outcome' | 'reason'> {
  readonly correlationId: string;
  readonly revision: number;
  readonly gatewayId: string;
  readonly state: 'confirmed' | 'settled';
  readonly at: string;
}

/** A gateway came or went. */
export type PresenceMessage = { readonly gatewayId: string } & Pick<GatewayStatus, 'isConnected' | 'connections'>;

/**
 * What comes of the live events. `opened`: the stream is there, and what is committed from now on will come. `broken`: it is not, and
 * is opened again; events are made up for, `life` and `presence` are not. `reset`: events were missed that can't be made up for.
 */
export type LiveMessage =
  | { readonly type: 'opened' | 'broken' | 'reset' }
  | { readonly type: 'event'; readonly event: ApiEvent }
  | { readonly type: 'life'; readonly life: LifeMessage }
  | { readonly type: 'presence'; readonly presence: PresenceMessage };

export interface LiveEventsOptions {
  readonly filter?: NonNullable<paths['/api/v0.9/events/stream']['get']['parameters']['query']>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The server lets something be heard each 15 s; a stream that is silent for so long is dead. */
const silenceMsMax = 45_000;
const openAgainMs = 1000;

/**
 * Follows the events from now on, in the order of their revisions, each once; a stream that breaks is opened again where it broke.
 * @throws ApiError when it is refused, also later (the token has expired); UnreachableError when there is no answer the first time.
 */
export async function* liveEvents(
  api: Pick<ApiClient, 'GET'>,
  { filter = {}, signal }: LiveEventsOptions,
): AsyncGenerator<LiveMessage, void> {
  let position: string | undefined;
  let hasOpened = false;
  while (!signal.aborted) {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMsMax);
    };
    let pauseMs = openAgainMs;
    try {
      heard();
      const header = position === undefined ? {} : { 'last-event-id': position };
      const request = {
        params: { query: filter, header },
        parseAs: 'stream',
        signal: AbortSignal.any([signal, silence.signal]),
      } as const;
      const body = await answer(api.GET('/api/v0.9/events/stream', request));
      hasOpened = true;
      yield { type: 'opened' };
      for await (const { id, event, data } of serverSentEvents(body as AsyncIterable<Uint8Array>, heard)) {
        position = id ?? position;
        const message = liveMessage(event, data);
        if (message) yield message;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status !== 503) throw error;
      if (!hasOpened && (error instanceof ApiError || error instanceof UnreachableError)) throw error;
      if (error instanceof ApiError) pauseMs = error.retryAfterMs ?? pauseMs;
    } finally {
      clearTimeout(timer);
    }
    yield { type: 'broken' };
    await pause(pauseMs, signal);
  }
}

/** Returns undefined for what a later server may say. */
function liveMessage(event: string, data: string): LiveMessage | undefined {
  switch (event) {
    case 'event':
      return { type: event, event: JSON.parse(data) as ApiEvent };
    case 'life':
      return { type: event, life: JSON.parse(data) as LifeMessage };
    case 'presence':
      return { type: event, presence: JSON.parse(data) as PresenceMessage };
    case 'reset':
      return { type: event };
    default:
      return undefined;
  }
}

/** Returns after the time, or when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
