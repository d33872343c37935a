import { createHash, randomBytes } from 'node:crypto';
import { type Database, newId, sql } from '@gatecast/database';
import { WebSocket } from 'ws';

export interface SimulatedGateway {
  readonly id: string;
  readonly handle: string;
  readonly token: string;
  /** Its connection of now. */
  socket: WebSocket | undefined;
  /** Frames that it read, without `connection.ack`. */
  frames: number;
}

export interface FleetOptions {
  readonly database: Database;
  readonly organizationId: string;
  /** First part of their handles. */
  readonly name: string;
  readonly count: number;
  /** Told of every frame after `connection.ack`, at the moment at which it is read. */
  readonly onFrame: (gateway: SimulatedGateway, text: string, atMs: number) => void;
}

/**
 * Many gateways in one process: WebSockets that answer pings and count frames, and come back at once when they lose their edge, as
 * the incumbent's do. They fetch no content and send no acks.
 */
export class Fleet {
  readonly gateways: SimulatedGateway[] = [];
  #edgeUrls: readonly string[] = [];
  #isStopped = false;
  #connected = 0;
  #dialing = 0;
  readonly #queue: SimulatedGateway[] = [];

  constructor(private readonly options: FleetOptions) {}

  get connected(): number {
    return this.#connected;
  }

  /** Makes gateways and tokens right in the database: through REST it would take longer than what is measured. */
  async make(): Promise<void> {
    const { database, organizationId, name, count } = this.options;
    for (let n = 0; n < count; n += 1) {
      this.gateways.push({
        id: newId(),
        handle: `${name}-${n}`,
        token: randomBytes(32).toString('base64url'),
        socket: undefined,
        frames: 0,
      });
    }
    const ids = this.gateways.map(({ id }) => id);
    await database.query(sql`
      INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
      SELECT id, ${organizationId}, handle, handle, '[]', 'regular', '1.2', 'bench'
      FROM unnest(${ids}::uuid[], ${this.gateways.map(({ handle }) => handle)}::text[]) AS made (id, handle)`);
    await database.query(sql`
      INSERT INTO gateway_tokens (id, gateway_id, token_hash)
      SELECT gen_random_uuid(), id, hash
      FROM unnest(${ids}::uuid[], ${this.gateways.map(({ token }) => createHash('sha256').update(token).digest('hex'))}::text[]) AS made (id, hash)`);
    await database.query(sql`
      INSERT INTO gateway_cursors (gateway_id, log_epoch, confirmed, written)
      SELECT made.id, log_epoch.epoch, heads.revision, heads.revision
      FROM unnest(${ids}::uuid[]) AS made (id)
      CROSS JOIN log_epoch JOIN organization_heads AS heads ON heads.organization_id = ${organizationId}`);
  }

  /** From now on they dial these edges. */
  useEdges(urls: readonly string[]): void {
    this.#edgeUrls = urls.map((url) => `${url.replace(/^http/, 'ws')}/api/internal/v1/ws/gateways/connect`);
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
    for (const { socket } of this.gateways) socket?.terminate();
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
    const url = this.#edgeUrls[Math.floor(Math.random() * this.#edgeUrls.length)] ?? '';
    const socket = new WebSocket(url, {
      headers: { 'api-key': gateway.token },
      perMessageDeflate: false,
      handshakeTimeout: 10_000,
    });
    let isOpen = false;
    gateway.socket = socket;
    const dialed = () => {
      this.#dialing -= 1;
      this.#dialNext();
    };
    socket.on('message', (data) => {
      const atMs = performance.timeOrigin + performance.now();
      const text = data.toString();
      if (!isOpen) {
        isOpen = true;
        this.#connected += 1;
        return dialed();
      }
      gateway.frames += 1;
      this.options.onFrame(gateway, text, atMs);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (isOpen) this.#connected -= 1;
      else dialed();
      if (this.#isStopped) return;
      setTimeout(
        () => {
          this.#queue.push(gateway);
          this.#dialNext();
        },
        isOpen ? 0 : 50,
      );
    });
  }
}

const dialsAtOnce = 200;

/** Resolves when a condition holds. @throws Error after a minute. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${withinMs / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
