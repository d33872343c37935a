export { agentGateways } from './agent-gateway.js';
export { commandGateways } from './command-gateway.js';
export type { Flow } from './flow.js';
export type * from './gateway-under-test.js';
export { liveFlows } from './live-flows.js';
export { type Cell, runFlow } from './run.js';
export { type ConformanceWorld, startWorld } from './world.js';
