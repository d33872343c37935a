import type { Mechanism } from './mechanisms.js';
import { type ChaosResult, finish, startRecording } from './recording.js';
import type { Scenario } from './scenarios.js';
import { type Expectation, openStage, type Pace, ScenarioError } from './stage.js';
import { startWorld } from './world.js';

export interface ScenarioRun {
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal | undefined;
  /** Default: `fullPace`. */
  readonly pace?: Pace;
  /** A compose project that is up, in place of a stack of its own. */
  readonly project?: string | undefined;
  /** What is switched off. */
  readonly without?: Mechanism | undefined;
}

export interface ScenarioResult extends ChaosResult {
  readonly expectations: readonly Expectation[];
  /** How long it took for a condition to come true, or for everything to become quiet, at most. */
  readonly longestWaitMs: number;
}

export const fullPace: Pace = { patienceMs: 60_000, quietMs: 120_000, outageMs: 60_000 };
/** For a scenario that will fail. */
export const shortPace: Pace = { patienceMs: 25_000, quietMs: 25_000, outageMs: 8_000 };

/**
 * Runs one scenario on a world of its own.
 * @throws StackError or Error when it could not be run at all: that says nothing about what it shows.
 */
export async function runScenario(
  scenario: Scenario,
  { progress, signal, pace = fullPace, project, without }: ScenarioRun,
): Promise<ScenarioResult> {
  const world = await startWorld({
    apiServices: 2,
    wsEdges: 2,
    artifactsServices: 2,
    organizations: 1,
    gatewaysPerOrganization: 2,
    ...scenario.world,
    project,
    without,
    progress,
    signal,
  });
  let keepLogs = true;
  try {
    const stage = openStage(startRecording(world), pace);
    try {
      await scenario.act(stage);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      stage.expect(error.message, false);
    }
    const ended = Date.now();
    const finished = await finish(stage, progress, pace.quietMs);
    const longestWaitMs = Math.max(stage.longestWaitMs, Date.now() - ended);
    const result = { ...finished, expectations: stage.expectations, longestWaitMs };
    // What breaks without its mechanism is no riddle.
    keepLogs = without === undefined && brokenIn(result).length > 0;
    return result;
  } finally {
    await world.stop(keepLogs && !signal?.aborted);
  }
}

/** Returns what was broken, a line each: rules with what exactly broke them, and what did not come true. */
export function brokenIn({ violations, expectations }: Pick<ScenarioResult, 'violations' | 'expectations'>): string[] {
  return [
    ...violations.map(({ rule, detail }) => `${rule}: ${detail}`),
    ...expectations.filter(({ holds }) => !holds).map(({ text }) => text),
  ];
}
