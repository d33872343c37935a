import { kinds as allKinds, type Kind } from '@gatecast/contracts';
import { ManagementError } from '../management-client.js';
import { type Flow, openFlowStage } from './flow.js';
import { FlowFailure } from './flow-failure.js';
import { NotSupported } from './gateway-under-test.js';
import { liveFlows } from './live-flows.js';
import { syncFlows } from './sync-flows.js';
import type { ConformanceWorld } from './world.js';

/** What became of one flow for one kind. */
export interface Cell {
  readonly flow: string;
  readonly kind: Kind;
  /** `n.a.`: the flow says nothing of this kind. Only `pass` counts as passed. */
  readonly result: 'pass' | 'FAIL' | 'n.a.' | 'not run';
  /** Why it is not `pass`, a line each. */
  readonly reasons: readonly string[];
  /** What was not looked at. */
  readonly notes: readonly string[];
}

export const kindNames: readonly Kind[] = allKinds.map(({ kind }) => kind);

/** The flows that share a world: A and B. */
export const sharedFlows: Readonly<Record<string, Flow>> = { ...liveFlows, ...syncFlows };

/** How long a condition may take to come true; long, as only a failure takes that long. */
const patienceMsMax = 60_000;

/** Runs one flow for one kind on a world, which is whole again afterwards. */
export async function runFlow(
  world: ConformanceWorld,
  name: string,
  kind: Kind,
  patienceMs: number = patienceMsMax,
): Promise<Cell> {
  const flow = sharedFlows[name];
  if (!flow) throw new Error(`There is no flow ${name}.`);
  const cell = { flow: name, kind };
  const notFor = flow.notFor?.(kind);
  if (notFor) return { ...cell, result: 'n.a.', reasons: [notFor], notes: [] };
  const stage = openFlowStage(world, kind, patienceMs);
  const { notes } = stage;
  try {
    await flow.act(stage);
    return { ...cell, result: 'pass', reasons: [], notes };
  } catch (error) {
    const { message, stack } = error as Error;
    if (error instanceof NotSupported) return { ...cell, result: 'not run', reasons: [message], notes };
    return {
      ...cell,
      result: 'FAIL',
      reasons: [error instanceof FlowFailure || error instanceof ManagementError ? message : (stack ?? message)],
      notes,
    };
  } finally {
    await world.mend();
  }
}
