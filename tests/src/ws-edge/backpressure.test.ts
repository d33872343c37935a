import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { BrokerConnection } from '@gatecast/broker';
import type { EventLogRequest } from '@gatecast/contracts';
import { defaultLimits, openConnection } from '@gatecast/gateway-client';
import { createLogger } from '@gatecast/service-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { askArtifactsService } from '../../../services/ws-edge/dist/artifacts-service.js';
import { GatewayConnection } from '../../../services/ws-edge/dist/connection.js';
import { ConnectedGateways } from '../../../services/ws-edge/dist/gateways.js';
import { createUpgrades } from '../../../services/ws-edge/dist/upgrade.js';
import { EventWindow, type HeldEvent } from '../../../services/ws-edge/dist/window.js';
import { until } from '../until.js';
import { connect, type RawGateway } from './raw-gateway.js';
import { dialHead, frameOf, opcodes, openSocket } from './raw-socket.js';

const organizationId = 'organization';
const logEpoch = 'epoch';
const KiB = 1024;
const frameBytes = 32 * KiB;
/** More than the kernel takes for a peer that does not read. */
const manyEvents = 1_000;
const limitsAtFirst = {
  pingIntervalMs: 50,
  idleLimitMs: 60_000,
  busyLimitMs: 60_000,
  unconfirmedEventsMax: 10 * manyEvents,
  bufferedBytesMax: 512 * KiB,
};
type Limits = typeof limitsAtFirst;
/** The limit may be passed by what is written at once: one event, or one page of the event log as it travels the broker. */
const passedByMax = KiB * KiB;

/** The delivering parts of an edge on a port of this process, so that what it buffers can be looked at; its event log is `log`. */
class Edge {
  readonly log: HeldEvent[] = [];
  readonly cursors = new Map<string, number>();
  /** What was buffered for a gateway's socket at most. */
  readonly bufferedMax = new Map<string, number>();
  readonly gateways = new ConnectedGateways();
  readonly window: EventWindow;
  readonly #server: Server = createServer();
  readonly #sockets: { gatewayId: string; socket: WebSocket }[] = [];
  readonly #looking = setInterval(() => this.#look(), 1);

