import { parentPort, workerData } from 'node:worker_threads';
import type { BenchGateway } from './gateways.js';
import { Fleet, type HeardFrame } from './simulated-gateways.js';

/** What a thread with a fleet is given. */
export interface FleetThreadData {
  readonly gateways: readonly BenchGateway[];
  readonly edgeUrls: readonly string[];
}

/** What it says: that all are connected, and each event that one of them read. */
export type FleetThreadMessage =
  | { readonly isConnected: true }
  | { readonly event: HeardFrame; readonly gateway: number; readonly faults: Fleet['faults'] };

const { gateways, edgeUrls } = workerData as FleetThreadData;
const say = (message: FleetThreadMessage) => parentPort?.postMessage(message);

const fleet = new Fleet(gateways, {
  acks: true,
  onEvent: (event, gateway) => say({ event, gateway: fleet.gateways.indexOf(gateway), faults: fleet.faults }),
});
parentPort?.once('message', () => {
  fleet.stop();
  parentPort?.close();
});
await fleet.connect(edgeUrls);
say({ isConnected: true });
