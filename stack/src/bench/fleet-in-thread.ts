import { Worker } from 'node:worker_threads';
import type { FleetThreadData, FleetThreadMessage } from './fleet-thread.js';
import type { BenchGateway } from './gateways.js';
import type { FleetOptions, SimulatedGateway } from './simulated-gateways.js';

export interface FleetInThread {
  readonly gateways: readonly SimulatedGateway[];
  /** As those of a fleet. */
  readonly faults: { doubled: number; disordered: number };
  stop(): void;
}

/**
 * Starts a fleet in a thread of its own and resolves when all of it are connected. When its gateways read an event is not delayed by
 * what else the process simulates: a thousand sockets that close at once keep everything in their thread waiting.
 */
export async function startFleetInThread(
  gateways: readonly BenchGateway[],
  edgeUrls: readonly string[],
  onEvent: FleetOptions['onEvent'],
): Promise<FleetInThread> {
  const workerData: FleetThreadData = { gateways, edgeUrls };
  const thread = new Worker(new URL('./fleet-thread.js', import.meta.url), { workerData });
  const fleet = {
    gateways: gateways.map((gateway) => ({ ...gateway, heard: new Set<string>() })),
    faults: { doubled: 0, disordered: 0 },
    stop: () => thread.postMessage('stop'),
  };
  await new Promise<void>((resolve, reject) => {
    thread.once('error', reject);
    thread.on('message', (message: FleetThreadMessage) => {
      if ('isConnected' in message) return resolve();
      const gateway = fleet.gateways[message.gateway] as SimulatedGateway;
      gateway.heard.add(message.event.correlationId);
      Object.assign(fleet.faults, message.faults);
      onEvent(message.event, gateway);
    });
  });
  return fleet;
}
