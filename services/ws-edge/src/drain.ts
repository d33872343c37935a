import type { ConnectedGateways } from './gateways.js';

/**
 * Closes all connections, spread evenly over `overMs`: gateways come back at once and without jitter (gateway protocol 1.9), and
 * all together they would be a storm for the other edges. Resolves when the last one is gone.
 */
export async function drain(gateways: ConnectedGateways, overMs: number): Promise<void> {
  const connections = [...gateways.all()];
  const began = performance.now();
  for (const [index, connection] of connections.entries()) {
    const due = began + (overMs * index) / connections.length;
    if (due > performance.now()) await wait(due - performance.now());
    connection.close(1001, 'edge is going away');
  }
  while (gateways.size > 0) await wait(20);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
