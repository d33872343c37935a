import type { Stack } from '../stack.js';
import { makeArtifacts } from './artifacts.js';
import { countCpuSeconds } from './cpu-time.js';
import { compareDeliveries } from './deliveries.js';
import { makeGateways } from './gateways.js';
import { type BenchOrganization, openBench } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { Fleet, type HeardFrame } from './simulated-gateways.js';

const load = { deploys: 10_000, organizations: 50, gatewaysPerOrganization: 20, requestsAtOnce: 50 };

/**
 * Measures how far gateways' sockets are behind the commits in a burst of deploys over many organizations, which come through REST
 * as fast as it accepts them, straight at one api-service. The gateways ack each deploy.
 */
export async function measureBurst(stack: Stack, progress: (line: string) => unknown) {
  const bench = await openBench(stack);
  const heard: HeardFrame[] = [];
  const places: { organization: BenchOrganization; fleet: Fleet; artifact: string }[] = [];
  for (let n = 0; n < load.organizations; n += 1) {
    const organization = await bench.makeOrganization(`organization-${n}`);
    const [artifact = ''] = await makeArtifacts(organization.api, 1);
    const gateways = await makeGateways(bench.database, {
      organizationId: organization.id,
      name: 'gateway',
      count: load.gatewaysPerOrganization,
    });
    const fleet = new Fleet(gateways, {
      acks: true,
      onEvent: (event) => heard.push(event),
    });
    await fleet.connect(stack.endpoints.wsEdges);
    places.push({ organization, fleet, artifact });
  }
  progress(`${load.organizations} organizations with ${load.gatewaysPerOrganization} gateways each; ${load.deploys} deploys …`);

  const cpu = countCpuSeconds(stack);
  const answers: number[] = [];
  let refused = 0;
  let next = 0;
  const began = performance.now();
  const deployOn = async () => {
    for (let n = next++; n < load.deploys; n = next++) {
      const place = places[n % places.length];
      const gateway = place?.fleet.gateways[Math.floor(n / places.length) % load.gatewaysPerOrganization];
      const asked = performance.now();
      await place?.organization.api.deploy('RestApi', place.artifact, gateway?.handle ?? '').then(
        () => answers.push(performance.now() - asked),
        () => {
          refused += 1;
        },
      );
    }
  };
  await Promise.all(Array.from({ length: load.requestsAtOnce }, deployOn));
  const seconds = (performance.now() - began) / 1_000;

  const lags = new Map<string, number>();
  const faults = { missed: 0, invented: 0, doubled: 0, disordered: 0 };
  const compared = await Promise.all(
    places.map(({ organization, fleet }) => compareDeliveries(bench.database, organization.id, [fleet])),
  );
  const cpuSeconds = cpu();
  const heardAtMs = new Map(heard.map(({ correlationId, atMs }) => [correlationId, atMs]));
  for (const one of compared) {
    for (const name of Object.keys(faults) as (keyof typeof faults)[]) faults[name] += one.faults[name];
    for (const [id, committed] of one.committedAtMs) {
      const at = heardAtMs.get(id);
      if (at !== undefined) lags.set(id, at - committed);
    }
  }
  for (const { fleet } of places) fleet.stop();
  await bench.close();
  return {
    load,
    deploys: { accepted: answers.length, refused, perSecond: Math.round(answers.length / seconds), heard: heard.length },
    milliseconds: { commitToSocket: percentiles([...lags.values()]), restAnswer: percentiles(answers) },
    faults,
    cpuSeconds,
    targets: { commitToSocketMax: 1_000 },
  };
}
