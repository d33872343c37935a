import { type Kind, kinds, kindTraits } from '@gatecast/contracts';
import type { Deployment } from '@gatecast/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { type Artifact, example, type Gateway, type Held, startWorld, type World } from './world.js';

let world: World;
let east: Gateway;
let west: Gateway;
let north: Gateway;

beforeAll(async () => {
  world = await startWorld();
  await world.api.createProject('demo');
  [east, west, north] = await Promise.all([world.startGateway('east'), world.startGateway('west'), world.startGateway('north')]);
  // What the LLM proxies of the flows refer to, on every gateway, as gateways other than the agent insist on it.
  await world.api.createArtifact('LlmProvider', example('LlmProvider', 'mistral-eu'));
  for (const { id } of [east, west, north]) await world.api.deploy('LlmProvider', 'mistral-eu', id);
});
afterAll(() => world?.stop());

let artifacts = 0;
/** A new artifact in the management API that no gateway knows. */
async function created(kind: Kind, id = `${kindTraits(kind).filePrefix}-${++artifacts}`): Promise<Artifact> {
  await world.api.createArtifact(kind, example(kind, id));
  return { kind, id };
}

const statusOf = async ({ kind, id }: Artifact, { deploymentId }: Deployment) =>
  (await world.api.deployment(kind, id, deploymentId)).status;

/** Waits until a deployment stands there, by the one event of its decision. */
async function settled(artifact: Artifact, deployment: Deployment, status: 'DEPLOYED' | 'UNDEPLOYED'): Promise<void> {
  await until(() => statusOf(artifact, deployment)).toBe(status);
  expect(await world.reissues(artifact)).toBe(0);
}

/** Decides a deploy and waits until the gateway has settled it. */
async function deployed(artifact: Artifact, gateway: Gateway): Promise<{ deployment: Deployment; held: Held }> {
  const deployment = await world.api.deploy(artifact.kind, artifact.id, gateway.id);
  await settled(artifact, deployment, 'DEPLOYED');
  const held = await gateway.held(artifact);
  expect(held).toMatchObject({ state: 'DEPLOYED', deploymentId: deployment.deploymentId });
  return { deployment, held: held as Held };
}

/** Decides an undeploy and waits until the gateway has settled it. */
async function undeployed(artifact: Artifact, gateway: Gateway, deployment: Deployment): Promise<void> {
  expect(await world.api.undeploy(artifact.kind, artifact.id, deployment)).toMatchObject({ status: 'UNDEPLOYING' });
  await settled(artifact, deployment, 'UNDEPLOYED');
  expect(await gateway.held(artifact)).toMatchObject({ state: 'UNDEPLOYED' });
}

/** Deletes the artifact and waits until the gateway has nothing of it. */
async function deletedFrom(gateway: Gateway, artifact: Artifact, held: Held): Promise<void> {
  await world.api.deleteArtifact(artifact.kind, artifact.id);
  await until(() => gateway.held(artifact)).toBeUndefined();
  expect(await gateway.content(held.id)).toBeUndefined();
  await expect(world.api.send('GET', `/api/v0.9/${kindTraits(artifact.kind).collection}/${artifact.id}`)).rejects.toMatchObject({
    status: 404,
  });
}

