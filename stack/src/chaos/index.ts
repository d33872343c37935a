export { check, type Rule, rules, type Violation } from './checker.js';
export type * from './history.js';
export { type Change, type Mechanism, mechanisms } from './mechanisms.js';
export { preload } from './preload.js';
export { judge, type Proof, prove } from './proof.js';
export type { ChaosResult } from './recording.js';
export { type ChaosRun, runChaos } from './run.js';
export { brokenIn, runScenario, type ScenarioResult, type ScenarioRun } from './scenario-run.js';
export { type Scenario, scenarios } from './scenarios.js';
