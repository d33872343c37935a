import { nowMs } from '@gatecast/contracts';
import type { Stack } from '../stack.js';
import { StackError } from '../stack-error.js';
import { makeArtifacts } from './artifacts.js';
import { countCpuSeconds } from './cpu-time.js';
import { compareDeliveries } from './deliveries.js';
import { makeGateways } from './gateways.js';
import { openBench, wait } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { Fleet } from './simulated-gateways.js';

const load = { gateways: 100, artifacts: 20, writesPerSecond: 100, downSeconds: 60, secondsBeforeAndAfter: 10 };

/**
 * Measures an outage of the broker while deploys come through REST at a fixed rate, straight at one api-service: whether they are
 * answered meanwhile, and how long after the broker is back the last event of the outage is at its gateway. The writes go on then.
 */
export async function measureOutage(stack: Stack, progress: (line: string) => unknown) {
  const { natsServer } = stack;
  if (!natsServer) throw new StackError('The broker is not the stack’s own, so it cannot be stopped.');
  const bench = await openBench(stack);
  const { database, organization } = bench;
  const artifacts = await makeArtifacts(organization.api, load.artifacts);
  const heardAtMs = new Map<string, number>();
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  const fleet = new Fleet(gateways, {
    acks: true,
    onEvent: ({ correlationId, atMs }) => heardAtMs.set(correlationId, atMs),
  });
  await fleet.connect(stack.endpoints.wsEdges);

  const answers: { readonly atMs: number; readonly ms: number }[] = [];
  let refused = 0;
  let isOver = false;
  const write = async () => {
    const pending: Promise<void>[] = [];
    const began = performance.now();
    for (let n = 0; !isOver; n += 1) {
      const due = began + (n * 1_000) / load.writesPerSecond;
      if (due > performance.now()) await wait(due - performance.now());
      const gateway = fleet.gateways[n % fleet.gateways.length]?.handle ?? '';
      const artifact = artifacts[Math.floor(n / fleet.gateways.length) % artifacts.length] ?? '';
      pending.push(
        organization.api.deploy('RestApi', artifact, gateway).then(
          () => void answers.push({ atMs: nowMs(), ms: performance.now() - due }),
          () => {
            refused += 1;
          },
        ),
      );
    }
    await Promise.all(pending);
  };
  const writing = write();
  await wait(load.secondsBeforeAndAfter * 1_000);

  progress(`stopping the broker for ${load.downSeconds} s …`);
  const cpuOfOutage = countCpuSeconds(stack);
  const goneAtMs = nowMs();
  await natsServer.stop();
  await wait(goneAtMs + load.downSeconds * 1_000 - nowMs());
  const outageCpuSeconds = cpuOfOutage();
  await natsServer.start();
  const backAtMs = nowMs();
  progress('the broker is back …');
  const cpuOfDrain = countCpuSeconds(stack);
  await wait(load.secondsBeforeAndAfter * 1_000);
  const drainCpuSeconds = cpuOfDrain();
  isOver = true;
  await writing;

  const { committedAtMs, faults } = await compareDeliveries(database, organization.id, [fleet]);
  const ofOutage = [...committedAtMs].filter(([, at]) => at > goneAtMs && at < backAtMs);
  const lastHeardAtMs = Math.max(...ofOutage.map(([id]) => heardAtMs.get(id) ?? 0));
  const during = (from: number, to: number) =>
    percentiles(answers.filter(({ atMs }) => atMs >= from && atMs < to).map(({ ms }) => ms));
  fleet.stop();
  await bench.close();
  return {
    load,
    writes: { accepted: answers.length, refused },
    eventsOfTheOutage: { committed: ofOutage.length, heard: ofOutage.filter(([id]) => heardAtMs.has(id)).length },
    milliseconds: {
      backToDrained: Math.round(lastHeardAtMs - backAtMs),
      restAnswer: { before: during(0, goneAtMs), brokerDown: during(goneAtMs, backAtMs), after: during(backAtMs, Infinity) },
    },
    faults,
    cpuSeconds: { brokerDown: outageCpuSeconds, after: drainCpuSeconds },
    targets: { backToDrained: 5_000, refused: 0 },
  };
}
