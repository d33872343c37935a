import { nowMs } from '@gatecast/contracts';
import { dialGateway, type GatewaySocket } from './gateway-socket.js';
import type { BenchGateway } from './gateways.js';

export interface SimulatedGateway extends BenchGateway {
  /** Correlation ids of the events that it read, over all its connections. */
  readonly heard: Set<string>;
}

/** An event as a simulated gateway read it. */
export interface HeardFrame {
  readonly type: string;
  readonly correlationId: string;
  /** Milliseconds since 1970, with a fraction. */
  readonly atMs: number;
}

export interface FleetOptions {
  /** Whether they ack deploys; what nobody acks is issued again after a while. */
  readonly acks: boolean;
  /** Told of every event that a gateway had not read before. */
  readonly onEvent: (event: HeardFrame, gateway: SimulatedGateway) => void;
}

/**
 * Many gateways of one organization in the process that measures: they answer pings, know what they have read, and come back at
 * once when they lose their edge, as a WSO2 gateway-controller's do. They fetch no content.
 */
export class Fleet {
  readonly gateways: readonly SimulatedGateway[];
  /** Events that came to a gateway again, and requests for a receipt that did not go forward: both should be none. */
  readonly faults = { doubled: 0, disordered: 0 };
  #edges: readonly URL[] = [];
  #isStopped = false;
  #connected = 0;
  #dialing = 0;
  readonly #queue: SimulatedGateway[] = [];
  readonly #sockets = new Map<SimulatedGateway, GatewaySocket>();

  constructor(
    gateways: readonly BenchGateway[],
    private readonly options: FleetOptions,
  ) {
    this.gateways = gateways.map((gateway) => ({ ...gateway, heard: new Set<string>() }));
  }

  get connected(): number {
    return this.#connected;
  }

  /** From now on they dial these edges. */
  useEdges(urls: readonly string[]): void {
    this.#edges = urls.map((url) => new URL(url));
  }

  /** Connects all, and from now on again whoever loses its connection; resolves when all are connected. */
  async connect(edgeUrls: readonly string[]): Promise<void> {
    this.useEdges(edgeUrls);
    this.#queue.push(...this.gateways);
    this.#dialNext();
    await until(() => this.#connected === this.gateways.length);
  }

  stop(): void {
    this.#isStopped = true;
    for (const socket of this.#sockets.values()) socket.cut();
  }

  /** A machine has only so many ports in transition; real gateways do not share one. */
  #dialNext(): void {
    while (this.#dialing < dialsAtOnce && !this.#isStopped) {
      const gateway = this.#queue.shift();
      if (!gateway) return;
      this.#dialing += 1;
      this.#dial(gateway);
    }
  }

  #dial(gateway: SimulatedGateway): void {
    const edge = this.#edges[Math.floor(Math.random() * this.#edges.length)] as URL;
    let isAcknowledged = false;
    let receiptAsked = 0;
    const dialed = () => {
      this.#dialing -= 1;
      this.#dialNext();
    };
    const socket = dialGateway({
      host: edge.hostname,
      port: Number(edge.port),
      token: gateway.token,
      listener: {
        onAcknowledged: () => {
          isAcknowledged = true;
          this.#connected += 1;
          dialed();
        },
        onEvent: (frame) => {
          const atMs = nowMs();
          const { type, correlationId, payload } = JSON.parse(frame.toString()) as EventFrame;
          if (gateway.heard.has(correlationId)) this.faults.doubled += 1;
          else {
            gateway.heard.add(correlationId);
            this.options.onEvent({ type, correlationId, atMs }, gateway);
          }
          if (this.options.acks && type === 'api.deployed') socket.send(ackOf(payload));
        },
        onReceiptAsked: (through) => {
          // The last one is asked for again while it is not there.
          if (through < receiptAsked) this.faults.disordered += 1;
          receiptAsked = through;
        },
        onClosed: () => {
          if (isAcknowledged) this.#connected -= 1;
          else dialed();
          if (this.#isStopped) return;
          setTimeout(
            () => {
              this.#queue.push(gateway);
              this.#dialNext();
            },
            isAcknowledged ? 0 : 50,
          );
        },
      },
    });
    this.#sockets.set(gateway, socket);
  }
}

/** Dials of one fleet that wait for their answer at the same time. */
export const dialsAtOnce = 200;

interface EventFrame {
  readonly type: string;
  readonly correlationId: string;
  readonly payload: { readonly apiId: string; readonly deploymentId: string; readonly performedAt: string };
}

/** What a gateway says of a deploy that it has handled (gateway protocol 1.7). */
function ackOf({ apiId, deploymentId, performedAt }: EventFrame['payload']): string {
  const verdict = { deploymentId, artifactId: apiId, resourceType: 'api', action: 'deploy', status: 'success', performedAt };
  return JSON.stringify({ type: 'deployment.ack', payload: verdict });
}

/** Resolves when a condition holds. @throws Error after a minute. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
