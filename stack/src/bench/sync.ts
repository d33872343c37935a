import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Database, sql } from '@gatecast/database';
import { isComplete, type SyncReport, type SyncStatus } from '@gatecast/gateway-client';
import type { Stack } from '../stack.js';
import type { SupervisedProcess } from '../supervised-process.js';
import { makeArtifactsOfEachKind } from './artifacts.js';
import { countCpuSeconds } from './cpu-time.js';
import { deployAll } from './deployments.js';
import { openBench, wait } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { until } from './simulated-gateways.js';

const load = { deploymentsOfEachKind: 250, apiKeysOfEachArtifactButMcp: 1, startsWithAnEmptyStore: 5, unchangedRestarts: 10 };
const pauseMs = 3_000;

/**
 * Measures the start-up sync of one gateway agent, a process with a store on disk, through the front door (TLS): its very first start,
 * when it also hears of everything by events; starts with an empty store, as after a lost disk; and restarts with nothing changed. A
 * sync's time is the agent's own, from its first question to its last write; how long the process took to get there comes beside it.
 */
export async function measureSync(stack: Stack, progress: (line: string) => unknown) {
  const { database, organization, close } = await openBench(stack);
  const { api } = organization;
  const artifacts = await makeArtifactsOfEachKind(api, load.deploymentsOfEachKind);
  for (const { kind, handle } of artifacts) {
    if (kind === 'RestApi') await api.createApiKey(kind, handle, { id: 'key', apiKey: randomUUID() });
    else if (kind !== 'Mcp') await api.createApiKey(kind, handle, { id: 'key' });
  }
  const handle = 'gateway';
  await api.createGateway(handle);
  const { token } = await api.createToken(handle);
  await deployAll(api, artifacts, { handle });
  progress(`${artifacts.length} deployments and their keys made`);

  let gateway: SupervisedProcess | undefined;
  const faults = { incompleteSyncs: 0, missing: 0, fetchedAgain: 0 };
  const start = async () => {
    const cpu = countCpuSeconds(stack);
    const startedAtMs = Date.now();
    if (gateway) await gateway.start();
    else gateway = await stack.startGateway({ name: handle, token });
    const status = await synced(gateway);
    const report = status.sync.last;
    if (!isComplete(report)) faults.incompleteSyncs += 1;
    faults.missing += artifacts.length - status.artifacts.filter(({ state }) => state === 'DEPLOYED').length;
    return {
      syncMs: Date.parse(report.endedAt) - Date.parse(report.startedAt),
      inSyncAfterStartMs: Date.parse(report.endedAt) - startedAtMs,
      fetched: fetchedBy(report),
      tookMs: report.tookMs,
      cpuSeconds: cpu(),
    };
  };

  const startedAt = performance.now();
  const first = await start();
  await until(async () => (await unconfirmed(database)) === 0);
  const allConfirmedMs = Math.round(performance.now() - startedAt);
  progress(`first start: ${first.syncMs} ms`);

  const empty = [];
  for (let n = 0; n < load.startsWithAnEmptyStore; n += 1) {
    await gateway?.stop();
    rmSync(path.join(stack.dataFolder, 'gateways', handle), { recursive: true });
    await wait(pauseMs);
    empty.push(await start());
  }
  progress(`empty store: ${empty.map(({ syncMs }) => syncMs).join(', ')} ms`);

  const unchanged = [];
  for (let n = 0; n < load.unchangedRestarts; n += 1) {
    await gateway?.stop();
    await wait(pauseMs);
    const restart = await start();
    faults.fetchedAgain += restart.fetched;
    unchanged.push(restart);
  }
  progress(`unchanged: ${unchanged.map(({ syncMs }) => syncMs).join(', ')} ms`);

  await gateway?.stop();
  await close();
  const summary = (starts: readonly Awaited<ReturnType<typeof start>>[]) => ({
    sync: percentiles(starts.map(({ syncMs }) => syncMs)),
    inSyncAfterStart: percentiles(starts.map(({ inSyncAfterStartMs }) => inSyncAfterStartMs)),
    fetched: starts.map(({ fetched }) => fetched),
    stepsOfTheLast: starts.at(-1)?.tookMs,
    cpuSecondsOfTheLast: starts.at(-1)?.cpuSeconds,
  });
  return {
    load: { deployments: artifacts.length, ...load },
    milliseconds: { firstStart: { ...first, allConfirmedMs }, emptyStore: summary(empty), unchangedRestart: summary(unchanged) },
    faults,
    targets: { emptyStoreSync: 3_000, unchangedRestartSync: 300, fetchedByUnchangedRestart: 0 },
  };
}

/** A report as JSON has it. */
type ReportedSync = Omit<SyncReport, 'startedAt' | 'endedAt'> & { readonly startedAt: string; readonly endedAt: string };
interface AgentStatus {
  readonly sync: Omit<SyncStatus, 'last'> & { readonly last: ReportedSync };
  readonly artifacts: readonly { readonly state: string }[];
}

/** Resolves when an agent's first sync has ended. Asked seldom: a status of a thousand artifacts takes from the sync's own time. */
async function synced({ url }: SupervisedProcess): Promise<AgentStatus> {
  for (;;) {
    const status = (await (await fetch(`${url}/status`)).json()) as AgentStatus;
    if (status.sync.last) return status;
    await wait(250);
  }
}

function fetchedBy({ steps: { deployments } }: Pick<SyncReport, 'steps'>): number {
  return 'fetched' in deployments ? deployments.fetched : 0;
}

/** How many places are not in the state that was decided. */
async function unconfirmed(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(sql`
    SELECT count(*) AS count FROM artifact_gateways WHERE status <> desired_state`);
  return row?.count ?? 0;
}
