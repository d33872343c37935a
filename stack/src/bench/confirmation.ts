import { openConnection } from '@gatecast/broker';
import { subjects } from '@gatecast/contracts';
import { type Database, sql } from '@gatecast/database';
import type { Stack } from '../stack.js';
import { countCpuSeconds } from './cpu-time.js';
import { makeGateways } from './gateways.js';
import { openBench, wait } from './open-bench.js';
import { Fleet, until } from './simulated-gateways.js';
import { loadStream } from './stream-load.js';

const load = { gateways: 100, eventsPerSecondAndGateway: 10, seconds: 20 };
/** The database counts what it has written with a delay. */
const statisticsMs = 2_500;

/**
 * Measures what it costs to know that gateways have handled their events, at 10 events a second for each: messages on the broker that
 * carry receipts and cursors, heard by a subscription of the benchmark's own to everything under `gatecast.` (an answered request
 * counts as two), and rows that the database wrote for them, by its own statistics.
 */
export async function measureConfirmation(stack: Stack, progress: (line: string) => unknown) {
  const bench = await openBench(stack);
  const { database, organization } = bench;
  let heard = 0;
  const gateways = await makeGateways(database, { organizationId: organization.id, name: 'gateway', count: load.gateways });
  const fleet = new Fleet(gateways, {
    acks: false,
    onEvent: () => {
      heard += 1;
    },
  });
  await fleet.connect(stack.endpoints.wsEdges);
  await wait(statisticsMs);

  const messages = { receipts: 0, cursorRequests: 0 };
  const broker = openConnection({ url: stack.endpoints.natsUrl, name: 'bench-listener', onStatus: () => undefined });
  const nc = await broker.opened;
  nc.subscribe('gatecast.>', {
    callback: (_error, { subject }) => {
      if (subject === subjects.receipts) messages.receipts += 1;
      else if (subject === subjects.cursors) messages.cursorRequests += 1;
    },
  });
  await nc.flush();
  const rowsBefore = await cursorRows(database);
  progress(`${load.eventsPerSecondAndGateway} events/s for each of ${fleet.connected} gateways for ${load.seconds} s …`);
  const cpu = countCpuSeconds(stack);
  const eventsPerSecond = load.gateways * load.eventsPerSecondAndGateway;
  const { size: published } = await loadStream({ stack, database, organizationId: organization.id }, fleet.gateways, {
    eventsPerSecond,
    seconds: load.seconds,
  });
  await until(() => heard >= published).catch(() => undefined);
  const cpuSeconds = cpu();
  await wait(statisticsMs);
  const cursorRowsWritten = (await cursorRows(database)) - rowsBefore;
  const [stored] = await database.query<{ behind: number }>(sql`
    SELECT count(*)::int AS behind FROM gateway_cursors AS c JOIN gateways AS g ON g.id = c.gateway_id
    JOIN organization_heads AS h ON h.organization_id = g.organization_id
    WHERE g.organization_id = ${organization.id} AND h.revision - c.confirmed >= ${load.gateways}`);

  fleet.stop();
  await Promise.all([broker.close(), bench.close()]);
  const perGatewayAndSecond = (count: number) => Math.round((count / load.gateways / load.seconds) * 1_000) / 1_000;
  return {
    load,
    events: { published, heard },
    brokerMessages: messages,
    brokerMessagesPerGatewayAndSecond: perGatewayAndSecond(messages.receipts + 2 * messages.cursorRequests),
    cursors: {
      /** Each of them is one statement or a part of one. */
      statementsPerSecondMax: Math.round((messages.cursorRequests / load.seconds) * 100) / 100,
      rowsPerStatementMin: Math.round(cursorRowsWritten / Math.max(1, messages.cursorRequests)),
      rowsPerGatewayAndSecond: perGatewayAndSecond(cursorRowsWritten),
      gatewaysWhoseCursorIsBehind: stored?.behind,
    },
    faults: { missed: published - heard, ...fleet.faults },
    cpuSeconds,
    targets: { brokerMessagesPerGatewayAndSecond: 2 },
  };
}

/** How often a row of the table was written since the database began to count. */
async function cursorRows(database: Database): Promise<number> {
  const [row] = await database.query<{ written: number }>(sql`
    SELECT (n_tup_ins + n_tup_upd)::int AS written FROM pg_stat_user_tables WHERE relname = 'gateway_cursors'`);
  return row?.written ?? 0;
}
