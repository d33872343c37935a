export { agentGateways } from './agent-gateway.js';
export { brokenLinkFlows, flowsInContainers, runBrokenLinkFlow } from './broken-link-flows.js';
export { commandGateways } from './command-gateway.js';
export { type GatewayAdapter, type GatewayUnderTest, NotSupported } from './gateway-under-test.js';
export { type Cell, runFlow, sharedFlows } from './run.js';
export { tableOf } from './table.js';
export { type ConformanceWorld, startWorld } from './world.js';
