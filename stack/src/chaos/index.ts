export { check, type Rule, rules, type Violation } from './checker.js';
export type * from './history.js';
export type { ChaosResult } from './recording.js';
export { type ChaosRun, runChaos } from './run.js';
export { runScenario, type Scenario, type ScenarioResult, scenarios } from './scenarios.js';
