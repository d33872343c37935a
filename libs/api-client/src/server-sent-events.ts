/** A message of a stream of Server-Sent Events; `data` is empty where only the position moved on. */
export interface ServerSentEvent {
  readonly event: string;
  readonly id?: string;
  readonly data: string;
}

const lineEnd = /\r\n|\n|\r(?!$)/;

/** Reads a stream of Server-Sent Events (HTML standard 9.2) to its end. `onBytes` is called whenever something came, comments included. */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<ServerSentEvent, void> {
  const decoder = new TextDecoder();
  let fields = new Map<string, string>();
  let rest = '';
  for await (const bytes of body) {
    onBytes();
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(lineEnd);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        read(line);
        continue;
      }
      const id = fields.get('id');
      const message = {
        event: fields.get('event') ?? 'message',
        data: fields.get('data') ?? '',
        ...(id !== undefined && { id }),
      };
      if (fields.size > 0) yield message;
      fields = new Map();
    }
  }

  function read(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
}
