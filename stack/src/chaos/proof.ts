import type { Rule } from './checker.js';
import type { Mechanism } from './mechanisms.js';
import { brokenIn, fullPace, runScenario, type ScenarioRun, shortPace } from './scenario-run.js';
import { type Scenario, whenPrepared } from './scenarios.js';

/** Whether a scenario shows what it should: it holds with its mechanism and breaks without. */
export interface Proof {
  readonly isShown: boolean;
  /** For people: what broke without the mechanism, or why nothing is shown. */
  readonly text: string;
}

/** How patient a scenario without its mechanism is at least, and in comparison with what took longest with it. */
const patienceMsMin = 15_000;
const patienceFactor = 4;

/**
 * Runs a scenario with its mechanism, then without: with so much patience that what breaks does not break for want of time. It
 * must be what the mechanism is there for; a process that can't start shows nothing.
 */
export async function prove(
  scenario: Scenario,
  mechanism: Mechanism,
  { progress, signal }: Pick<ScenarioRun, 'progress' | 'signal'>,
): Promise<Proof> {
  const { outageMs } = shortPace;
  try {
    const result = await runScenario(scenario, { progress, signal, pace: { ...fullPace, outageMs } });
    const [broken] = brokenIn(result);
    if (broken) return { isShown: false, text: `broken although nothing is switched off: ${broken}` };
    const patienceMs = Math.max(patienceMsMin, patienceFactor * result.longestWaitMs);
    const pace = { patienceMs, quietMs: patienceMs, outageMs };
    return judge(brokenIn(await runScenario(scenario, { progress, signal, pace, without: mechanism })), mechanism);
  } catch (error) {
    if (signal?.aborted) throw error;
    return { isShown: false, text: `could not be run: ${(error as Error).message}` };
  }
}

/** With these the scenario has not come to what it is about. */
const otherReasons: readonly string[] = ['no process ends by itself' satisfies Rule, whenPrepared];

/** Judges by what was broken without the mechanism. */
export function judge(broken: readonly string[], { breaks }: Pick<Mechanism, 'breaks'>): Proof {
  const other = broken.find((line) => otherReasons.some((reason) => line.startsWith(reason)));
  if (other) return { isShown: false, text: `not by what it is there for, but: ${other}` };
  const shown = broken.find((line) => line.includes(breaks));
  if (shown) return { isShown: true, text: shown };
  return {
    isShown: false,
    text: `'${breaks}' is not broken; ${broken.length > 0 ? `this is: ${broken.join('; ')}` : 'nothing is'}`,
  };
}
