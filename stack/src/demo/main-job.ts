import { setTimeout as delay } from 'node:timers/promises';
import { type ArtifactVerb, type Kind, kindTraits } from '@gatecast/contracts';
import type { Agent } from './agent.js';
import type { ManagementApi } from './management-api.js';
import type { Example } from './preparation.js';
import type { Receipts } from './receipts.js';

export type Step = 'deploy' | 'undeploy' | 'restore' | 'delete';

/** What became of one step on one gateway. */
export interface Row {
  readonly step: Step;
  readonly kind: Kind;
  readonly artifact: string;
  readonly gateway: string;
  readonly event: string;
  readonly revision: number | null;
  /** From the commit of the change to the gateway's receipt. */
  readonly receiptMs: number | null;
  /** In the management API; for a deleted artifact what the gateway still holds of it, `gone` when nothing. */
  readonly status: string;
  /** What the gateway itself says that it holds. */
  readonly held: string;
  /** Whether all of it is as it must be. */
  readonly isGood: boolean;
}

export interface MainJobParts {
  readonly api: ManagementApi;
  readonly agents: readonly Agent[];
  readonly examples: readonly Example[];
  readonly receipts: Receipts;
  /** Told of each row as soon as it is known. */
  readonly onRow: (row: Row) => void;
}

/** What each step must lead to. */
const expectations: Readonly<Record<Step, { verb: ArtifactVerb; status: string; held: string }>> = {
  deploy: { verb: 'deployed', status: 'DEPLOYED', held: 'deployed' },
  undeploy: { verb: 'undeployed', status: 'UNDEPLOYED', held: 'undeployed' },
  restore: { verb: 'deployed', status: 'DEPLOYED', held: 'deployed' },
  delete: { verb: 'deleted', status: 'gone', held: 'gone' },
};
const settleTimeoutMs = 20_000;

/**
 * The main job of a control plane, through its REST API: each example is made and deployed to every gateway, undeployed, restored
 * and deleted. Stops at the first step that does not hold; returns all rows until then.
 * @throws UnexpectedAnswer when the API refuses a step.
 */
export async function runMainJob(parts: MainJobParts): Promise<Row[]> {
  const { api, agents, examples } = parts;
  const rows: Row[] = [];
  const deployments = new Map<string, string>();
  const key = (example: Example, agent: Agent) => `${example.path} ${agent.name}`;

  const change: Readonly<Record<Exclude<Step, 'delete'>, (example: Example, agent: Agent) => Promise<unknown>>> = {
    async deploy(example, agent) {
      const body = { name: `${example.handle} on ${agent.name}`, base: 'current', gatewayId: agent.name };
      const { deploymentId } = await api.call<{ deploymentId: string }>('POST', `${example.path}/deployments`, [201], body);
      deployments.set(key(example, agent), deploymentId);
    },
    undeploy: (example, agent) =>
      api.call(
        'POST',
        `${example.path}/deployments/${deployments.get(key(example, agent))}/undeploy?gatewayId=${agent.name}`,
        [200],
      ),
    restore: (example, agent) =>
      api.call(
        'POST',
        `${example.path}/deployments/${deployments.get(key(example, agent))}/restore?gatewayId=${agent.name}`,
        [200],
      ),
  };

  const take = async (step: Step, example: Example) => {
    if (step === 'deploy') await api.call('POST', `/${example.collection}`, [201], example.body);
    if (step === 'delete') await api.call('DELETE', example.path, [204]);
    else for (const agent of agents) await change[step](example, agent);
    const settled = await Promise.all(
      agents.map((agent) => settle(parts, step, example, agent, deployments.get(key(example, agent)))),
    );
    for (const row of settled) parts.onRow(row);
    rows.push(...settled);
    return settled.every((row) => row.isGood);
  };

  // What needs another artifact comes after it on the way up and before it on the way down.
  const order: [Step, readonly Example[]][] = [
    ['deploy', examples],
    ['undeploy', examples.toReversed()],
    ['restore', examples],
    ['delete', examples.toReversed()],
  ];
  for (const [step, artifacts] of order) {
    for (const example of artifacts) if (!(await take(step, example))) return rows;
  }
  return rows;
}

/** Waits until a step has settled on a gateway, or until it is clear that it won't. */
async function settle(
  { api, receipts }: MainJobParts,
  step: Step,
  example: Example,
  agent: Agent,
  deploymentId: string | undefined,
): Promise<Row> {
  const expected = expectations[step];
  const timeout = AbortSignal.timeout(settleTimeoutMs);
  const event = `${kindTraits(example.kind).eventPrefix}.${expected.verb}`;
  const receipt = await receipts.next(agent.gatewayId, event, timeout);

  let status = '';
  let held = '';
  for (;;) {
    held = (await agent.stateOf(example.kind, example.handle))?.toLowerCase() ?? 'gone';
    status =
      step === 'delete'
        ? held
        : (await api.call<{ status: string }>('GET', `${example.path}/deployments/${deploymentId}`, [200])).status;
    const isSettled = status === expected.status && held === expected.held;
    if (isSettled || status === 'FAILED' || timeout.aborted) break;
    await delay(10);
  }
  return {
    step,
    kind: example.kind,
    artifact: example.handle,
    gateway: agent.name,
    event,
    revision: receipt?.revision ?? null,
    receiptMs: receipt ? Math.round((receipt.receiptAtMs - receipt.committedAtMs) * 10) / 10 : null,
    status,
    held,
    isGood: receipt !== undefined && status === expected.status && held === expected.held,
  };
}
