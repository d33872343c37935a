import { keyedKinds, kinds } from '@gatecast/contracts';
import type { Flow, FlowArtifact, FlowStage } from './flow.js';
import type { Failure, SeenRequest } from './link.js';
import type { ConformanceGateway } from './world.js';

const base = '/api/internal/v1';
const existencePath = `${base}/artifacts/exists`;

/**
 * B1 to B11: the gateway's process is down while something is decided, then starts. Events are held back until its sync is done, so
 * that the sync alone has to do it; then they come, and must change nothing any more.
 */
export const syncFlows: Readonly<Record<string, Flow>> = {
  B1: {
    title: 'deploy while it is down',
    async act(stage) {
      const [east] = stage.gateways;
      let artifact = await stage.create();
      await east.stop();
      const deployment = await stage.deploy(artifact, east);
      artifact = await stage.withCredentials(artifact);
      await synced(east, async () => {
        await stage.holds(east, artifact, 'DEPLOYED', deployment);
        await stage.hasCredentials(east, artifact);
      });
      await stage.until('the deployment is DEPLOYED', async () => (await stage.statusOf(artifact, deployment)) === 'DEPLOYED');
      await stage.holds(east, artifact, 'DEPLOYED', deployment);
    },
  },
  B2: {
    title: 'undeploy while it is down',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      const deployment = await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      await east.stop();
      await stage.api.undeploy(stage.kind, artifact.handle, deployment);
      await synced(east, async () => {
        await stage.holds(east, artifact, 'UNDEPLOYED');
        await stage.hasCredentials(east, artifact);
      });
      await stage.until(
        'the deployment is UNDEPLOYED',
        async () => (await stage.statusOf(artifact, deployment)) === 'UNDEPLOYED',
      );
      await stage.holds(east, artifact, 'UNDEPLOYED');
    },
  },
  B3: {
    title: 'restore while it is down',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.create();
      const deployment = await stage.deployed(artifact, east);
      await stage.undeployed(artifact, east, deployment);
      await east.stop();
      await stage.api.restore(stage.kind, artifact.handle, deployment);
      await synced(east, () => stage.holds(east, artifact, 'DEPLOYED', deployment));
      await stage.until('the deployment is DEPLOYED', async () => (await stage.statusOf(artifact, deployment)) === 'DEPLOYED');
      await stage.holds(east, artifact, 'DEPLOYED', deployment);
    },
  },
  B4: {
    title: 'delete from deployed while it is down',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      await east.stop();
      await stage.remove(artifact);
      await synced(east, () => stage.isGone(east, artifact));
    },
  },
  B5: {
    title: 'delete from undeployed while it is down',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      await stage.undeployed(artifact, east, await stage.deployed(artifact, east));
      await stage.hasCredentials(east, artifact);
      await east.stop();
      await stage.remove(artifact);
      await synced(east, () => stage.isGone(east, artifact));
    },
  },
  B6: {
    title: 'nothing changes while it is down: no fetch, no write',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      const deployment = await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      // The first one may still have something to bring that earlier flows left.
      for (const isLast of [false, true]) {
        await east.stop();
        const from = east.link.requests.length;
        await synced(east, async () => {
          const fetches = east.link.requests.slice(from).filter(isFetch);
          if (isLast) stage.expect(`nothing is fetched (${fetches.length} requests)`, fetches.length === 0);
          await stage.holds(east, artifact, 'DEPLOYED', deployment);
          await stage.stillHasCredentials(east, artifact);
        });
      }
    },
  },
  B7: {
    title: 'deploy, undeploy and delete of the deployment while it is down, artifact kept',
    async act(stage) {
      await keptWithoutDeployment(stage);
      await retainedWithoutDeployment(stage);
    },
  },
  B8: {
    title: 'after B7, deploy again',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await keptWithoutDeployment(stage);
      await stage.deployed(artifact, east);
      await stage.stillHasCredentials(east, artifact);
    },
  },
  B9: {
    title: 'the existence check fails',
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.withCredentials(await stage.create());
      await stage.deployed(artifact, east);
      await stage.hasCredentials(east, artifact);
      await east.stop();
      await stage.remove(artifact);
      for (const [way, failure] of Object.entries(failures)) {
        east.link.fail(existencePath, failure);
        const from = east.link.requests.length;
        await synced(east, async () => {
          const asked = east.link.requests.slice(from).filter(({ path }) => path === existencePath);
          stage.expect(`it asked what exists (${way})`, asked.length > 0);
          stage.expect(`nothing is deleted (${way})`, (await east.artifact(artifact.id)) !== undefined);
          await stage.stillHasCredentials(east, artifact);
          await east.stop();
        });
        east.link.mend();
      }
      await synced(east, () => stage.isGone(east, artifact));
    },
  },
  B10: {
    title: 'on-premises mode: orphans are deleted without an existence check',
    async act(stage) {
      const gateway = await stage.onPremises();
      const artifact = await stage.create();
      await stage.deployed(artifact, gateway);
      await gateway.stop();
      await stage.remove(artifact);
      gateway.link.hold('to gateway');
      await gateway.start();
      await stage.isGone(gateway, artifact);
      gateway.link.release();
      stage.expect('nothing was asked about existence', !gateway.link.requests.some(({ path }) => path === existencePath));
    },
  },
  B11: {
    title: 'API keys whose artifact has no configuration; unreadable store',
    notFor: (kind) => (keyedKinds.some((keyed) => keyed === kind) ? undefined : 'this kind has no API keys'),
    async act(stage) {
      const [east] = stage.gateways;
      const artifact = await stage.create();
      await east.stop();
      await east.plantKey(artifact.id, 'left-over');
      await stage.ifSupported('an unreadable store', async () => {
        await east.breakStore();
        try {
          await synced(east, async () => {
            await stage.until('the log says that the store cannot be read', () =>
              east.hasLogged('store-unreadable', artifact.id),
            );
            stage.expect('nothing is removed', (await east.keys(artifact.id)).includes('left-over'));
          });
        } finally {
          await east.stop();
          await east.mendStore();
        }
      });
      await synced(east, () =>
        stage.until('the orphaned key is removed', async () => (await east.keys(artifact.id)).length === 0),
      );
    },
  },
};

