import type { Flow, FlowStage } from './flow.js';

/** A1 to A10: the gateway is connected. */
export const liveFlows: Readonly<Record<string, Flow>> = {
  A1: {
    title: 'deploy',
    async act(stage) {
      const { gateways, kind, traits } = stage;
      const [east, west] = gateways;
      const artifact = await stage.create();
      east.link.hold('from gateway');
      const deployment = await stage.deploy(artifact, east);
      await stage.holds(east, artifact, 'DEPLOYED', deployment);
      // What was decided later for another gateway is settled; what this one serves without an ack that arrived is not.
      await stage.deployed(artifact, west);
      stage.expect('it is DEPLOYING before the ack', (await stage.statusOf(artifact, deployment)) === 'DEPLOYING');
      east.link.release();
      await stage.settled(artifact, deployment, 'DEPLOYED');
      const acks = east.link.frames.filter(({ body }) => body.payload?.artifactId === artifact.id);
      stage.expect(
        'the gateway sent one ack, of success',
        acks.length === 1 &&
          acks[0]?.body.payload.status === 'success' &&
          acks[0].body.payload.resourceType === traits.resourceType,
      );
      await stage.ifSupported('content', async () => {
        const content = await east.content(artifact.id);
        stage.expect('the gateway has its configuration', new RegExp(`^kind: "?${kind}"?$`, 'm').test(content ?? ''));
      });
    },
  },
  A2: {
    title: 'undeploy',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      const deployment = await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      const before = await contentOf(stage, artifact.id);
      await stage.undeployed(artifact, east, deployment);
      await stage.stillHasCredentials(east, artifact);
      stage.expect('the configuration is kept', (await contentOf(stage, artifact.id)) === before);
    },
  },
  A3: {
    title: 'restore, of the undeployed and of an earlier deployment',
    async act(stage) {
      const { gateways, api, kind, traits } = stage;
      const [east] = gateways;
      const artifact = await stage.create();
      const first = await stage.deployed(artifact, east);
      const firstContent = await contentOf(stage, artifact.id);
      await stage.undeployed(artifact, east, first);
      const restore = async () => {
        const restored = await api.restore(kind, artifact.handle, first);
        stage.expect('a restore keeps the deploymentId', restored.deploymentId === first.deploymentId);
        await stage.settled(artifact, first, 'DEPLOYED');
        await stage.holds(east, artifact, 'DEPLOYED', first);
      };
      await restore();
      const target = `/api/v0.9/${traits.collection}/${artifact.handle}`;
      const {
        id: _id,
        createdAt: _c,
        updatedAt: _u,
        createdBy: _b,
        updatedBy: _w,
        ...body
      } = await api.send<Record<string, unknown>>('GET', target);
      await api.send('PUT', target, { ...body, displayName: `${artifact.handle} changed` });
      const second = await stage.deployed(artifact, east);
      stage.expect('the earlier deployment is ARCHIVED', (await stage.statusOf(artifact, first)) === 'ARCHIVED');
      await restore();
      stage.expect('the later deployment is ARCHIVED', (await stage.statusOf(artifact, second)) === 'ARCHIVED');
      stage.expect('the earlier configuration is back', (await contentOf(stage, artifact.id)) === firstContent);
    },
  },
  A4: {
    title: 'delete from deployed',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      await stage.remove(artifact);
      await stage.isGone(east, artifact);
    },
  },
  A5: {
    title: 'delete from undeployed',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      const deployment = await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      await stage.undeployed(artifact, east, deployment);
      await stage.stillHasCredentials(east, artifact);
      await stage.remove(artifact);
      await stage.isGone(east, artifact);
    },
  },
  A6: {
    title: 'deploy, undeploy, delete the deployment, delete the artifact',
    act: async (stage) => void (await throughDeletedDeployment(stage)),
  },
  A7: {
    title: 'after A6, create again with the same handle and deploy',
    async act(stage) {
      const [east] = stage.gateways;
      const first = await throughDeletedDeployment(stage);
      const second = await stage.create(first.handle);
      stage.expect('it is another artifact', second.id !== first.id);
      await stage.deployed(second, east);
    },
  },
  A8: {
    title: 'deploy to two gateways, undeploy from one',
    async act(stage) {
      const [east, west] = stage.gateways;
      const artifact = await stage.create();
      const onEast = await stage.deployed(artifact, east);
      const onWest = await stage.deployed(artifact, west);
      await stage.undeployed(artifact, east, onEast);
      await stage.holds(west, artifact, 'DEPLOYED', onWest);
      stage.expect('the other deployment is DEPLOYED', (await stage.statusOf(artifact, onWest)) === 'DEPLOYED');
      // The delete comes after whatever else could have been sent to the other gateway.
      await stage.remove(artifact);
      await stage.isGone(west, artifact);
      stage.expect(
        'the other gateway heard of the deploy and the delete alone',
        stage.verbsSeen(west, artifact).join() === 'deployed,deleted',
      );
    },
  },
  A9: {
    title: 'delete an artifact that one of several gateways has',
    async act(stage) {
      const [east, ...others] = stage.gateways;
      const artifact = await stage.create();
      const bystander = await stage.create();
      const deployments = [];
      for (const other of others) deployments.push(await stage.deployed(bystander, other));
      await stage.deployed(artifact, east);
      await stage.remove(artifact);
      await stage.isGone(east, artifact);
      for (const [n, other] of others.entries()) {
        await stage.until(`${other.id} hears of it`, () => stage.verbsSeen(other, artifact).join() === 'deleted');
        await stage.holds(other, bystander, 'DEPLOYED', deployments[n]);
        stage.expect(`${other.id} is still connected`, other.link.sockets === 1);
      }
    },
  },
  A10: {
    title: 'delete event for what the gateway does not hold, while API keys of it are left',
    notFor: (kind) => (kind === 'LlmProvider' || kind === 'LlmProxy' ? undefined : 'it is about LLM providers and proxies'),
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.create();
      await east.plantKey(artifact.id, 'left-over');
      stage.expect('the key is there', (await east.keys(artifact.id)).includes('left-over'));
      await stage.remove(artifact);
      await stage.until('the orphaned key is gone', async () => (await east.keys(artifact.id)).length === 0);
      await stage.ifSupported('the log', () =>
        stage.until('the log says so', () => east.hasLogged('orphans-removed', artifact.id)),
      );
    },
  },
};

async function throughDeletedDeployment(stage: FlowStage) {
  const [east] = stage.gateways;
  const artifact = await stage.withCredentials(await stage.create());
  const deployment = await stage.deployed(artifact, east);
  await stage.undeployed(artifact, east, deployment);
  await stage.api.deleteDeployment(stage.kind, artifact.handle, deployment.deploymentId);
  stage.expect('the deployment is gone', (await stage.statusOf(artifact, deployment)) === undefined);
  await stage.holds(east, artifact, 'UNDEPLOYED');
  await stage.remove(artifact);
  await stage.isGone(east, artifact);
  return artifact;
}

/** What the first gateway has as the artifact's configuration, or that it can't be told, which is the same every time. */
async function contentOf(stage: FlowStage, artifactId: string): Promise<string | undefined> {
  let content: string | undefined;
  await stage.ifSupported('content', async () => {
    content = await stage.gateways[0].content(artifactId);
    stage.expect('the gateway has a configuration', content !== undefined && content !== '');
  });
  return content;
}
