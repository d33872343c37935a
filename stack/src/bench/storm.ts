import { type ManagementClient, ManagementError } from '../management-client.js';
import type { Stack } from '../stack.js';
import { makeArtifacts } from './artifacts.js';
import { countCpuSeconds } from './cpu-time.js';
import { compareDeliveries } from './deliveries.js';
import { startFleetInThread } from './fleet-in-thread.js';
import { makeGateways } from './gateways.js';
import { memoryOf } from './memory.js';
import { openBench, wait } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { dialsAtOnce, Fleet, type HeardFrame, until } from './simulated-gateways.js';

const load = {
  gatewaysOnTheKilledEdge: 10_000,
  gatewaysOnTheOther: 200,
  deploysPerSecondToTheOther: 50,
  eventsMissed: 2,
  dialsAtOnce,
};

/**
 * Measures what happens when an edge with 10,000 gateways is killed: all of them come to the other edge at once, each has missed
 * events, and must be authenticated and caught up there, while the gateways that were there before go on hearing theirs. Then an
 * artifact is deleted, which every gateway of the organization must hear. Straight at the edges, without TLS; the gateways are
 * simulated by the process that measures, on the same machine, those of the killed edge in one thread and the others in another. The
 * killed edge stays dead.
 */
export async function measureStorm(stack: Stack, progress: (line: string) => unknown) {
  const [killedUrl = '', otherUrl = ''] = stack.endpoints.wsEdges;
  const bench = await openBench(stack);
  const {
    database,
    organization: { id: organizationId, api },
  } = bench;
  const [steadyArtifact = '', lastArtifact = '', ...missedArtifacts] = await makeArtifacts(api, 2 + load.eventsMissed);

  const deleted = { heard: 0, lastAtMs: 0, correlationId: '' };
  const deployed: HeardFrame[] = [];
  const onEvent = (event: HeardFrame) => {
    if (event.type === 'api.deployed') return void deployed.push(event);
    deleted.heard += 1;
    deleted.lastAtMs = event.atMs;
    deleted.correlationId = event.correlationId;
  };
  /** Deletes artifacts, which everyone hears; resolves when all have heard. */
  const deleteForAll = async (artifacts: readonly string[]) => {
    deleted.heard = 0;
    for (const artifact of artifacts) await deleteSurely(api, artifact);
    const gateways = load.gatewaysOnTheKilledEdge + load.gatewaysOnTheOther;
    await until(() => deleted.heard >= artifacts.length * gateways, 120_000);
  };

  const edge = stack.service('ws-edge-1');
  const made = (name: string, count: number) => makeGateways(database, { organizationId, name, count });
  const many = new Fleet(await made('many', load.gatewaysOnTheKilledEdge), { acks: true, onEvent });
  const emptyBytes = memoryOf(edge.pid).bytes;
  const connectBegan = performance.now();
  const cpuOfConnect = countCpuSeconds(stack);
  await many.connect([killedUrl]);
  const connectAll = performance.now() - connectBegan;
  const connectCpuSeconds = cpuOfConnect();
  const fullBytes = memoryOf(edge.pid).bytes;
  const others = await startFleetInThread(await made('other', load.gatewaysOnTheOther), [otherUrl], onEvent);
  progress(`${many.connected} gateways on one edge, ${others.gateways.length} on the other`);

  let isOver = false;
  const steadyLoad = async () => {
    const answers: Promise<unknown>[] = [];
    for (let n = 0; !isOver; n += 1) {
      const gateway = others.gateways[n % others.gateways.length]?.handle ?? '';
      answers.push(api.deploy('RestApi', steadyArtifact, gateway).catch(() => undefined));
      await wait(1_000 / load.deploysPerSecondToTheOther);
    }
    await Promise.all(answers);
  };
  const loading = steadyLoad();
  await wait(2_000);
  deployed.length = 0;
  await wait(5_000);
  const before = deployed.splice(0);

  progress('killing the edge …');
  many.useEdges([otherUrl]);
  const cpuOfStorm = countCpuSeconds(stack);
  const killedAt = performance.now();
  void edge.kill('SIGKILL');
  await deleteForAll(missedArtifacts);
  await until(() => many.connected === load.gatewaysOnTheKilledEdge);
  const killedToAllCaughtUp = performance.now() - killedAt;
  const stormCpuSeconds = cpuOfStorm();
  const meanwhile = deployed.splice(0);
  isOver = true;
  await loading;

  progress('deleting an artifact that all must hear of …');
  // Cursors and presence of the storm are on their way still.
  await wait(5_000);
  const cpuOfDelete = countCpuSeconds(stack);
  await deleteForAll([lastArtifact]);
  const deleteCpuSeconds = cpuOfDelete();

  const { committedAtMs, faults } = await compareDeliveries(database, organizationId, [many, others]);
  const latency = (events: readonly HeardFrame[]) =>
    percentiles(events.map(({ correlationId, atMs }) => atMs - (committedAtMs.get(correlationId) ?? 0)));
  many.stop();
  others.stop();
  await bench.close();
  return {
    load,
    milliseconds: {
      connectAll: Math.round(connectAll),
      killedToAllCaughtUp: Math.round(killedToAllCaughtUp),
      deleteToLastGateway: Math.round(deleted.lastAtMs - (committedAtMs.get(deleted.correlationId) ?? 0)),
      commitToFrameOfTheOthers: { before: latency(before), meanwhile: latency(meanwhile) },
    },
    edgeBytesPerConnection: Math.round((fullBytes - emptyBytes) / load.gatewaysOnTheKilledEdge),
    faults,
    cpuSeconds: { connectAll: connectCpuSeconds, killedToAllCaughtUp: stormCpuSeconds, deleteToLastGateway: deleteCpuSeconds },
    targets: {
      killedToAllCaughtUp: 5_000,
      deleteToLastGateway: 500,
      commitToFrameOfTheOthersP99: 50,
      edgeBytesPerConnection: 12 * 1_024,
    },
  };
}

/** Deletes an artifact; a storm may be the reason for a 503, which says to try again. */
async function deleteSurely(api: ManagementClient, artifact: string): Promise<void> {
  for (;;) {
    try {
      return void (await api.deleteArtifact('RestApi', artifact));
    } catch (error) {
      if (!(error instanceof ManagementError) || error.status !== 503) throw error;
    }
  }
}
