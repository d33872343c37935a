import { setTimeout as delay } from 'node:timers/promises';
import { type ArtifactVerb, type Kind, kindTraits } from '@gatecast/contracts';
import type { Deployment, ManagementClient } from '../management-client.js';
import type { Agent } from './agent.js';
import type { Example } from './preparation.js';
import type { Receipts } from './receipts.js';

type Step = 'deploy' | 'undeploy' | 'restore' | 'delete';

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
  readonly api: ManagementClient;
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
 * @throws ManagementError when the API refuses a step.
 */
export async function runMainJob(parts: MainJobParts): Promise<Row[]> {
  const { api, agents, examples } = parts;
  const rows: Row[] = [];
  const deployments = new Map<string, Deployment>();

  /** Decides a step for one gateway; returns the deployment that it is about. */
  const decide = async (step: Exclude<Step, 'delete'>, { kind, handle }: Example, agent: Agent): Promise<Deployment> => {
    const key = `${kind} ${handle} ${agent.name}`;
    const current = deployments.get(key);
    const deployment = current
      ? await api[step === 'undeploy' ? 'undeploy' : 'restore'](kind, handle, current)
      : await api.deploy(kind, handle, agent.name);
    deployments.set(key, deployment);
    return deployment;
  };

  const take = async (step: Step, example: Example): Promise<boolean> => {
    const { kind, handle, body } = example;
    if (step === 'deploy') await api.createArtifact(kind, body);
    const decided: (Deployment | undefined)[] = [];
    if (step === 'delete') await api.deleteArtifact(kind, handle);
    else for (const agent of agents) decided.push(await decide(step, example, agent));
    const settled = await Promise.all(agents.map((agent, at) => settle(parts, step, example, agent, decided[at])));
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
  deployment: Deployment | undefined,
): Promise<Row> {
  const expected = expectations[step];
  const timeout = AbortSignal.timeout(settleTimeoutMs);
  const event = `${kindTraits(example.kind).eventPrefix}.${expected.verb}`;
  const receipt = await receipts.next(agent.gatewayId, event, timeout);

  let status = '';
  let held = '';
  for (;;) {
    held = (await agent.stateOf(example.kind, example.handle))?.toLowerCase() ?? 'gone';
    status = deployment ? (await api.deployment(example.kind, example.handle, deployment.deploymentId)).status : held;
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
