import { readFileSync } from 'node:fs';
import { isComplete, memoryStore, startGateway } from '@gatecast/gateway-client';
import type { Stack } from '../stack.js';
import { makeArtifactsOfEachKind } from './artifacts.js';
import { countCpuSeconds } from './cpu-time.js';
import { copyDeployments, deployAll } from './deployments.js';
import { makeGateways } from './gateways.js';
import { memoryOf } from './memory.js';
import { openBench } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { until } from './simulated-gateways.js';

const load = { gateways: 200, deploymentsOfEachKind: 50 };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Measures what happens when many gateways start at once with empty stores, as after an outage of a data centre: all connect and sync
 * through the front door (TLS), with the gateway's own client, in the process that measures, on the same machine.
 */
export async function measureSyncFleet(stack: Stack, progress: (line: string) => unknown) {
  const { database, organization, close } = await openBench(stack);
  const artifacts = await makeArtifactsOfEachKind(organization.api, load.deploymentsOfEachKind);
  const [template, ...others] = await makeGateways(database, {
    organizationId: organization.id,
    name: 'gateway',
    count: load.gateways + 1,
  });
  if (!template) throw new Error('There is no gateway.');
  await deployAll(organization.api, artifacts, template);
  await copyDeployments(database, template, others);
  progress(`${others.length} gateways with ${artifacts.length} deployments each made; starting them …`);

  const ca = readFileSync(stack.endpoints.caFile, 'utf8');
  const cpu = countCpuSeconds(stack);
  const startedAtMs = Date.now();
  const gateways = others.map(({ token }) => {
    const store = memoryStore();
    const gateway = startGateway({
      controlPlane: { url: new URL(stack.endpoints.frontDoor), token, ca },
      store,
      log: silent,
      manifest: { version: '1.2.0', policies: [] },
      sync: { mode: 'plain', onPremises: false },
    });
    return { gateway, store };
  });
  await until(() => gateways.every(({ gateway }) => gateway.sync?.last), 300_000);
  const reports = gateways.flatMap(({ gateway }) => gateway.sync?.last ?? []);
  const cpuSeconds = cpu();
  const artifactsService = memoryOf(stack.service('artifacts-service-1').pid);
  const held = gateways.map(({ store }) => store.artifacts().filter(({ desiredState }) => desiredState === 'DEPLOYED').length);

  await Promise.all(gateways.map(({ gateway }) => gateway.stop()));
  await close();
  return {
    load: { ...load, deploymentsOfEachGateway: artifacts.length },
    milliseconds: {
      allInSync: Math.max(...reports.map(({ endedAt }) => endedAt.getTime())) - startedAtMs,
      sync: percentiles(reports.map(({ startedAt, endedAt }) => endedAt.getTime() - startedAt.getTime())),
      connected: percentiles(reports.map(({ startedAt }) => startedAt.getTime() - startedAtMs)),
    },
    artifactsServiceMebibytes: {
      peak: Math.round(artifactsService.peakBytes / 2 ** 20),
      afterwards: Math.round(artifactsService.bytes / 2 ** 20),
    },
    faults: {
      incompleteSyncs: reports.filter((report) => !isComplete(report)).length,
      missing: held.reduce((sum, count) => sum + artifacts.length - count, 0),
    },
    cpuSeconds,
    targets: { allInSync: 60_000, artifactsServiceMebibytes: 300 },
  };
}
