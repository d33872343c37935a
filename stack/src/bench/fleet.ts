import { nowMs } from '@gatecast/contracts';
import { chromiumAdvice, chromiumProgram } from '../chromium.js';
import type { Stack } from '../stack.js';
import { type BenchArtifact, makeArtifactsOfEachKind } from './artifacts.js';
import { type ConsoleTimes, measureConsole } from './console.js';
import { countCpuSeconds } from './cpu-time.js';
import { copyDeployments, deployAll } from './deployments.js';
import { readEventStream } from './event-stream-reader.js';
import { makePast } from './fleet-in-database.js';
import { makeGateways } from './gateways.js';
import { type BenchOrganization, openBench, wait } from './open-bench.js';
import { type Percentiles, percentiles } from './percentiles.js';
import { until } from './simulated-gateways.js';

const load = {
  gateways: 10_000,
  artifactsOfEachKind: 2,
  past: { eventsForEach: 10, eventsForAll: 1_000, oneInDisconnected: 9, oneInRefusing: 20, oneInBehind: 7 },
  requestsOfEachPage: 100,
  stream: { readers: 20, deploysPerSecond: 20, seconds: 15 },
  console: { times: 10, deploys: 100, deploysPerSecond: 5 },
};

/** What a page is asked with, by the name of its figures. */
const pages: Readonly<Record<string, string>> = {
  byName: '',
  byNameLastPage: 'offset=9900',
  byLag: 'sortBy=lag',
  byConnectedAt: 'sortBy=connectedAt',
  byCreatedAt: 'sortBy=createdAt',
  connected: 'connected=true',
  notConnected: 'connected=false',
  drifted: 'drifted=true',
  notDrifted: 'drifted=false',
  behind: 'lagMin=1',
  farBehind: 'lagMin=100',
  text: 'query=gateway-77',
  connectedAndDriftedByLag: 'connected=true&drifted=true&lagMin=1&query=gateway&sortBy=lag',
};

/**
 * Measures what a person at the console waits for, with a large fleet: pages of 100 gateways with each sort and filter, one after the other,
 * straight at one api-service; and, with several who read live events through the front door (TLS), how long a deploy takes from its
 * commit to each of them; and what a person sees of it in Chromium, where there is one.
 */
export async function measureFleet(stack: Stack, progress: (line: string) => unknown) {
  const { database, organization, close } = await openBench(stack);
  const { api } = organization;
  const artifacts = await makeArtifactsOfEachKind(api, load.artifactsOfEachKind);
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  const [template, ...others] = gateways;
  if (!template) throw new Error('There is no gateway.');
  await deployAll(api, artifacts, template);
  await copyDeployments(database, template, others);
  await makePast(database, organization.id, others, load.past);
  await until(async () => (await askStatus(organization)).events.unpublished === 0);
  progress(`${gateways.length} gateways with ${artifacts.length} artifacts each made; asking for pages of them …`);

  const cpu = countCpuSeconds(stack);
  const pageMs: Record<string, Percentiles> = {};
  for (const [name, query] of Object.entries(pages)) {
    pageMs[name] = await timesOf(async () => {
      const { count } = await api.send<{ count: number }>('GET', `/api/v0.9/gateway-statuses?limit=100&${query}`);
      if (count === 0) throw new Error(`No gateway is on the page '${query}'.`);
    });
  }
  const organizationStatus = await timesOf(() => askStatus(organization));
  const cpuSeconds = cpu();

  progress(`${load.stream.readers} read live events; ${load.stream.deploysPerSecond} deploys/s for ${load.stream.seconds} s …`);
  const handles = gateways.map(({ handle }) => handle);
  const { commitToReader, ...counts } = await deployToReaders(stack, organization, artifacts[0] as BenchArtifact, handles);
  const console = await lookAtConsole(stack, organization, artifacts[0] as BenchArtifact, handles, progress);
  await close();
  return {
    load,
    milliseconds: { pages: pageMs, organizationStatus, commitToReader, console },
    events: counts,
    cpuSecondsOfPages: cpuSeconds,
    targets: { eachPage: { p99: 100 }, commitToReader: { max: 200 }, console: { commitToVisible: { max: 200 } } },
  };
}

/** Measures the console where there is a browser for it; undefined where there is none. */
async function lookAtConsole(
  stack: Stack,
  { api }: BenchOrganization,
  { kind, handle }: BenchArtifact,
  gateways: readonly string[],
  progress: (line: string) => unknown,
): Promise<ConsoleTimes | undefined> {
  if (!chromiumProgram) {
    progress(`The console was NOT measured. ${chromiumAdvice}`);
    return undefined;
  }
  progress('looking at the console in Chromium …');
  return measureConsole(
    stack,
    load.console,
    (n) => api.deploy(kind, handle, gateways[n] as string),
    async (revision) => {
      const { list } = await api.send<{ list: { revision: number; committedAt: string }[] }>('GET', '/api/v0.9/events?limit=100');
      return list.filter((event) => event.revision > revision);
    },
  );
}

function askStatus({ api }: BenchOrganization) {
  return api.send<{ events: { unpublished: number } }>('GET', '/api/v0.9/organization-status');
}

/** Returns how long something takes, in milliseconds, after a few times that do not count. */
async function timesOf(ask: () => Promise<unknown>): Promise<Percentiles> {
  for (let n = 0; n < 5; n += 1) await ask();
  const times: number[] = [];
  for (let n = 0; n < load.requestsOfEachPage; n += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return percentiles(times);
}

/** Deploys an artifact on one gateway after the other at a fixed rate while several read; times are of one clock. */
async function deployToReaders(
  { endpoints }: Stack,
  { api }: BenchOrganization,
  { kind, handle }: BenchArtifact,
  gateways: readonly string[],
) {
  const times: number[] = [];
  const readings = Array.from({ length: load.stream.readers }, () =>
    readEventStream({ ...endpoints, token: api.token }, ({ committedAt }) => {
      times.push(nowMs() - Date.parse(committedAt));
    }),
  );
  await Promise.all(readings.map(({ begun }) => begun));
  const deploys: Promise<unknown>[] = [];
  const began = performance.now();
  for (let n = 0; n < load.stream.deploysPerSecond * load.stream.seconds; n += 1) {
    await wait(began + (n * 1_000) / load.stream.deploysPerSecond - performance.now());
    deploys.push(api.deploy(kind, handle, gateways[n % gateways.length] as string));
  }
  await Promise.all(deploys);
  const expected = deploys.length * readings.length;
  await until(() => times.length >= expected, 10_000).catch(() => undefined);
  for (const reading of readings) reading.stop();
  return {
    committed: deploys.length,
    readers: readings.length,
    missed: expected - times.length,
    commitToReader: percentiles(times),
  };
}
