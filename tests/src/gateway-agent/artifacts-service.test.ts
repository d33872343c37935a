import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Kind, kinds } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type SeededArtifact,
  type SeededGateway,
  seedArtifact,
  seedDecision,
  seedDeployment,
  seedGateway,
  seedOrganization,
} from '../artifacts-service/seed.js';
import { type Parts, startParts } from '../artifacts-service/setup.js';
import { type ControlPlane, definition, startControlPlane } from '../gateway-client/control-plane.js';
import { until } from '../until.js';

const program = fileURLToPath(new URL('../../../services/gateway-agent/dist/index.js', import.meta.url));

let parts: Parts;
let controlPlane: ControlPlane;
let gateway: SeededGateway;
let folder: string;
let agent: ChildProcess | undefined;

beforeAll(async () => {
  parts = await startParts();
});
afterAll(() => parts?.stop());
beforeEach(async () => {
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
  controlPlane = await startControlPlane();
  controlPlane.forwardTo(parts.url);
  folder = mkdtempSync(join(tmpdir(), 'gatecast-agent-'));
});
afterEach(async () => {
  await kill();
  await controlPlane.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly steps: { readonly deployments: Record<string, unknown> };
}
interface Held {
  readonly id: string;
  readonly kind: Kind;
  readonly state: string;
  readonly deploymentId: string;
  readonly deployedAt: string;
}

/** Starts an agent that syncs once; resolves with what the sync did and what is held then. */
async function syncAtStart(): Promise<{ report: Report; artifacts: readonly Held[] }> {
  const started = spawn(process.execPath, [program], {
    env: {
      PATH: process.env.PATH,
      CONTROL_PLANE_URL: controlPlane.url.href,
      GATEWAY_TOKEN: gateway.token,
      DATA_DIR: join(folder, 'data'),
      PORT: '0',
      SYNC_MODE: 'plain',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  agent = started;
  await controlPlane.connected();
  for await (const line of createInterface({ input: started.stdout })) {
    const { msg, port } = JSON.parse(line) as { msg: string; port: number };
    if (msg !== 'listening') continue;
    started.stdout.resume();
    const status = async () =>
      (await (await fetch(`http://127.0.0.1:${port}/status`)).json()) as { sync: { last?: Report }; artifacts: Held[] };
    await until(async () => (await status()).sync.last).toBeDefined();
    const { sync, artifacts } = await status();
    return { report: sync.last as Report, artifacts };
  }
  throw new Error('the agent ended before it listened');
}

async function kill(): Promise<void> {
  if (agent && agent.exitCode === null && agent.signalCode === null) {
    agent.kill('SIGKILL');
    await once(agent, 'exit');
  }
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second)).toISOString();

async function deploy(kind: Kind): Promise<{ artifact: SeededArtifact; deploymentId: string }> {
  const artifact = await seedArtifact(parts.database, gateway.organizationId, kind);
  const content = definition(kind, `a-${artifact.artifactId}`);
  const deploymentId = await seedDeployment(parts.database, artifact, gateway, content);
  await seedDecision(parts.database, artifact, gateway, { deploymentId, desiredState: 'DEPLOYED', performedAt: at(0) });
  return { artifact, deploymentId };
}

test('a gateway takes over from the real service what is decided, and then keeps it without a fetch', async () => {
  const deployed = [];
  for (let n = 0; n < 120; n += 1) deployed.push(await deploy(kinds[n % kinds.length]?.kind ?? 'Mcp'));
  const first = await syncAtStart();
  expect(first.report.steps.deployments).toMatchObject({ listed: 120, fetched: 120, failed: 0 });
  expect(first.artifacts.map(({ id, state, deploymentId, deployedAt }) => ({ id, state, deploymentId, deployedAt }))).toEqual(
    deployed
      .map(({ artifact, deploymentId }) => ({ id: artifact.artifactId, state: 'DEPLOYED', deploymentId, deployedAt: at(0) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  await kill();

  const asked = controlPlane.questions.length;
  const second = await syncAtStart();
  expect(second.report.steps.deployments).toEqual({ listed: 120, deleted: 0, retained: 0, updated: 0, fetched: 0, failed: 0 });
  expect(controlPlane.questions.slice(asked)).not.toContain('POST /deployments/fetch-batch');
  expect(second.artifacts).toEqual(first.artifacts);
});

test('what the real service says is gone is deleted, what exists without a deployment is kept, what is undeployed does not serve', async () => {
  const [gone, unlisted, undeployed, kept] = [
    await deploy('LlmProvider'),
    await deploy('LlmProxy'),
    await deploy('RestApi'),
    await deploy('Mcp'),
  ];
  await syncAtStart();
  await kill();

  await parts.database.query(sql`DELETE FROM artifacts WHERE id = ${gone.artifact.artifactId}`);
  await parts.database.query(sql`DELETE FROM artifact_gateways WHERE artifact_id = ${unlisted.artifact.artifactId}`);
  await parts.database.query(sql`
    UPDATE artifact_gateways SET desired_state = 'UNDEPLOYED', performed_at = ${at(5)}, confirmed_deployment_id = deployment_id,
      confirmed_state = 'DEPLOYED', confirmed_performed_at = ${at(0)}
    WHERE artifact_id = ${undeployed.artifact.artifactId}`);
  const { report, artifacts } = await syncAtStart();
  expect(report.steps.deployments).toEqual({ listed: 2, deleted: 1, retained: 1, updated: 1, fetched: 0, failed: 0 });
  expect(Object.fromEntries(artifacts.map(({ id, state }) => [id, state]))).toEqual({
    [unlisted.artifact.artifactId]: 'UNDEPLOYED',
    [undeployed.artifact.artifactId]: 'UNDEPLOYED',
    [kept.artifact.artifactId]: 'DEPLOYED',
  });
});

test('while the database of the real service cannot be asked, nothing changes', async () => {
  const { artifact } = await deploy('RestApi');
  const before = await syncAtStart();
  await kill();
  await parts.database.query(sql`DELETE FROM artifacts WHERE id = ${artifact.artifactId}`);
  await parts.database.query(sql`ALTER TABLE artifacts RENAME TO artifacts_away`);
  try {
    const { report, artifacts } = await syncAtStart();
    expect(artifacts).toEqual(before.artifacts);
    expect(report.steps.deployments).toHaveProperty('error');
  } finally {
    await parts.database.query(sql`ALTER TABLE artifacts_away RENAME TO artifacts`);
  }
});
