import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';

/** An event as a reader of `/events/stream` heard it. */
export interface StreamedEvent {
  readonly correlationId: string;
  readonly committedAt: string;
}

export interface StreamReading {
  /** Resolves when the stream has begun. */
  readonly begun: Promise<void>;
  stop(): void;
}

/** Reads live events through the front door, as a console does, until it is stopped. */
export function readEventStream(
  { frontDoor, caFile, token }: { readonly frontDoor: string; readonly caFile: string; readonly token: string },
  onEvent: (event: StreamedEvent) => void,
): StreamReading {
  const agent = new Agent({ ca: readFileSync(caFile) });
  const outgoing = request(`${frontDoor}/api/v0.9/events/stream`, { agent, headers: { authorization: `Bearer ${token}` } });
  const begun = new Promise<void>((resolve, reject) => {
    outgoing.once('error', reject).once('response', (answer) => {
      if (answer.statusCode !== 200) return reject(new Error(`The stream of events answered ${answer.statusCode}.`));
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        resolve();
        const messages = (text + part).split('\n\n');
        text = messages.pop() ?? '';
        for (const message of messages) {
          const lines = message.split('\n');
          const data = lines.find((line) => line.startsWith('data: '));
          if (data !== undefined && lines.includes('event: event')) onEvent(JSON.parse(data.slice('data: '.length)));
        }
      });
      // It is cut when it is stopped.
      answer.on('error', () => undefined);
    });
  });
  outgoing.end();
  return { begun, stop: () => outgoing.destroy() };
}
