import type { Backends } from './backends.js';

/** Where requests of one family go. */
export interface Route {
  readonly backends: Backends;
  /** How errors look there: as in the management API, or as in the API for gateways (gateway protocol 2.0). */
  readonly errorShape: 'management' | 'internal';
}

export interface Services {
  readonly apiService: Backends;
  readonly wsEdge: Backends;
  readonly artifactsService: Backends;
}

/** Returns a function that tells from a request's path where it goes. */
export function routesTo({ apiService, wsEdge, artifactsService }: Services): (path: string) => Route {
  const management: Route = { backends: apiService, errorShape: 'management' };
  // A refused dial has the management API's shape (gateway protocol 1.2).
  const sockets: Route = { backends: wsEdge, errorShape: 'management' };
  const internal: Route = { backends: artifactsService, errorShape: 'internal' };
  return (path) => {
    if (isUnder(path, '/api/internal/v1/ws')) return sockets;
    // Discovery: artifacts-service answers 404, which a gateway takes for "not on-premises" (gateway protocol 0.2).
    if (isUnder(path, '/api/internal/v1') || isUnder(path, '/internal/gateway')) return internal;
    return management;
  };
}

function isUnder(path: string, folder: string): boolean {
  return path.startsWith(folder) && ['', '/', '?'].includes(path.charAt(folder.length));
}
