import { readdirSync, readFileSync } from 'node:fs';
import { switchedOff } from '../chaos/switched-off.js';
import type { Stack } from '../stack.js';
import type { SupervisedProcess } from '../supervised-process.js';
import { makeGateways } from './gateways.js';
import { openBench, wait } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { Fleet, until } from './simulated-gateways.js';
import { loadStream } from './stream-load.js';

/**
 * Windows are short and many: what else a machine does lasts longer, so it falls on both of a pair. What is measured is less than what two
 * windows differ by chance, so it is done many times over.
 */
const load = { gateways: 1_000, eventsPerSecond: 5_000, pairs: 60, windowSeconds: 0.5, timesOver: 10 };
const warmUpSeconds = 10;
const scrapes = 40;
/** How often Prometheus asks in deploy/prometheus. */
const scrapeEverySeconds = 15;

const toggle = `globalThis.timesOver = 1; process.on('SIGUSR2', () => { globalThis.timesOver = globalThis.timesOver === 0 ? ${load.timesOver} : 0; });`;
const timesOver = 'for (let n = globalThis.timesOver; n > 0; n -= 1)';
const changes = [
  ['const edgeId = randomUUID();', `const edgeId = randomUUID(); ${toggle}`],
  ['metrics.onHeard(event);', `${timesOver} metrics.onHeard(event);`],
  [
    'onWritten: (batch) => metrics.onWritten(batch, connectedAt.getTime()),',
    `onWritten: (batch) => { ${timesOver} metrics.onWritten(batch, connectedAt.getTime()); },`,
  ],
  [
    'metrics.onReceipts(batches, receiptAtMs, connectedAt.getTime());',
    `${timesOver} metrics.onReceipts(batches, receiptAtMs, connectedAt.getTime());`,
  ],
] as const;

/** The settings with which an edge, at each SIGUSR2, measures nothing of events or everything many times over, in turn. */
export const metricsByTurns = switchedOff({
  name: 'the metrics of events',
  service: 'ws-edge',
  changes: changes.map(([snippet, replacement]) => ({ file: 'services/ws-edge/dist/index.js', snippet, replacement })),
  breaks: 'nothing',
});

/**
 * Measures what the metrics of events cost an edge: under one steady load the same process goes with and without them in turn, and the
 * order changes from pair to pair, so that neither a busy machine nor a process that becomes faster counts for one side.
 */
export async function measureMetricsCost(stack: Stack, progress: (line: string) => unknown) {
  const bench = await openBench(stack);
  const { database, organization } = bench;
  const edge = stack.service('ws-edge-1');
  let heard = 0;
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  const fleet = new Fleet(gateways, {
    acks: false,
    onEvent: () => {
      heard += 1;
    },
  });
  await fleet.connect(stack.endpoints.wsEdges);
  // The turns, and what a window takes more than it should.
  const seconds = warmUpSeconds + Math.ceil(2 * load.pairs * load.windowSeconds * 1.1);
  const loading = loadStream({ stack, database, organizationId: organization.id }, fleet.gateways, {
    eventsPerSecond: load.eventsPerSecond,
    seconds,
  });
  progress(`${fleet.connected} gateways connected; ${load.eventsPerSecond} events/s for ${seconds} s …`);
  await wait(warmUpSeconds * 1_000);

  let isOn: boolean | undefined;
  const events = { on: 0, off: 0 };
  async function turn(on: boolean): Promise<void> {
    await edge.kill('SIGUSR2');
    isOn = on;
  }
  /** Microseconds of processor time for each event of one window; NaN when the machine had no time for half of the load. */
  async function oneWindow(on: boolean): Promise<number> {
    // The first one turns them off, whichever is wanted.
    if (isOn === undefined) await turn(false);
    if (on !== isOn) await turn(on);
    // What was under way then.
    await wait(50);
    const [cpuBefore, heardBefore] = [cpuMicroseconds(edge.pid), heard];
    await wait(load.windowSeconds * 1_000);
    const inWindow = heard - heardBefore;
    events[on ? 'on' : 'off'] += inWindow;
    const microseconds = cpuMicroseconds(edge.pid) - cpuBefore;
    return inWindow < (load.eventsPerSecond * load.windowSeconds) / 2 ? Number.NaN : microseconds / inWindow;
  }
  const before = (await readEdge(edge.url)).written;
  const pairs: { readonly on: number; readonly off: number }[] = [];
  for (let n = 0; n < load.pairs; n += 1) {
    const onFirst = n % 2 === 0;
    const [one, other] = [await oneWindow(onFirst), await oneWindow(!onFirst)];
    const pair = onFirst ? { on: one, off: other } : { on: other, off: one };
    if (Number.isFinite(pair.on + pair.off)) pairs.push(pair);
  }
  const noted = ((await readEdge(edge.url)).written - before) / load.timesOver / events.on;
  if (Math.abs(noted - 1) > 0.3) throw new Error(`Of each event that it should, the edge measured ${noted}.`);
  const published = await loading;
  await until(() => heard === published.size);

  const scrapeMs = await costOfScrape(edge);
  fleet.stop();
  await bench.close();
  return {
    load,
    events,
    microsecondsPerEvent: {
      withoutMetrics: percentiles(pairs.map(({ off }) => off)),
      ofMetrics: quartiles(pairs.map(({ on, off }) => (on - off) / load.timesOver)),
    },
    costPercent: quartiles(pairs.map(({ on, off }) => ((on - off) / load.timesOver / off) * 100)),
    scrape: { milliseconds: round(scrapeMs), percentOfOneProcessor: round(scrapeMs / scrapeEverySeconds / 10) },
    faults: fleet.faults,
    targets: { costPercentMedianMax: 3 },
  };
}

/** Processor time for one answer of all metrics, in milliseconds. */
async function costOfScrape({ url, pid }: Pick<SupervisedProcess, 'url' | 'pid'>): Promise<number> {
  const before = cpuMicroseconds(pid);
  for (let n = 0; n < scrapes; n += 1) await readEdge(url);
  return (cpuMicroseconds(pid) - before) / scrapes / 1_000;
}

/** What all threads of a process have run so far. Linux counts it in nanoseconds (the first field of schedstat). */
function cpuMicroseconds(pid: number | undefined): number {
  const threads = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(threads).map((thread) =>
    Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1_000;
}

/** By the nearest-rank method, and how sure the median is: the interval that it is in with 95 %. */
function quartiles(samples: readonly number[]) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (rank: number) => round(sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(rank) - 1))] ?? Number.NaN);
  const count = sorted.length;
  const spread = 0.98 * Math.sqrt(count);
  return {
    count,
    p25: at(count / 4),
    median: at(count / 2),
    p75: at((count * 3) / 4),
    medianWith95Percent: [at(count / 2 - spread), at(count / 2 + 1 + spread)],
  };
}

/** What an edge has counted of events that it wrote. */
async function readEdge(url: string): Promise<{ readonly written: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.matchAll(/^gatecast_edge_events_written_total(?:{.*})? (\S+)$/gm);
  return { written: [...lines].reduce((sum, [, value]) => sum + Number(value), 0) };
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
