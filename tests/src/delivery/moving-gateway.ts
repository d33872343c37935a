import { type ControlPlane, type GatewayStore, handleEvent, internalApi, memoryStore, readFrame } from '@gatecast/gateway-client';
import type { HandledEvent } from '@gatecast/stack/chaos';
import { WebSocket } from 'ws';
import { connectPath } from '../ws-edge/raw-gateway.js';

/** How a gateway leaves an edge: without a word, with a closing handshake, or silently, so that the edge believes it is still there. */
export type Leave = 'cut' | 'close' | 'vanish';

/** A gateway without a start-up sync, which the test moves between edges. It has one store, and handles one frame at a time. */
export interface MovingGateway {
  /** What it handled, in that order. */
  readonly handled: readonly HandledEvent[];
  readonly store: Pick<GatewayStore, 'artifacts'>;
  /** Leaves the edge where it is. */
  leave(how: Leave): void;
  /** Resolves when it is acknowledged by an edge; dials as often as that takes. */
  dial(edgeUrl: string): Promise<void>;
  stop(): void;
}

const redialMs = 50;

export function movingGateway(controlPlane: ControlPlane): MovingGateway {
  const store = memoryStore();
  const api = internalApi(controlPlane);
  const handled: HandledEvent[] = [];
  const vanished: WebSocket[] = [];
  let current: WebSocket | undefined;
  /** What arrived is handled in turn, over all connections; a ping is answered in its turn. */
  let turn = Promise.resolve();

  function inTurn(socket: WebSocket, work: () => unknown): void {
    turn = turn.then(async () => {
      // What was not read before the connection was lost is lost with it.
      if (socket === current && socket.readyState === WebSocket.OPEN) await work();
    });
  }

  async function handle(socket: WebSocket, text: string): Promise<void> {
    const event = readFrame(text);
    if (!('artifactId' in event)) return;
    const { outcome, ack, error } = await handleEvent(event, { store, api });
    const { correlationId, type, artifactId } = event;
    handled.push({ correlationId, type, artifactId, outcome, ...(error && { reason: error.message }) });
    if (ack !== undefined) socket.send(ack, () => undefined);
  }

  function leave(how: Leave): void {
    const socket = current;
    current = undefined;
    if (!socket) return;
    if (how === 'cut') socket.terminate();
    if (how === 'close') socket.close(1000, 'moving');
    if (how === 'vanish') {
      socket.pause();
      vanished.push(socket);
    }
  }

  async function dial(edgeUrl: string): Promise<void> {
    const socket = new WebSocket(`${edgeUrl.replace('http', 'ws')}${connectPath}`, {
      headers: { 'api-key': controlPlane.token },
      autoPong: false,
      perMessageDeflate: false,
    });
    socket.on('error', () => undefined);
    const acknowledged = new Promise<boolean>((resolve) => {
      socket.once('message', () => resolve(true));
      socket.once('close', () => resolve(false));
    });
    socket.on('message', (data) => inTurn(socket, () => handle(socket, data.toString())));
    socket.on('ping', (payload) => inTurn(socket, () => socket.pong(payload)));
    current = socket;
    if (await acknowledged) return;
    await new Promise((resolve) => setTimeout(resolve, redialMs));
    await dial(edgeUrl);
  }

  return {
    handled,
    store,
    leave,
    dial,
    stop() {
      leave('cut');
      for (const socket of vanished) socket.terminate();
      api.close();
    },
  };
}
