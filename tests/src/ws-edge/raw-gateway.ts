import { once } from 'node:events';
import { WebSocket } from 'ws';
import { until } from '../until.js';

export const connectPath = '/api/internal/v1/ws/gateways/connect';

// biome-ignore lint/suspicious/noExplicitAny: a JSON frame; its shape is what tests find out.
type Frame = any;

/** One WebSocket to an edge that does nothing by itself: it answers no ping and acks nothing unless the test says so. */
export interface RawGateway {
  /** All text frames so far, parsed; the first is `connection.ack`. */
  readonly frames: readonly Frame[];
  /** Those of them that are events. */
  readonly events: () => Frame[];
  /** Payloads of all pings so far. */
  readonly pings: readonly string[];
  /** Payload of the last ping that asks for a receipt. */
  readonly lastReceiptAsked: () => string | undefined;
  readonly closed: () => { readonly code: number; readonly reason: string } | undefined;
  /** Resolves with the events when there are so many. */
  received(count: number): Promise<Frame[]>;
  send(data: string | Buffer): void;
  /** Says what a gateway says of a deploy or undeploy that it has handled. */
  ack(event: Frame, status?: 'success' | 'failed'): void;
  pong(payload: string): void;
  /** Says that everything so far is handled: answers the ping after the last event. */
  receipt(): void;
  /** From now on answers every ping at once, as a gateway does that has handled what came before. */
  answerPings(): void;
  /** From now on handles every event at once, and refuses what it shall deploy or undeploy. */
  refuseAll(): void;
  /** Cuts the connection without a word. */
  cut(): Promise<void>;
}

/** Connects to an edge. @throws Error when the dial is refused. */
export async function connect(
  edgeUrl: string,
  token: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawGateway> {
  const socket = new WebSocket(`${edgeUrl.replace('http', 'ws')}${connectPath}`, {
    headers: { 'api-key': token, ...headers },
    autoPong: false,
    perMessageDeflate: false,
  });
  const frames: Frame[] = [];
  const pings: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on('message', (data) => void frames.push(JSON.parse(data.toString())));
  socket.on('ping', (payload) => void pings.push(payload.toString()));
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  await once(socket, 'open');
  socket.on('error', () => undefined);

  const gateway: RawGateway = {
    frames,
    events: () => frames.filter(({ correlationId }) => correlationId !== undefined),
    pings,
    lastReceiptAsked: () => pings.findLast((payload) => /^\d+$/.test(payload)),
    closed: () => closed,
    async received(count) {
      // The ping after the last one is a frame of its own.
      await until(() => ({ events: gateway.events().length, isAsked: gateway.lastReceiptAsked() !== undefined })).toEqual({
        events: count,
        isAsked: true,
      });
      return gateway.events();
    },
    send: (data) => socket.send(data),
    ack({ type, payload }, status = 'success') {
      const [resourceType, verb] = type.split('.');
      const { deploymentId, performedAt } = payload;
      const artifactId = payload.apiId ?? payload.providerId ?? payload.proxyId;
      const action = verb === 'deployed' ? 'deploy' : 'undeploy';
      const errorCode = status === 'failed' ? { errorCode: 'GATEWAY_PROCESSING_ERROR' } : {};
      const verdict = { deploymentId, artifactId, resourceType, action, status, performedAt, ...errorCode };
      socket.send(JSON.stringify({ type: 'deployment.ack', payload: verdict }));
    },
    pong: (payload) => socket.pong(payload),
    receipt: () => gateway.pong(gateway.lastReceiptAsked() ?? ''),
    answerPings() {
      for (const payload of pings) socket.pong(payload);
      socket.on('ping', (payload) => socket.pong(payload));
    },
    refuseAll() {
      socket.on('message', (data) => {
        const frame = JSON.parse(data.toString());
        if (/[.](un)?deployed$/.test(frame.type)) gateway.ack(frame, 'failed');
      });
      gateway.answerPings();
    },
    async cut() {
      if (closed) return;
      socket.terminate();
      await once(socket, 'close');
    },
  };
  return gateway;
}
