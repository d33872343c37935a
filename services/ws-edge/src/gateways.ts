import type { GatewayConnection } from './connection.js';
import type { HeldEvent } from './window.js';

/** To thousands an event is written in many turns of the event loop, so that whoever else is connected does not wait for all of them. */
const connectionsPerTurn = 64;

/** The connections of this edge, by gateway and by organization. A gateway may have several, here and on other edges. */
export class ConnectedGateways {
  constructor(private readonly perTurn = connectionsPerTurn) {}

  readonly #ofGateway = new Map<string, Set<GatewayConnection>>();
  readonly #ofOrganization = new Map<string, Set<GatewayConnection>>();
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

  /** Lets everyone whom an event concerns pull it: all know of it at once, and pull it one after the other. */
  announce(event: Pick<HeldEvent, 'gatewayId' | 'organizationId' | 'revision'>): void {
    const concerned = [
      ...(event.gatewayId === null ? this.ofOrganization(event.organizationId) : this.ofGateway(event.gatewayId)),
    ];
    for (const { subscription } of concerned) subscription.fallBehind(event.revision);
    this.#pull(concerned, 0);
  }

  #pull(connections: readonly GatewayConnection[], from: number): void {
    const next = from + this.perTurn;
    for (const { subscription } of connections.slice(from, next)) subscription.pull();
    if (next < connections.length) setImmediate(() => this.#pull(connections, next));
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
