import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectPath } from './raw-gateway.js';

/** A TCP connection to an edge on which a test writes what no client library would. It reads nothing before `read`. */
export interface RawSocket {
  readonly socket: Socket;
  /** Begins to read; returns a function that tells everything that came so far, a character per byte. */
  read(): () => string;
  isClosed(): boolean;
}

/** Connects without saying anything; with `allowHalfOpen` it stays when the edge has ended its half. */
export async function openSocket(edgeUrl: string, { allowHalfOpen = false } = {}): Promise<RawSocket> {
  const { hostname, port } = new URL(edgeUrl);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen });
  let isClosed = false;
  socket
    .on('error', () => undefined)
    .on('close', () => {
      isClosed = true;
    });
  await once(socket, 'connect');
  return {
    socket,
    isClosed: () => isClosed,
    read() {
      let text = '';
      socket.on('data', (part) => {
        text += part.toString('latin1');
      });
      return () => text;
    },
  };
}

/** The head of a good dial, its headers replaced or (undefined) left out as `headers` says. */
export function dialHead(token: string, headers: Readonly<Record<string, string | undefined>> = {}): string {
  const lines = Object.entries({
    Host: 'edge',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'api-key': token,
    ...headers,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\r\n`]));
  return `GET ${connectPath} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, ping: 0x9, pong: 0xa } as const;

/** One frame as RFC 6455, section 5.2, has it: final and masked unless said otherwise. */
export function frameOf(
  opcode: (typeof opcodes)[keyof typeof opcodes],
  payload: string | Buffer,
  { isFinal = true, isMasked = true } = {},
): Buffer {
  const body = Buffer.from(payload as string);
  const length =
    body.length < 126 ? [body.length] : body.length < 65_536 ? [126, body.length >> 8, body.length & 255] : undefined;
  if (!length) throw new RangeError('Such a long frame is not made here.');
  const mask = isMasked ? randomBytes(4) : Buffer.alloc(0);
  const masked = isMasked ? body.map((byte, index) => byte ^ (mask[index % 4] as number)) : body;
  const [first = 0, ...rest] = length;
  return Buffer.concat([Buffer.from([(isFinal ? 0x80 : 0) | opcode, (isMasked ? 0x80 : 0) | first, ...rest]), mask, masked]);
}
