export { check, type Rule, rules, type Violation } from './checker.js';
export type * from './history.js';
export { type ChaosResult, type ChaosRun, runChaos } from './run.js';
