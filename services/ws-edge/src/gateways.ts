import type { GatewayConnection } from './connection.js';
import type { HeldEvent } from './window.js';

/** How long the connections of an organization are written to before everything else has its turn. */
const turnMs = 10;

/** The connections of this edge, by gateway and by organization. A gateway may have several, here and on other edges. */
export class ConnectedGateways {
  readonly #ofGateway = new Map<string, Set<GatewayConnection>>();
  readonly #ofOrganization = new Map<string, Set<GatewayConnection>>();
  /** Those that have something to pull which all of their organization hear. */
  readonly #behind = new Set<GatewayConnection>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(connection: GatewayConnection): void {
    put(this.#ofGateway, connection.gateway.gatewayId, connection);
    put(this.#ofOrganization, connection.gateway.organizationId, connection);
    this.#size += 1;
  }

  remove(connection: GatewayConnection): void {
    if (!take(this.#ofGateway, connection.gateway.gatewayId, connection)) return;
    take(this.#ofOrganization, connection.gateway.organizationId, connection);
    this.#behind.delete(connection);
    this.#size -= 1;
  }

  ofGateway(gatewayId: string): Iterable<GatewayConnection> {
    return this.#ofGateway.get(gatewayId) ?? [];
  }

  ofOrganization(organizationId: string): Iterable<GatewayConnection> {
    return this.#ofOrganization.get(organizationId) ?? [];
  }

  *all(): Iterable<GatewayConnection> {
    for (const connections of this.#ofGateway.values()) yield* connections;
  }

  /** Lets everyone whom an event concerns pull it: a gateway at once, all those of an organization in turns. */
  announce({ gatewayId, organizationId, revision }: Pick<HeldEvent, 'gatewayId' | 'organizationId' | 'revision'>): void {
    if (gatewayId !== null) {
      for (const { subscription } of this.ofGateway(gatewayId)) {
        subscription.onContiguous(revision);
        subscription.pull();
      }
      return;
    }
    const isTurnDue = this.#behind.size > 0;
    for (const connection of this.ofOrganization(organizationId)) {
      connection.subscription.onContiguous(revision);
      this.#behind.add(connection);
    }
    if (!isTurnDue) this.#pullInTurns();
  }

  /** Thousands of connections take longer than an event for one gateway may wait: it comes in between. */
  #pullInTurns(): void {
    const end = performance.now() + turnMs;
    for (const connection of this.#behind) {
      this.#behind.delete(connection);
      connection.subscription.pull();
      if (performance.now() > end) break;
    }
    if (this.#behind.size > 0) setImmediate(() => this.#pullInTurns());
  }
}

function put(map: Map<string, Set<GatewayConnection>>, key: string, connection: GatewayConnection): void {
  const connections = map.get(key);
  if (connections) connections.add(connection);
  else map.set(key, new Set([connection]));
}

function take(map: Map<string, Set<GatewayConnection>>, key: string, connection: GatewayConnection): boolean {
  const connections = map.get(key);
  if (!connections?.delete(connection)) return false;
  if (connections.size === 0) map.delete(key);
  return true;
}
