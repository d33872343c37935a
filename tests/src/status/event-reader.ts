import type { Json } from '../api-service/setup.js';

/** One message of a Server-Sent Events answer. */
export interface StreamMessage {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Json;
}

/** Someone who reads an answer of Server-Sent Events, as a browser would. */
export interface EventReader {
  readonly status: number;
  readonly contentType: string | null;
  /** What came so far, without comments. */
  readonly messages: readonly StreamMessage[];
  /** The data of those messages that are of this name. */
  of(event: string): Json[];
  /** The position to come back to. */
  readonly lastEventId: string | undefined;
  /** The server has ended the answer. */
  readonly hasEnded: boolean;
  close(): Promise<void>;
}

/** Resolves when the head of the answer is there and, unless it is an error, its first position. */
export async function readEvents(url: string, token: string, lastEventId?: string): Promise<EventReader> {
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${token}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  const response = await fetch(url, { headers, signal: abort.signal });
  const messages: StreamMessage[] = [];
  let lastId: string | undefined;
  let hasEnded = false;
  let begun: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });

  const read = async () => {
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  };
  const take = (block: string) => {
    const lines = block.split('\n').filter((line) => !line.startsWith(':'));
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    lastId = field('id') ?? lastId;
    const data = field('data');
    if (data !== undefined) messages.push({ event: field('event') ?? 'message', id: field('id'), data: JSON.parse(data) });
    begun();
  };
  const reading = read()
    .catch(() => undefined)
    .finally(() => {
      hasEnded = true;
      begun();
    });
  await hasBegun;
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    messages,
    of: (event) => messages.filter((message) => message.event === event).map(({ data }) => data),
    get lastEventId() {
      return lastId;
    },
    get hasEnded() {
      return hasEnded;
    },
    async close() {
      abort.abort();
      await reading;
    },
  };
}