/** Ways for the existence check to fail; the last one takes as long as the gateway waits for an answer. */
const failures: Readonly<Record<string, Failure>> = {
  'service down': 'connection reset',
  '503': { status: 503, body: '{"code":503,"message":"Service Unavailable"}' },
  '404': { status: 404, body: '{"code":404,"message":"Not Found"}' },
  'not JSON': { status: 200, body: '{"artifacts":' },
  'another shape': { status: 200, body: '{"artifacts":[{"artifactId":1,"exists":"no"}]}' },
  'not about what was asked': { status: 200, body: '{"artifacts":[]}' },
  'time-out': 'no answer',
};

/** Starts a gateway, waits until its sync has asked everything, looks, and only then lets events through. */
async function synced(gateway: ConformanceGateway, look: () => Promise<void>): Promise<void> {
  const { link } = gateway;
  link.hold('to gateway');
  await gateway.start();
  await look();
  link.release();
}

/** Whether content is asked for: of a batch, or of one artifact (gateway protocol 2.2, 2.4). */
function isFetch({ method, path }: SeenRequest): boolean {
  if (path === `${base}/deployments/fetch-batch`) return true;
  return method === 'GET' && kinds.some(({ contentPath }) => new RegExp(`^${base}/${contentPath}/[0-9a-f-]{36}$`).test(path));
}

/** The gateway serves an earlier deployment, and the control plane knows that. */
async function keptWithoutDeployment(stage: FlowStage): Promise<FlowArtifact> {
  const { api, kind, gateways } = stage;
  const [east] = gateways;
  const artifact = await stage.withCredentials(await stage.create());
  await stage.deployed(artifact, east);
  await stage.hasCredentials(east, artifact);
  await east.stop();
  const { deploymentId, gatewayId } = await stage.deploy(artifact, east);
  await api.undeploy(kind, artifact.handle, { deploymentId, gatewayId });
  await api.deleteDeployment(kind, artifact.handle, deploymentId);
  await isKeptUndeployed(stage, artifact);
  return artifact;
}

/** The gateway serves the deployment, and the control plane was never told: it lists nothing, so the existence check decides. */
async function retainedWithoutDeployment(stage: FlowStage): Promise<void> {
  const { api, kind, gateways } = stage;
  const [east] = gateways;
  const artifact = await stage.withCredentials(await stage.create());
  east.link.hold('from gateway');
  const deployment = await stage.deploy(artifact, east);
  await stage.holds(east, artifact, 'DEPLOYED', deployment);
  await stage.hasCredentials(east, artifact);
  await east.stop();
  east.link.mend();
  await api.undeploy(kind, artifact.handle, deployment);
  await api.deleteDeployment(kind, artifact.handle, deployment.deploymentId);
  const from = east.link.requests.length;
  await isKeptUndeployed(stage, artifact, async () => {
    stage.expect(
      'it asked what exists',
      east.link.requests.slice(from).some(({ path }) => path === existencePath),
    );
    await stage.ifSupported('the log', () =>
      stage.until('the log says that it was retained', () => east.hasLogged('retained', artifact.id)),
    );
  });
}

async function isKeptUndeployed(stage: FlowStage, artifact: FlowArtifact, look = async () => {}): Promise<void> {
  const [east] = stage.gateways;
  await synced(east, async () => {
    await stage.holds(east, artifact, 'UNDEPLOYED');
    await stage.stillHasCredentials(east, artifact);
    await look();
  });
  await stage.holds(east, artifact, 'UNDEPLOYED');
  await stage.stillHasCredentials(east, artifact);
}
