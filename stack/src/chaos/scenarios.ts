import { lastEvent, openConnection } from '@gatecast/broker';
import { wipeStreams } from './broker-disk.js';
import { backUpDatabase } from './database-backup.js';
import type { HandledEvent } from './history.js';
import { randomFrom } from './random.js';
import type { Stage, StagedArtifact } from './stage.js';
import { startAgain } from './start-again.js';
import { startWorkload } from './workload.js';
import { type ChaosGateway, processOf } from './world.js';
import type { WorldOptions } from './world-options.js';
import type { KnownDeployment } from './write-log.js';

/** A flow of the conformance list, C1 to C13: one break of the link and what must hold after it. */
export interface Scenario {
  readonly title: string;
  /** What differs from two of each service and one organization with two gateways. */
  readonly world?: Partial<WorldOptions>;
  readonly act: (stage: Stage) => Promise<void>;
}

/** Between the changes that are made during an outage. */
const pauseMs = 3_000;
/** The database is away for longer than anybody waits for an answer. */
const longForAQuestionMs = 5_000;

export const scenarios: Readonly<Record<string, Scenario>> = {
  C1: {
    title: 'connection cut while events are published, back on the same edge',
    world: { wsEdges: 1 },
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const [edge] = await stage.edgesOf(gateway);
      const end = stage.world.links['gateways to front-door'].swallow();
      const changed = await changeEverything(stage, gateway, held);
      end();
      await changed.arrive();
      stage.expect(
        'the gateway is back on the same edge',
        (await stage.edgesOf(gateway)).every((id) => id === edge),
      );
    },
  },
  C2: {
    title: 'connection cut while events are published, back on another edge',
    async act(stage) {
      const [gateway] = pair(stage);
      let held = await prepared(stage, gateway);
      /** Comes back when only `left` is there; resolves with that edge's id. */
      const moveTo = async (left: string, away: string) => {
        const end = stage.world.links['gateways to front-door'].swallow();
        const changed = await changeEverything(stage, gateway, held);
        await processOf(stage.world, away).stop();
        end();
        await changed.arrive();
        held = changed.held;
        let edges: string[] = [];
        await stage.until(`the gateway is connected to ${left} alone`, async () => {
          edges = await stage.edgesOf(gateway);
          return edges.length === 1;
        });
        await startAgain(processOf(stage.world, away));
        return edges[0];
      };
      const first = await moveTo('ws-edge-2', 'ws-edge-1');
      const second = await moveTo('ws-edge-1', 'ws-edge-2');
      stage.expect('these are different edges', first !== second);
    },
  },
  C3: {
    title: 'the edge is killed in the middle of a burst',
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const before = (await stage.handled(gateway)).length;
      const burst = stage.burst(held[0]?.artifact as StagedArtifact, gateway, 40);
      // Its failure is told where it is awaited, and ends what waits for it before.
      let isBroken = false;
      burst.catch(() => {
        isBroken = true;
      });
      await stage.until(
        'the gateway is in the middle of the burst',
        async () => isBroken || (await stage.handled(gateway)).length > before + 10,
      );
      // The rest of the burst is written to the gateway's socket, and on its way when the edge dies.
      const end = stage.world.links['gateways to front-door'].swallow();
      await burst;
      const changed = await changeEverything(stage, gateway, held);
      await stage.until('the edge has written everything', () => stage.hasWrittenAll(gateway));
      await Promise.all(['ws-edge-1', 'ws-edge-2'].map((edge) => processOf(stage.world, edge).kill('SIGKILL')));
      end();
      await startAgain(processOf(stage.world, 'ws-edge-2'));
      await changed.arrive();
    },
  },
  C4: {
    title: 'api-service killed between the commit and the publish',
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const end = stage.world.links['api-service to nats-server'].swallow();
      const changed = await changeEverything(stage, gateway, held);
      await Promise.all(['api-service-1', 'api-service-2'].map((name) => processOf(stage.world, name).kill('SIGKILL')));
      end();
      await startAgain(processOf(stage.world, 'api-service-2'));
      await changed.arrive();
    },
  },
  C5: {
    title: 'broker stopped while deployments are made',
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const broker = processOf(stage.world, 'nats-server');
      await broker.stop();
      const began = Date.now();
      let changed = await changeEverything(stage, gateway, held);
      let rounds = 1;
      for (; Date.now() < began + stage.pace.outageMs; rounds += 1) {
        await stage.wait(pauseMs);
        changed = await changeEverything(stage, gateway, changed.held);
      }
      stage.expect(
        `everything was changed ${rounds} times while the broker was away for ${Math.round((Date.now() - began) / 1000)} s`,
        broker.pid === undefined,
      );
      await startAgain(broker);
      await changed.arrive();
      const afterwards = await changeEverything(stage, gateway, changed.held);
      await afterwards.arrive();
    },
  },
  C6: {
    title: "the broker's data are wiped",
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const broker = processOf(stage.world, 'nats-server');
      // What is decided directly before is published, or not, or handled and not acked.
      const changed = await changeEverything(stage, gateway, held);
      await broker.kill('SIGKILL');
      wipeStreams(stage.world.stack.dataFolder);
      const changedAgain = await changeEverything(stage, gateway, changed.held);
      await startAgain(broker);
      await changedAgain.arrive();
      const afterwards = await changeEverything(stage, gateway, changedAgain.held);
      await afterwards.arrive();
    },
  },
  C7: {
    title: 'gateway away for longer than the stream, then also the event log, keeps events',
    world: { settings: { 'api-service': { STREAM_MAX_AGE_MS: '2000' } } },
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const away = async (known: Held[], forget: () => Promise<void>) => {
        const end = stage.world.links['gateways to front-door'].swallow();
        const changed = await changeEverything(stage, gateway, known);
        await streamIsEmpty(stage);
        await forget();
        // Edges that were there all the time would still have the events in memory.
        for (const edge of ['ws-edge-1', 'ws-edge-2']) await processOf(stage.world, edge).restart();
        end();
        await changed.arrive();
        return changed.held;
      };
      const afterStream = await away(held, async () => undefined);
      await away(afterStream, stage.trimEventLog);
      stage.expect('the whole state was issued again', await stage.wasIssuedAgain(gateway));
    },
  },
  C8: {
    title: 'two connections of one gateway on two edges',
    async act(stage) {
      const [gateway, other] = pair(stage);
      const held = await prepared(stage, gateway);
      // Then one edge has no connection, and the front door takes the next one there.
      await other.process.stop();
      const twin = await stage.world.startTwin(gateway);
      await stage.until('the gateway is connected on two edges', async () => new Set(await stage.edgesOf(gateway)).size === 2);
      // What it fetches by itself at its start is no event.
      for (const { deployment } of held)
        await stage.until('the second connection is in sync', () => stage.holds(twin, deployment, 'DEPLOYED'));
      const handled = () => Promise.all([stage.handled(gateway), stage.handled(twin)]);
      const [{ length: before }, { length: beforeOfTwin }] = await handled();
      const changed = await changeEverything(stage, gateway, held);
      await changed.arrive();
      await stage.until('both connections got the same events in the same order', async () => {
        const [all, allOfTwin] = await handled();
        const [one, two] = [all.slice(before), allOfTwin.slice(beforeOfTwin)];
        const ids = (events: readonly HandledEvent[]) => events.map(({ correlationId }) => correlationId).join();
        return one.length > 0 && ids(one) === ids(two);
      });
      const isActive = async () => (await gateway.organization.api.gateway(gateway.handle)).isActive;
      await twin.process.stop();
      await stage.until('one connection is left', async () => (await stage.edgesOf(gateway)).length === 1);
      stage.expect('the gateway counts as connected with one connection left', await isActive());
      await gateway.process.stop();
      await stage.until('the gateway counts as disconnected without any', async () => !(await isActive()));
    },
  },
  C9: {
    title: 'a gateway that does not read',
    world: { settings: { 'ws-edge': { PING_INTERVAL_MS: '500', BUSY_LIMIT_MS: '3000', UNCONFIRMED_EVENTS_MAX: '8' } } },
    async act(stage) {
      const [slow, quick] = pair(stage);
      const held = await prepared(stage, slow);
      const heldByQuick = await prepared(stage, quick, 'quick');
      await slow.process.kill('SIGSTOP');
      const lastForSlow = await stage.burst(held[0]?.artifact as StagedArtifact, slow, 30);
      const changed = await changeEverything(stage, quick, heldByQuick);
      await changed.arrive();
      await stage.until('the connection that is not read is closed', async () => (await stage.edgesOf(slow)).length === 0);
      stage.expect('until then the other gateway had everything', (await stage.edgesOf(quick)).length === 1);
      await slow.process.kill('SIGCONT');
      await stage.until('the slow gateway resumes', () => stage.holds(slow, lastForSlow, 'DEPLOYED'));
    },
  },
  C10: {
    title: 'all processes are replaced one after the other under load',
    async act(stage) {
      const workload = startWorkload({
        world: stage.world,
        log: stage.log,
        random: randomFrom(10),
        writesPerSecond: 6,
        artifactsPerKind: 2,
      });
      for (const process of stage.world.stack.services) {
        if (process.name === 'front-door') continue;
        await process.restart();
      }
      await workload.stop();
      const { writes } = stage.log;
      stage.expect(
        `writes were accepted meanwhile (${writes.length})`,
        writes.some(({ outcome }) => outcome === 'accepted'),
      );
    },
  },
  C11: {
    title: 'holding D0, away: deploy D1, undeploy D1',
    async act(stage) {
      const [gateway] = pair(stage);
      const artifact = await stage.create('RestApi', 'books');
      const away = async (work: () => Promise<void>) => {
        const held = await stage.deploy(artifact, gateway);
        await stage.until('D0 is served', () => stage.holds(gateway, held, 'DEPLOYED'));
        const end = stage.world.links['gateways to front-door'].swallow();
        await work();
        end();
        await stage.until('nothing serves any more', () => stage.holds(gateway, held, 'UNDEPLOYED'));
      };
      const deployAndUndeploy = async () => {
        const deployment = await stage.deploy(artifact, gateway);
        await stage.undeploy(artifact, deployment);
        return deployment;
      };
      await away(async () => void (await deployAndUndeploy()));
      await away(async () => stage.deleteDeployment(artifact, await deployAndUndeploy()));
      await away(async () => {
        for (let n = 0; n < 3; n += 1) await deployAndUndeploy();
      });
      // Through a full resync too.
      await away(async () => {
        await deployAndUndeploy();
        await stage.trimEventLog();
      });
      stage.expect('the whole state was issued again', await stage.wasIssuedAgain(gateway));
    },
  },
  C12: {
    title: 'artifacts-service, then the database, fails while deploys arrive',
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      const failing = async (breakIt: () => Promise<void>, mendIt: () => Promise<void>, isFelt: boolean) => {
        // Decided while the gateway can't ask; it asks when it is too late.
        await gateway.process.kill('SIGSTOP');
        const deployments = [];
        for (const { artifact } of held) deployments.push(await stage.deploy(artifact, gateway));
        await breakIt();
        const before = (await stage.handled(gateway).catch(() => [])).length;
        await gateway.process.kill('SIGCONT');
        if (isFelt) {
          await stage.until('a deploy fails', async () =>
            (await stage.handled(gateway)).slice(before).some(({ outcome }) => outcome === 'failed'),
          );
        }
        await mendIt();
        for (const deployment of deployments) {
          await stage.until('the deployment ends DEPLOYED', async () => (await stage.status(deployment)) === 'DEPLOYED');
        }
      };
      const services = ['artifacts-service-1', 'artifacts-service-2'].map((name) => processOf(stage.world, name));
      await failing(
        async () => void (await Promise.all(services.map((service) => service.kill('SIGKILL')))),
        async () => void (await Promise.all(services.map(startAgain))),
        true,
      );
      const postgres = processOf(stage.world, 'postgres');
      await failing(
        () => postgres.stop(),
        async () => {
          await stage.wait(longForAQuestionMs);
          await startAgain(postgres);
        },
        false,
      );
    },
  },
  C13: {
    title: 'the database is restored from a backup taken earlier',
    async act(stage) {
      const [gateway] = pair(stage);
      const held = await prepared(stage, gateway);
      stage.backup = await backUpDatabase(stage.world);
      await stage.until(
        'the management API answers again',
        async () => (await gateway.organization.api.gateway(gateway.handle)) !== undefined,
      );
      const changed = await changeEverything(stage, gateway, held);
      const fresh = await stage.create('Mcp', 'made-after-the-backup');
      const deployment = await stage.deploy(fresh, gateway);
      await stage.until('what was made after the backup is served', () => stage.holds(gateway, deployment, 'DEPLOYED'));
      await changed.arrive();
      stage.earlierLogs.push(await stage.backup.restore());
      await stage.until(
        'what the backup does not know is gone from the gateway',
        async () => !(await stage.holds(gateway, deployment, 'DEPLOYED')),
      );
      for (const { deployment: before } of held) {
        await stage.until('what was deployed at the backup is served again', () => stage.holds(gateway, before, 'DEPLOYED'));
      }
    },
  },
};

