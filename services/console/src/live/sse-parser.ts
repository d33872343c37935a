/** One message of a stream of Server-Sent Events. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The last id that was sent, with this message or before it. */
  readonly id: string;
}

/** Returns a function that takes the stream piece by piece, wherever it is cut, and returns the messages that are complete. */
export function createSseParser(): (piece: string) => SseMessage[] {
  let rest = '';
  let id = '';
  let event = '';
  let data: string[] = [];

  return (piece) => {
    const messages: SseMessage[] = [];
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) messages.push({ event: event || 'message', data: data.join('\n'), id });
        event = '';
        data = [];
        continue;
      }
      const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
      else if (name === 'id') id = value;
    }
    return messages;
  };
}