  constructor(
    windowBytes: number,
    /** Looked at each time, so that a test can change them. */
    readonly limits: Limits = { ...limitsAtFirst },
  ) {
    this.window = new EventWindow(windowBytes, (event) => this.gateways.announce(event));
    const logger = createLogger('test', 'silent');
    const upgrades = createUpgrades({
      artifactsService: { authenticate: async (tokenHash) => this.#whose(tokenHash) },
      logger,
      upgradesAtOnceMax: 10,
      failedAttemptsMax: 10,
      refusal: () => undefined,
      isRevoked: () => false,
      isCurrent: () => true,
      onAnswered: () => undefined,
      onGateway: ({ socket, stream, gateway, tokenHash }) => {
        this.window.hold(organizationId, gateway.head);
        const connection = new GatewayConnection({
          connectionId: randomUUID(),
          socket,
          stream,
          gateway,
          tokenHash,
          window: this.window,
          missed: askArtifactsService(this.#broker()),
          resync: () => Promise.reject(new Error('Nothing is trimmed here.')),
          acks: { store: async () => undefined },
          cursors: {
            note: (gatewayId, _epoch, confirmed) =>
              void this.cursors.set(gatewayId, Math.max(confirmed, this.cursors.get(gatewayId) ?? 0)),
          },
          onCaughtUp: () => undefined,
          onWritten: () => undefined,
          onReceipts: () => undefined,
          onClosed: (closed) => this.gateways.remove(closed),
          limits: this.limits,
          logger,
        });
        this.#sockets.push({ gatewayId: gateway.gatewayId, socket });
        this.gateways.add(connection);
        connection.open();
      },
    });
    this.#server.on('upgrade', (request, stream, head) => upgrades.admit(request, stream as Socket, head));
    this.#server.on('close', () => upgrades.stop());
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    clearInterval(this.#looking);
    for (const { socket } of this.#sockets) socket.terminate();
    this.#server.close();
  }

  /** Every gateway of the organization shall hear of it. */
  commit(bytes = frameBytes): void {
    const revision = this.log.length + 1;
    const text = JSON.stringify({ correlationId: `event-${revision}`, revision });
    this.log.push({
      correlationId: `event-${revision}`,
      organizationId,
      gatewayId: null,
      revision,
      entity: `artifact:${revision}`,
      type: 'api.deleted',
      action: 'DELETE',
      committedAtMs: 0,
      publishedAtMs: null,
      heardAtMs: 0,
      frame: Buffer.from(text.padEnd(bytes)),
    });
  }

  hear(): void {
    for (const event of this.log.slice(this.window.contiguous(organizationId) ?? 0)) this.window.add(event);
  }

  /** A gateway's token is its id. */
  #whose(tokenHash: string) {
    const gatewayId = ['slow', 'quick'].find((id) => createHash('sha256').update(id).digest('hex') === tokenHash);
    if (gatewayId === undefined) return null;
    return {
      gatewayId,
      organizationId,
      tokenId: gatewayId,
      cursor: this.cursors.get(gatewayId) ?? 0,
      head: this.log.length,
      logEpoch,
    };
  }

  /** A broker over which artifacts-service answers for the event log, in pages as large as the broker takes. */
  #broker(): BrokerConnection {
    const page = ({ after, through }: EventLogRequest) => {
      const events = this.log
        .slice(after, Math.min(through, after + 28))
        .map((event) => ({ ...event, frame: event.frame.toString() }));
      return { logEpoch, through: after + events.length, events };
    };
    const request = async (_subject: string, body: string) => ({ data: Buffer.from(JSON.stringify(page(JSON.parse(body)))) });
    return { live: () => ({ request }), untilLost: (answer: unknown) => answer } as unknown as BrokerConnection;
  }

  #look(): void {
    for (const { gatewayId, socket } of this.#sockets) {
      this.bufferedMax.set(gatewayId, Math.max(socket.bufferedAmount, this.bufferedMax.get(gatewayId) ?? 0));
    }
  }
}

let edge: Edge;
let url: string;
let quick: RawGateway;
const open = async (windowBytes: number) => {
  edge = new Edge(windowBytes);
  url = await edge.listen();
};
/** Handles everything as it comes, and says so. */
async function connectQuick(): Promise<RawGateway> {
  const gateway = await connect(url, 'quick');
  gateway.answerPings();
  return gateway;
}
const revisions = (gateway: RawGateway) => gateway.events().map(({ revision }) => revision);
const all = (from: number) => Array.from({ length: edge.log.length - from }, (_, index) => from + index + 1);
const isConnected = (gatewayId: string) => [...edge.gateways.ofGateway(gatewayId)].length > 0;

/** Dials as the gateway `slow` and never takes a byte from its socket. */
async function connectSlow() {
  const raw = await openSocket(url);
  raw.socket.write(dialHead('slow'));
  await until(() => isConnected('slow')).toBe(true);
  return raw;
}

afterEach(async () => {
  await quick?.cut();
  edge.close();
});

describe.each([
  ['heard while it is connected', 64 * KiB * KiB, false],
  ['missed, and still in the window', 64 * KiB * KiB, true],
  ['missed, and only in the event log', 16 * KiB, true],
] as const)('a gateway that does not read, of events that it %s', (_, windowBytes, isLate) => {
  beforeEach(() => open(windowBytes));

  test('costs no more than its byte limit, is closed after the time limit and goes on where it was; others get everything', async () => {
    const commitAll = async () => {
      for (let n = 0; n < manyEvents; n += 1) {
        edge.commit();
        edge.hear();
        if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    if (isLate) await commitAll();
    const slow = await connectSlow();
    quick = await connectQuick();
    if (!isLate) await commitAll();

    await until(() => quick.events().length).toBe(manyEvents);
    expect(revisions(quick)).toEqual(all(0));
    // It was still there meanwhile, and what the kernel did not take waited in this process.
    expect(isConnected('slow')).toBe(true);
    expect(edge.bufferedMax.get('slow')).toBeGreaterThan(edge.limits.bufferedBytesMax);
    expect(edge.bufferedMax.get('slow')).toBeLessThanOrEqual(edge.limits.bufferedBytesMax + passedByMax);

    edge.limits.busyLimitMs = 100;
    await until(() => isConnected('slow')).toBe(false);
    expect(isConnected('quick')).toBe(true);
    slow.socket.destroy();
    expect(edge.cursors.get('slow') ?? 0).toBe(0);

    edge.limits.busyLimitMs = limitsAtFirst.busyLimitMs;
    const again = await connect(url, 'slow');
    again.answerPings();
    await until(() => again.events().length).toBe(manyEvents);
    expect(revisions(again)).toEqual(all(0));
    await until(() => edge.cursors.get('slow')).toBe(manyEvents);
    await again.cut();
  });
});

describe.each([
  ['closes when it has read no ping for a while', { pingSilenceMs: 2_000 }, {}],
  ['takes longer for all of them than a gateway may be silent', {}, { busyLimitMs: 2_000 }],
] as const)('a gateway that is slow with each of many events and %s', (_, itsLimits, limits) => {
  beforeEach(() => open(64 * KiB * KiB));

  test('handles them all, each once, on one connection', async () => {
    Object.assign(edge.limits, limits);
    for (let n = 0; n < 60; n += 1) edge.commit(KiB);
    edge.hear();
    const handled: number[] = [];
    let connections = 0;
    // One event after the other, and a ping in its turn, as a WSO2 gateway-controller reads them.
    const gateway = openConnection({
      controlPlane: { url: new URL(url), token: 'slow' },
      limits: { ...defaultLimits, ...itsLimits },
      log: createLogger('test', 'silent'),
      onConnected: () => {
        connections += 1;
      },
      onFrame: async (frame) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        handled.push(JSON.parse(frame.toString()).revision);
      },
    });
    await until(() => edge.cursors.get('slow')).toBe(60);
    await gateway.stop();
    expect(connections).toBe(1);
    expect(handled).toEqual(all(0));
  });
});

describe('a gateway that does not read and pings without end', () => {
  beforeEach(() => open(64 * KiB * KiB));

  test('costs no more than its byte limit, and the others nothing', async () => {
    const slow = await connectSlow();
    quick = await connectQuick();
    const pings = Buffer.concat(Array.from({ length: 500 }, () => frameOf(opcodes.ping, 'x'.repeat(125))));
    const enough = 16 * KiB * KiB;
    let sent = 0;
    const write = () => {
      sent += pings.length;
      slow.socket.write(pings, (error) => void (!error && sent < enough && write()));
    };
    write();
    // It is cut off, or nobody takes its pings any more, or all are answered as far as there is room.
    await until(() => !isConnected('slow') || sent >= enough).toBe(true);

    edge.commit();
    edge.hear();
    await until(() => quick.events().length).toBe(1);
    expect(edge.bufferedMax.get('slow')).toBeLessThanOrEqual(edge.limits.bufferedBytesMax + passedByMax);
    slow.socket.destroy();
  });
});
