import type { RawData, WebSocket } from 'ws';

type Arrival = { readonly frame: string | Buffer } | { readonly ping: Buffer };

/**
 * Reads a socket the way a WSO2 gateway-controller does: one frame at a time, and a ping takes its turn among the frames. It is answered when
 * the reader comes back for the next frame, that is when the handling of everything before it has returned. The control plane
 * takes that pong as the receipt of what it sent before the ping (gateway protocol 1.8). While the reader is busy the
 * socket is paused, so that a slow gateway is felt by the sender instead of filling memory.
 *
 * To be called before the socket is open. Yields text frames as strings and binary ones as buffers; ends when the socket is
 * closed and all that had arrived is read. More than `pingSilenceMs` without a ping terminates the socket, counted from this
 * call; data does not count (gateway protocol 1.8).
 */
export function readInTurn(
  socket: WebSocket,
  pingSilenceMs: number,
  onSilence: () => void,
): AsyncGenerator<string | Buffer, void, void> {
  const arrivals: Arrival[] = [];
  let closed = false;
  let wake: (() => void) | undefined;

  const silence = setTimeout(() => {
    onSilence();
    arrivals.length = 0;
    socket.terminate();
  }, pingSilenceMs);

  const arrive = (arrival: Arrival) => {
    arrivals.push(arrival);
    if (wake) wake();
    else socket.pause();
  };
  socket.on('message', (data: RawData, isBinary) => arrive({ frame: isBinary ? (data as Buffer) : data.toString() }));
  socket.on('ping', (payload: Buffer) => arrive({ ping: payload }));
  socket.on('close', () => {
    closed = true;
    clearTimeout(silence);
    wake?.();
  });

  async function* inTurn() {
    for (;;) {
      const next = arrivals.shift();
      if (next && 'ping' in next) {
        silence.refresh();
        socket.pong(next.ping);
      } else if (next) {
        yield next.frame;
      } else if (closed) {
        return;
      } else {
        socket.resume();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  }
  return inTurn();
}
