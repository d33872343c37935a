import type { Kind } from '@gatecast/contracts';
import { brokenIn, runScenario } from '../chaos/scenario-run.js';
import { type Scenario, scenarios } from '../chaos/scenarios.js';
import type { Stage } from '../chaos/stage.js';
import type { Cell } from './run.js';

/** C1 to C12; C13, which restores a database, is no flow of a gateway. */
export const brokenLinkFlows: Readonly<Record<string, Scenario>> = Object.fromEntries(
  Object.entries(scenarios).filter(([name]) => name !== 'C13'),
);

/** Those that can be run on a compose project: they break nothing but edges and the way to the front door. */
export const flowsInContainers = ['C1', 'C2', 'C3'] as const;

export interface BrokenLinkRun {
  readonly progress: (line: string) => unknown;
  readonly signal?: AbortSignal | undefined;
  /** A compose project that is up, in place of a stack of its own. */
  readonly project?: string | undefined;
}

/**
 * Runs a scenario of the fault suite for some kinds: one run covers all kinds that artifacts were accepted of, since each of them is
 * changed while the link is broken; kinds that it leaves out get a run of their own, in which they take the place of another.
 */
export async function runBrokenLinkFlow(
  name: string,
  scenario: Scenario,
  kinds: readonly Kind[],
  run: BrokenLinkRun,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const kind of kinds) {
    if (cells.some((cell) => cell.kind === kind)) continue;
    const result = await runScenario({ ...scenario, act: (stage) => scenario.act(withKindFirst(stage, kind)) }, run);
    const broken = [...brokenIn(result), ...(result.logs ? [`logs: ${result.logs}`] : [])];
    const failed = brokenIn(result).length > 0;
    const covered = new Set(
      result.history.writes.flatMap(({ verb, outcome, kind: one }) => (verb === 'deploy' && outcome === 'accepted' ? [one] : [])),
    );
    for (const one of kinds) {
      if (cells.some((cell) => cell.kind === one)) continue;
      const cell = { flow: name, kind: one, notes: [...result.notRun] };
      if (covered.has(one)) cells.push({ ...cell, result: failed ? 'FAIL' : 'pass', reasons: failed ? broken : [] });
      else if (one === kind)
        cells.push({ ...cell, result: 'not run', reasons: ['no artifact of this kind was deployed', ...broken] });
    }
  }
  return cells;
}

/** A stage on which a kind takes the place of `RestApi`, with which scenarios that are about one artifact work, and that one its place. */
function withKindFirst(stage: Stage, kind: Kind): Stage {
  const other = (asked: Kind): Kind => (asked === 'RestApi' ? kind : asked === kind ? 'RestApi' : asked);
  return Object.create(stage, {
    create: {
      value: (asked: Kind, handle: string, ...rest: []) => stage.create(other(asked), handle, ...rest),
    },
  }) as Stage;
}
