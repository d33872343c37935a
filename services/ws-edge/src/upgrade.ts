import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6, type Socket } from 'node:net';
import { gatewaySocketPath } from '@gatecast/contracts';
import { type Logger, letGo } from '@gatecast/service-kit';
import pLimit from 'p-limit';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ArtifactsService, Authenticated } from './artifacts-service.js';

/** Largest frame that a gateway may send: its acks are far smaller. */
const frameBytesMax = 64 * 1024;
/** Each part of a message may hold on to far more memory than it is long; gateways do not send messages in parts. */
const framePartsMax = 16;
/** Past this the gateway has given up its dial (gateway protocol 1.9). */
const dialMs = 9_000;
const minuteMs = 60_000;

export interface UpgradesOptions {
  readonly artifactsService: Pick<ArtifactsService, 'authenticate'>;
  readonly logger: Logger;
  readonly upgradesAtOnceMax: number;
  readonly failedAttemptsMax: number;
  /** Why nobody can be let in now; undefined: come in. */
  readonly refusal: () => string | undefined;
  /** Whether a token or its gateway was revoked while it was being asked for. */
  readonly isRevoked: (gateway: Authenticated) => boolean;
  /** Whether the log in which cursor and head were read is the one that is heard. */
  readonly isCurrent: (gateway: Authenticated) => boolean;
  readonly onGateway: (dial: AdmittedDial) => void;
  /** Told of the status with which each dial was answered; 101: it became a WebSocket. */
  readonly onAnswered: (status: number) => void;
}

/** A dial that became a WebSocket; nothing is written to it yet. */
export interface AdmittedDial {
  readonly socket: WebSocket;
  readonly stream: Socket;
  readonly gateway: Authenticated;
  readonly tokenHash: string;
  readonly remoteAddress: string;
}

/** An answer to a dial that does not become a WebSocket. Anything but 401 and 429 makes a gateway try again (gateway protocol 0.5). */
class Refusal extends Error {
  constructor(
    readonly status: 401 | 404 | 429 | 503,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Turns dials into connections: who is it, may it come in now, then the upgrade. Only a positive answer that a token is unknown
 * or revoked becomes a 401, since a gateway ends itself on that; every doubt is a 503.
 */
export function createUpgrades(options: UpgradesOptions) {
  const { artifactsService, logger, upgradesAtOnceMax, failedAttemptsMax, refusal, isRevoked, isCurrent, onGateway, onAnswered } =
    options;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: frameBytesMax,
    maxFragments: framePartsMax,
    clientTracking: false,
  });
  // More upgrades at once would ruin the latency of those who are connected.
  const atOnce = pLimit(upgradesAtOnceMax);
  const failedAttempts = new Map<string, number>();
  const forgetting = setInterval(() => failedAttempts.clear(), minuteMs);

  async function admit(request: IncomingMessage, stream: Socket, head: Buffer): Promise<void> {
    const arrivedAt = performance.now();
    const remoteAddress = addressOf(request, stream);
    stream.on('error', () => stream.destroy());
    try {
      if (request.url?.split('?')[0] !== gatewaySocketPath)
        throw new Refusal(404, 'NOT_FOUND', `There is no WebSocket at this path; gateways connect at ${gatewaySocketPath}.`);
      refuseIf(refusal());
      if ((failedAttempts.get(remoteAddress) ?? 0) >= failedAttemptsMax) {
        throw new Refusal(429, 'TOO_MANY_REQUESTS', 'Too many failed attempts from this address. Try again in a minute.');
      }
      const token = request.headers['api-key'];
      if (typeof token !== 'string' || token === '') throw new Refusal(401, 'UNAUTHORIZED', 'Invalid or expired credentials.');
      const tokenHash = hash('sha256', token);

      await atOnce(async () => {
        if (performance.now() - arrivedAt > dialMs)
          throw new Refusal(503, 'SERVICE_UNAVAILABLE', 'Too many gateways connect at once.');
        const gateway = await artifactsService.authenticate(tokenHash).catch((error) => {
          logger.warn({ err: error, remoteAddress }, 'gateway cannot be authenticated now');
          throw new Refusal(503, 'SERVICE_UNAVAILABLE', 'Credentials cannot be checked now.');
        });
        if (!gateway || isRevoked(gateway)) throw new Refusal(401, 'UNAUTHORIZED', 'Invalid or expired credentials.');
        if (!isCurrent(gateway))
          throw new Refusal(503, 'SERVICE_UNAVAILABLE', 'The database answers of an event log that is over. Try again.');
        refuseIf(refusal());
        if (stream.destroyed) return;
        // The answer to the dial and `connection.ack` leave in one piece.
        stream.cork();
        server.handleUpgrade(request, stream, head, (socket) => onGateway({ socket, stream, gateway, tokenHash, remoteAddress }));
        stream.uncork();
        onAnswered(101);
      });
    } catch (error) {
      const known = error instanceof Refusal ? error : new Refusal(503, 'SERVICE_UNAVAILABLE', 'Try again.');
      if (!(error instanceof Refusal)) logger.error({ err: error }, 'dial failed');
      if (known.status === 401) failedAttempts.set(remoteAddress, (failedAttempts.get(remoteAddress) ?? 0) + 1);
      logger.info({ remoteAddress, status: known.status, reason: known.message }, 'dial refused');
      answer(stream, known);
      onAnswered(known.status);
    }
  }

  return {
    /** Handles one HTTP upgrade request; never throws. */
    admit: (request: IncomingMessage, stream: Socket, head: Buffer) => void admit(request, stream, head),
    stop: () => clearInterval(forgetting),
  };
}

function refuseIf(reason: string | undefined): void {
  if (reason !== undefined) throw new Refusal(503, 'SERVICE_UNAVAILABLE', reason);
}

/** The address that the front door saw, else the one that connected; what is no address is nobody's. */
function addressOf(request: IncomingMessage, stream: Socket): string {
  const forwarded = request.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  const address = last && isIP(last) ? last : (stream.remoteAddress ?? 'unknown');
  return isIPv6(address) && address.startsWith('::ffff:') ? address.slice(7) : address;
}

const reasons = {
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

function answer(stream: Socket, { status, code, message }: Refusal): void {
  if (stream.destroyed) return;
  const body = JSON.stringify({ status: 'error', code, message });
  const retry = status === 503 ? 'Retry-After: 1\r\n' : status === 429 ? 'Retry-After: 60\r\n' : '';
  stream.write(
    `HTTP/1.1 ${status} ${reasons[status]}\r\n${retry}Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  letGo(stream);
}