function pair({ world }: Stage): [ChaosGateway, ChaosGateway] {
  const [one, other] = world.gateways;
  if (!one || !other) throw new Error('A scenario takes two gateways.');
  return [one, other];
}

/** An artifact and the deployment that a gateway serves. */
interface Held {
  readonly artifact: StagedArtifact;
  readonly deployment: KnownDeployment;
}

/** What must hold before anything is broken. */
export const whenPrepared = 'the gateway serves what is deployed';

/** One artifact of each kind, deployed and served. */
async function prepared(stage: Stage, gateway: ChaosGateway, suffix = 'first'): Promise<Held[]> {
  const held: Held[] = [];
  for (const kind of ['RestApi', 'LlmProvider', 'LlmProxy', 'Mcp'] as const) {
    const artifact = await stage.create(kind, `${kind.toLowerCase()}-${suffix}`);
    held.push({ artifact, deployment: await stage.deploy(artifact, gateway) });
  }
  for (const { deployment } of held) {
    await stage.until(whenPrepared, () => stage.holds(gateway, deployment, 'DEPLOYED'));
  }
  await stage.forgetLists();
  return held;
}

/** Deploys one anew, undeploys one, deletes one and makes it again, undeploys and restores one; `arrive` waits until the gateway is there. */
async function changeEverything(
  stage: Stage,
  gateway: ChaosGateway,
  held: readonly Held[],
): Promise<{ held: Held[]; arrive(): Promise<void> }> {
  const [first, second, third, fourth] = held as [Held, Held, Held, Held];
  const again = await stage.deploy(first.artifact, gateway);
  await stage.undeploy(second.artifact, second.deployment);
  await stage.remove(third.artifact);
  const successor = await stage.create(third.artifact.kind, third.artifact.handle);
  const successorDeployment = await stage.deploy(successor, gateway);
  await stage.undeploy(fourth.artifact, fourth.deployment);
  await stage.restore(fourth.artifact, fourth.deployment);
  return {
    held: [
      { artifact: second.artifact, deployment: await stage.deploy(second.artifact, gateway) },
      { artifact: first.artifact, deployment: again },
      { artifact: successor, deployment: successorDeployment },
      fourth,
    ],
    async arrive() {
      await stage.until('a new deployment is served', () => stage.holds(gateway, again, 'DEPLOYED'));
      await stage.until("a deleted artifact's successor is served", () => stage.holds(gateway, successorDeployment, 'DEPLOYED'));
      await stage.until('a restored deployment is served', () => stage.holds(gateway, fourth.deployment, 'DEPLOYED'));
    },
  };
}

/** Waits until the stream has let all of its events go. */
async function streamIsEmpty(stage: Stage): Promise<void> {
  const broker = openConnection({ url: stage.world.stack.endpoints.natsUrl, name: 'gatecast-chaos', onStatus: () => undefined });
  try {
    await broker.opened;
    await stage.until('the stream keeps nothing any more', async () => (await lastEvent(broker)) === undefined);
  } finally {
    await broker.close();
  }
}
