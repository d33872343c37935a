import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

/** Told what comes in over one gateway's WebSocket, in its order. */
export interface GatewayListener {
  /** `connection.ack` was read. */
  onAcknowledged(): void;
  /** An event's frame, at the moment at which it is read; the bytes are valid during the call only. */
  onEvent(frame: Buffer): void;
  /** A ping after events, which asks for a receipt, and up to which revision. It is answered when this returns. */
  onReceiptAsked(through: number): void;
  /** The socket is gone, whoever closed it; nothing comes after it. */
  onClosed(): void;
}

export interface GatewayDial {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly listener: GatewayListener;
}

const opcodes = { text: 0x1, close: 0x8, ping: 0x9 } as const;
const key = Buffer.from('sixteen bytes :-').toString('base64');
/** What the server must make of the key (RFC 6455, 4.2.2). */
const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
/** All sockets read into it, one after the other. */
const shared = Buffer.allocUnsafe(64 * 1024);

/** One gateway's connection. */
export interface GatewaySocket {
  /** Sends a text frame of 126 to 65,535 bytes. */
  send(text: string): void;
  /** Ends it without a word. */
  cut(): void;
}

/**
 * Dials an edge as a gateway does. As little as a gateway can be: the upgrade written by hand,
 * unmasked server frames parsed as they come, each ping answered in its place among the events by a pong with the same payload
 * (masked by zeros, as RFC 6455 allows). A library's client costs the measured machine as much as the edge does.
 */
export function dialGateway({ host, port, token, listener }: GatewayDial): GatewaySocket {
  let rest: Buffer | undefined;
  let isUpgraded = false;
  let isAcknowledged = false;
  let pongs: Buffer[] = [];

  const socket: Socket = connect({
    host,
    port,
    noDelay: true,
    onread: {
      buffer: shared,
      callback(length) {
        const part = shared.subarray(0, length);
        read(rest ? Buffer.concat([rest, part]) : part);
        if (pongs.length > 0) {
          socket.write(pongs.length === 1 ? (pongs[0] as Buffer) : Buffer.concat(pongs));
          pongs = [];
        }
        return true;
      },
    },
  });
  socket.write(
    `GET /api/internal/v1/ws/gateways/connect HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\napi-key: ${token}\r\n\r\n`,
  );
  socket.once('error', () => undefined).once('end', () => socket.end());
  socket.once('close', () => listener.onClosed());

  function read(bytes: Buffer): void {
    let at = 0;
    if (!isUpgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end !== -1) {
        const head = bytes.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(accept)) return void socket.destroy();
        isUpgraded = true;
        at = end + 4;
      }
    }
    if (isUpgraded) at = readFrames(bytes, at);
    // What is left lies in the shared buffer.
    rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
  }

  /** Reads whole frames; returns where the first one that is not whole begins. */
  function readFrames(bytes: Buffer, from: number): number {
    let at = from;
    while (bytes.length >= at + 2) {
      const marker = bytes[at + 1] as number;
      const header = marker < 126 ? 2 : marker === 126 ? 4 : 10;
      if (bytes.length < at + header) break;
      const length = marker < 126 ? marker : marker === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const end = at + header + length;
      if (bytes.length < end) break;
      onFrame((bytes[at] as number) & 0x0f, bytes.subarray(at + header, end));
      at = end;
    }
    return at;
  }

  function onFrame(opcode: number, payload: Buffer): void {
    switch (opcode) {
      case opcodes.text:
        if (isAcknowledged) return listener.onEvent(payload);
        if (!payload.includes('"connection.ack"')) return void socket.destroy();
        isAcknowledged = true;
        return listener.onAcknowledged();
      case opcodes.ping: {
        const through = Number(payload.toString('latin1'));
        // Anything else is a keep-alive.
        if (Number.isSafeInteger(through)) listener.onReceiptAsked(through);
        return void pongs.push(Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
      }
      case opcodes.close:
        return void socket.end(Buffer.from([0x88, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
    }
  }

  return {
    send(text) {
      const payload = Buffer.from(text);
      socket.write(
        Buffer.concat([Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]), payload]),
      );
    },
    cut: () => socket.destroy(),
  };
}
