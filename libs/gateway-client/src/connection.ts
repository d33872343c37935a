import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type ControlPlane, UnexpectedStatus } from './control-plane.js';
import { readInTurn } from './inbound.js';
import type { Log } from './log.js';

/**
 * Where a gateway's connection stands:
 * - `CONNECTING`: dialling, or dialled and waiting for `connection.ack`
 * - `CONNECTED`: acknowledged, events are being handled
 * - `WAITING`: the last attempt failed, the next one comes after a backoff
 * - `REFUSED`: the control plane said no for good; nothing more is tried
 * - `STOPPED`: ended by `stop()`; nothing more is tried
 */
export type ConnectionState = 'CONNECTING' | 'CONNECTED' | 'WAITING' | 'REFUSED' | 'STOPPED';

/** What `connection.ack` told (gateway protocol 1.3). */
export interface Session {
  readonly gatewayId: string;
  readonly connectionId: string;
  readonly connectedAt: Date;
}

export interface ConnectionLimits {
  /** From the dial to the upgrade. */
  readonly handshakeMs: number;
  /** From the upgrade to `connection.ack`. */
  readonly ackMs: number;
  /** Longest time without a ping. */
  readonly pingSilenceMs: number;
  /** Backoff after the first failed attempt; doubles with each further one. */
  readonly reconnectFirstMs: number;
  /** Longest backoff. */
  readonly reconnectMaxMs: number;
}

/** Limits of a WSO2 gateway-controller (gateway protocol 1.8, 1.9), but for the longest backoff, which is 5 min there. */
export const defaultLimits: ConnectionLimits = Object.freeze({
  handshakeMs: 10_000,
  ackMs: 5_000,
  pingSilenceMs: 35_000,
  reconnectFirstMs: 1_000,
  reconnectMaxMs: 30_000,
});

export interface ConnectionOptions {
  readonly controlPlane: ControlPlane;
  readonly limits: ConnectionLimits;
  readonly log: Log;
  /** Called after each `connection.ack`, before the first event; `lost` aborts when that connection is gone. */
  readonly onConnected: (session: Session, lost: AbortSignal) => void;
  /**
   * Handles one frame; the next frame or ping is not looked at before it has returned. `send` resolves to false when the
   * connection is gone. A rejection is logged and costs nothing but this frame.
   */
  readonly onFrame: (frame: string | Buffer, send: (frame: string) => Promise<boolean>) => Promise<void>;
}

export interface Connection {
  readonly state: ConnectionState;
  /** The current session, or the last one while there is none. */
  readonly session: Session | undefined;
  /** Resolves when nothing more is tried: with the refusal, or with undefined after `stop()`. Never rejects. */
  readonly ended: Promise<UnexpectedStatus | undefined>;
  /** Closes with 1000 and waits until the frame in hand is handled. */
  stop(): Promise<void>;
}

/** How long a closing handshake may take before the socket is cut. */
const closingMs = 1_000;

/**
 * Keeps one gateway connected to its control plane until it is stopped or refused for good. A lost connection is dialled again
 * at once, a failed attempt after a backoff with full jitter. Frames of two connections are never handled at the same time.
 */
export function openConnection({ controlPlane, limits, log, onConnected, onFrame }: ConnectionOptions): Connection {
  const url = new URL('/api/internal/v1/ws/gateways/connect', controlPlane.url);
  url.protocol = controlPlane.url.protocol === 'http:' ? 'ws:' : 'wss:';

  const stopping = new AbortController();
  let state: ConnectionState = 'CONNECTING';
  let session: Session | undefined;
  let socket: WebSocket | undefined;

  async function run(): Promise<UnexpectedStatus | undefined> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      state = 'CONNECTING';
      try {
        await connectOnce(() => {
          failures = 0;
        });
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (error instanceof UnexpectedStatus && error.permanent) {
          state = 'REFUSED';
          return error;
        }
        state = 'WAITING';
        const waitMs = Math.round(Math.random() * Math.min(limits.reconnectMaxMs, limits.reconnectFirstMs * 2 ** failures));
        failures += 1;
        log.warn({ reason: (error as Error).message, failures, waitMs }, 'connection attempt failed');
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
    state = 'STOPPED';
    return undefined;
  }

  /** One connection from dial to end. Throws when it never got as far as `connection.ack`; its loss after that is no error. */
  async function connectOnce(onAcknowledged: () => void): Promise<void> {
    const current = new WebSocket(url, {
      headers: { 'api-key': controlPlane.token },
      ...(controlPlane.ca !== undefined && { ca: controlPlane.ca }),
      handshakeTimeout: limits.handshakeMs,
      perMessageDeflate: false,
      autoPong: false,
    });
    socket = current;
    const frames = readInTurn(current, limits.pingSilenceMs, () =>
      log.warn({ pingSilenceMs: limits.pingSilenceMs }, 'no ping in time'),
    );
    await upgraded(current);
    let closeCode: number | undefined;
    current.on('close', (code) => {
      closeCode = code;
    });
    current.on('error', (error) => log.warn({ reason: error.message }, 'connection error'));
    session = await acknowledged(current, frames);
    onAcknowledged();

    state = 'CONNECTED';
    const { gatewayId, connectionId } = session;
    log.info({ gatewayId, connectionId }, 'connected');
    const lost = new AbortController();
    try {
      onConnected(session, lost.signal);
      for await (const frame of frames) {
        if (stopping.signal.aborted) continue;
        await onFrame(frame, (answer) => send(current, answer)).catch((error) =>
          log.error({ err: error, gatewayId }, 'frame could not be handled'),
        );
      }
    } finally {
      lost.abort();
    }
    log.info({ gatewayId, connectionId, closeCode }, 'connection closed');
  }

  function upgraded(current: WebSocket): Promise<void> {
    return new Promise((resolve, reject) => {
      current.on('open', resolve);
      current.on('error', reject);
      current.on('close', () => reject(new Error('the connection was closed during the handshake')));
      current.on('unexpected-response', (_request, response) => {
        reject(new UnexpectedStatus('the connect request', response.statusCode ?? 0));
        current.terminate();
      });
    });
  }

  /** The first frame must be `connection.ack` (gateway protocol 1.3). */
  async function acknowledged(current: WebSocket, frames: AsyncGenerator<string | Buffer, void, void>): Promise<Session> {
    const overdue = setTimeout(() => current.terminate(), limits.ackMs);
    const first = await frames.next();
    clearTimeout(overdue);
    if (first.done) throw new Error('the connection ended without connection.ack');
    try {
      const ack = JSON.parse(first.value.toString()) as Record<string, unknown>;
      if (ack.type === 'connection.ack' && typeof ack.gatewayId === 'string' && typeof ack.connectionId === 'string') {
        return { gatewayId: ack.gatewayId, connectionId: ack.connectionId, connectedAt: new Date() };
      }
    } catch {
      // Not JSON is as wrong as another type.
    }
    current.terminate();
    throw new Error('the first frame was not connection.ack');
  }

  const ended = run();
  return {
    get state() {
      return state;
    },
    get session() {
      return session;
    },
    ended,
    async stop() {
      stopping.abort();
      const closing = socket;
      closing?.close(1000, 'Gateway shutting down');
      const overdue = setTimeout(() => closing?.terminate(), closingMs);
      await ended;
      clearTimeout(overdue);
    },
  };
}

function send(socket: WebSocket, frame: string): Promise<boolean> {
  return new Promise((resolve) => socket.send(frame, (error) => resolve(!error)));
}