describe.each(kinds)('$kind', ({ kind, eventPrefix }) => {
  test('A1: after a deploy the gateway serves the artifact, and the deployment is DEPLOYED only after its ack', async () => {
    const artifact = await created(kind);
    await east.process.kill('SIGSTOP');
    try {
      const deployment = await world.api.deploy(kind, artifact.id, east.id);
      expect(deployment.status).toBe('DEPLOYING');
      // What was decided later for a gateway that can answer is settled; the one that can't has acked nothing.
      const other = await deployed(artifact, west);
      expect(await statusOf(artifact, deployment)).toBe('DEPLOYING');

      await east.process.kill('SIGCONT');
      await settled(artifact, deployment, 'DEPLOYED');
      expect(await east.held(artifact)).toMatchObject({
        id: other.held.id,
        state: 'DEPLOYED',
        deploymentId: deployment.deploymentId,
      });
      expect(await east.events(other.held.id)).toMatchObject([
        { type: `${eventPrefix}.deployed`, deploymentId: deployment.deploymentId, outcome: 'applied', acked: true },
      ]);
      expect(await east.content(other.held.id)).toContain(`kind: "${kind}"\n`);
    } finally {
      await east.process.kill('SIGCONT');
    }
  });

  test('A2: after an undeploy the gateway holds the artifact as undeployed and keeps its configuration', async () => {
    const artifact = await created(kind);
    const { deployment, held } = await deployed(artifact, east);
    const content = await east.content(held.id);
    expect(content).toContain(artifact.id);

    await undeployed(artifact, east, deployment);

    expect(await east.held(artifact)).toMatchObject({ id: held.id, state: 'UNDEPLOYED', deploymentId: deployment.deploymentId });
    expect(await east.content(held.id)).toBe(content);
    expect((await east.events(held.id)).at(-1)).toMatchObject({
      type: `${eventPrefix}.undeployed`,
      outcome: 'applied',
      acked: true,
    });
  });

  test('A3: a restore brings back the undeployed deployment, or an earlier one with its own content, under the same deploymentId', async () => {
    const artifact = await created(kind);
    const { deployment: first, held } = await deployed(artifact, east);
    const content = await east.content(held.id);
    await undeployed(artifact, east, first);

    expect(await world.api.restore(kind, artifact.id, first)).toMatchObject({
      deploymentId: first.deploymentId,
      status: 'DEPLOYING',
    });
    await settled(artifact, first, 'DEPLOYED');
    expect(await east.held(artifact)).toMatchObject({ state: 'DEPLOYED', deploymentId: first.deploymentId });

    const { id: _, ...definition } = example(kind, artifact.id);
    await world.api.send('PUT', `/api/v0.9/${kindTraits(kind).collection}/${artifact.id}`, {
      ...definition,
      displayName: `${artifact.id} changed`,
    });
    const { deployment: second } = await deployed(artifact, east);
    expect(await east.content(held.id)).toContain(`${artifact.id} changed`);
    expect(await statusOf(artifact, first)).toBe('ARCHIVED');

    await world.api.restore(kind, artifact.id, first);
    await settled(artifact, first, 'DEPLOYED');
    expect(await statusOf(artifact, second)).toBe('ARCHIVED');
    expect(await east.held(artifact)).toMatchObject({ state: 'DEPLOYED', deploymentId: first.deploymentId });
    expect(await east.content(held.id)).toBe(content);
  });

  test('A4: an artifact that is deleted while it is deployed is gone from the gateway', async () => {
    const artifact = await created(kind);
    const { held } = await deployed(artifact, east);

    await deletedFrom(east, artifact, held);

    expect((await east.events(held.id)).at(-1)).toMatchObject({
      type: `${eventPrefix}.deleted`,
      outcome: 'applied',
      acked: false,
    });
  });

  test('A5: an artifact that is deleted while it is undeployed is gone from the gateway', async () => {
    const artifact = await created(kind);
    const { deployment, held } = await deployed(artifact, east);
    await undeployed(artifact, east, deployment);

    await deletedFrom(east, artifact, held);
  });

  test('A6: after deploy, undeploy, delete of the deployment and delete of the artifact the gateway has nothing left', async () => {
    const artifact = await created(kind);
    const { deployment, held } = await deployed(artifact, east);
    await undeployed(artifact, east, deployment);
    await world.api.deleteDeployment(kind, artifact.id, deployment.deploymentId);
    await expect(statusOf(artifact, deployment)).rejects.toMatchObject({ status: 404, code: 'DEPLOYMENT_NOT_FOUND' });
    expect(await east.held(artifact)).toMatchObject({ state: 'UNDEPLOYED' });

    await deletedFrom(east, artifact, held);
  });

  test('A7: after that the gateway accepts a new artifact with the same handle', async () => {
    const artifact = await created(kind);
    const { deployment, held } = await deployed(artifact, east);
    await undeployed(artifact, east, deployment);
    await world.api.deleteDeployment(kind, artifact.id, deployment.deploymentId);
    await world.api.deleteArtifact(kind, artifact.id);

    const again = await created(kind, artifact.id);
    const { held: heldAgain } = await deployed(again, east);

    expect(heldAgain.id).not.toBe(held.id);
    expect(await east.events(heldAgain.id)).toMatchObject([{ type: `${eventPrefix}.deployed`, outcome: 'applied' }]);
  });

  test('A8: an undeploy from one of two gateways changes that one alone', async () => {
    const artifact = await created(kind);
    const { deployment: onEast } = await deployed(artifact, east);
    const { deployment: onWest, held } = await deployed(artifact, west);

    await undeployed(artifact, east, onEast);

    expect(await west.held(artifact)).toEqual(held);
    expect(await statusOf(artifact, onWest)).toBe('DEPLOYED');
    // The delete comes after whatever else could have been sent to the other gateway.
    await deletedFrom(west, artifact, held);
    expect((await west.events(held.id)).map(({ type }) => type)).toEqual([`${eventPrefix}.deployed`, `${eventPrefix}.deleted`]);
  });

  test('A9: every gateway of the organization hears of a deleted artifact, and one that never had it ignores that', async () => {
    const artifact = await created(kind);
    const { held } = await deployed(artifact, east);
    const before = await north.held({ kind: 'LlmProvider', id: 'mistral-eu' });

    await deletedFrom(east, artifact, held);

    for (const gateway of [west, north]) {
      await until(() => gateway.events(held.id)).toMatchObject([
        { type: `${eventPrefix}.deleted`, outcome: 'unknown', acked: false },
      ]);
    }
    expect(await north.held({ kind: 'LlmProvider', id: 'mistral-eu' })).toEqual(before);
  });
});
