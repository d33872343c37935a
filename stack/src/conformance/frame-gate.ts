import type { Duplex } from 'node:stream';

export type Direction = 'to gateway' | 'from gateway';

export interface FrameGateOptions {
  readonly gateway: Duplex;
  /** Its answer to the upgrade has not been read yet. */
  readonly controlPlane: Duplex;
  readonly isHeld: (direction: Direction) => boolean;
  /** Told of each text frame when it is passed on. */
  readonly onText: (direction: Direction, text: string) => void;
}

/** Two ends of a WebSocket, frame by frame. */
export interface FrameGate {
  /** Passes on what was held and is not any more. */
  flush(): void;
  /** Sends an empty ping to the gateway. */
  ping(): void;
  cut(): void;
  readonly ended: Promise<void>;
}

const textOpcode = 1;
const emptyPing = Buffer.from([0x89, 0x00]);

/** Passes WebSocket frames between two sockets, in order; those of a direction that is held wait, but for the control plane's first one. */
export function openFrameGate({ gateway, controlPlane, isHeld, onText }: FrameGateOptions): FrameGate {
  let isOpen = false;
  let hasGreeted = false;
  const toGateway: Frame[] = [];
  const fromGateway: Frame[] = [];

  const pass = (direction: Direction, { bytes, text }: Frame) => {
    if (text !== undefined) onText(direction, text);
    (direction === 'to gateway' ? gateway : controlPlane).write(bytes);
  };
  const flush = () => {
    for (const [direction, waiting] of [
      ['to gateway', toGateway],
      ['from gateway', fromGateway],
    ] as const) {
      const mayPass = () => !isHeld(direction) || (direction === 'to gateway' && !hasGreeted);
      while (waiting.length > 0 && mayPass()) {
        const frame = waiting.shift() as Frame;
        pass(direction, frame);
        if (direction === 'to gateway' && frame.text !== undefined) hasGreeted = true;
      }
    }
  };

  const readFromGateway = frameReader();
  gateway.on('data', (chunk: Buffer) => {
    fromGateway.push(...readFromGateway(chunk));
    flush();
  });
  const readToGateway = frameReader();
  let answer = Buffer.alloc(0);
  controlPlane.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (!isOpen) {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      isOpen = answer.subarray(0, 20).toString().includes(' 101 ');
      gateway.write(answer.subarray(0, isOpen ? end + 4 : answer.length));
      if (!isOpen) return void gateway.end();
      rest = answer.subarray(end + 4);
    }
    toGateway.push(...readToGateway(rest));
    flush();
  });

  const cut = () => {
    gateway.destroy();
    controlPlane.destroy();
  };
  const ended = new Promise<void>((resolve) => {
    for (const socket of [gateway, controlPlane]) {
      socket.on('error', cut);
      socket.once('close', () => {
        cut();
        resolve();
      });
    }
  });
  return { flush, ping: () => isOpen && gateway.write(emptyPing), cut, ended };
}

interface Frame {
  readonly bytes: Buffer;
  /** Of a text frame that is whole. */
  readonly text: string | undefined;
}

/** Returns a function that takes what arrives and returns the frames that are complete with it (RFC 6455, 5.2). */
function frameReader(): (chunk: Buffer) => Frame[] {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const frames: Frame[] = [];
    for (let frame = firstFrame(pending); frame; frame = firstFrame(pending)) {
      frames.push(frame);
      pending = pending.subarray(frame.bytes.length);
    }
    return frames;
  };
}

function firstFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes[0] as number, bytes[1] as number];
  let [start, length] = [2, second & 0x7f];
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    [start, length] = [4, bytes.readUInt16BE(2)];
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    [start, length] = [10, Number(bytes.readBigUInt64BE(2))];
  }
  const isMasked = (second & 0x80) !== 0;
  const mask = isMasked ? bytes.subarray(start, start + 4) : undefined;
  if (isMasked) start += 4;
  if (bytes.length < start + length) return undefined;
  const isText = (first & 0x8f) === (0x80 | textOpcode);
  const payload = () => {
    const plain = Buffer.from(bytes.subarray(start, start + length));
    if (mask) for (let n = 0; n < plain.length; n += 1) plain[n] = (plain[n] as number) ^ (mask[n % 4] as number);
    return plain.toString();
  };
  return { bytes: bytes.subarray(0, start + length), text: isText ? payload() : undefined };
}
