import type { Stack } from '../stack.js';
import { countCpuSeconds } from './cpu-time.js';
import { makeGateways } from './gateways.js';
import { openBench } from './open-bench.js';
import { percentiles } from './percentiles.js';
import { Fleet, until } from './simulated-gateways.js';
import { loadStream } from './stream-load.js';

/** More than the target, so that what is reached says whether the target is. */
const load = { gateways: 1_000, eventsPerSecond: 11_000, seconds: 15 };

/**
 * Measures how many events a second one edge takes from the broker to gateways' sockets, receipts and cursors included: events are put
 * straight into the stream at a fixed rate, in turn for each gateway. If the edge can't keep up, the lag of the last second says so.
 */
export async function measureThroughput(stack: Stack, progress: (line: string) => unknown) {
  const bench = await openBench(stack);
  const { database, organization } = bench;
  const heardAtMs = new Map<string, number>();
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  const fleet = new Fleet(gateways, {
    acks: false,
    onEvent: ({ correlationId, atMs }) => heardAtMs.set(correlationId, atMs),
  });
  await fleet.connect(stack.endpoints.wsEdges);
  progress(`${fleet.connected} gateways connected; ${load.eventsPerSecond} events/s for ${load.seconds} s …`);

  const cpu = countCpuSeconds(stack);
  const publishedAtMs = await loadStream({ stack, database, organizationId: organization.id }, fleet.gateways, load);
  await until(() => heardAtMs.size >= publishedAtMs.size).catch(() => undefined);
  const cpuSeconds = cpu();

  const [began = 0] = publishedAtMs.values();
  const lags = [...publishedAtMs].flatMap(([id, at]) => {
    const heard = heardAtMs.get(id);
    return heard === undefined ? [] : [{ at, heard, lag: heard - at }];
  });
  const heardInSecond = Array.from({ length: load.seconds }, () => 0);
  let last = began;
  for (const { heard } of lags) {
    const second = Math.floor((heard - began) / 1_000);
    if (second < load.seconds) heardInSecond[second] = (heardInSecond[second] ?? 0) + 1;
    last = Math.max(last, heard);
  }
  const lastSecond = began + (load.seconds - 1) * 1_000;
  fleet.stop();
  await bench.close();
  return {
    load,
    events: { published: publishedAtMs.size, heard: heardAtMs.size },
    eventsPerSecond: { overall: Math.round((lags.length * 1_000) / (last - began)), inEachSecond: heardInSecond },
    milliseconds: {
      publishedToSocket: percentiles(lags.map(({ lag }) => lag)),
      publishedToSocketInTheLastSecond: percentiles(lags.filter(({ at }) => at >= lastSecond).map(({ lag }) => lag)),
    },
    faults: { missed: publishedAtMs.size - heardAtMs.size, ...fleet.faults },
    cpuSeconds,
    targets: { eventsPerSecond: 10_000 },
  };
}
