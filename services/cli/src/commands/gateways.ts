import { answer, type GatewayStatus } from '@gatecast/api-client';
import { artifactName } from '../artifact-reference.js';
import { command, wholeNumber } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { misused } from '../failure.js';
import { readList } from '../pages.js';
import { type Column, writeTable } from '../table.js';
import { styled } from '../terminal.js';
import { ago, duration } from '../time.js';

const orders = ['name', 'lag', 'connectedAt', 'createdAt'] as const;

export const gateways = command({
  name: 'gateways',
  summary: 'Shows where the gateways stand: connection, lag, drift, last refusal.',
  details: `LAG: events that a gateway has not confirmed, and the age of the oldest. DRIFTED: artifacts for which what it is known to hold is not
what was decided, and since when. EDGES: how many connections it has, on the first edge of them.`,
  arguments: [],
  options: {
    connected: { type: 'boolean', help: 'only those that are connected' },
    disconnected: { type: 'boolean', help: 'only those that are not' },
    drifted: { type: 'boolean', help: 'only those with a drifted artifact' },
    'lag-min': { type: 'string', value: 'EVENTS', help: 'only those at least so far behind' },
    query: { type: 'string', value: 'TEXT', help: 'only those whose name contains this' },
    sort: { type: 'string', value: 'BY', help: `${orders.join(', ')} (default: name)` },
    limit: { type: 'string', value: 'COUNT', help: 'how many at most (default 100)' },
  },
  async run({ values, terminal, api }) {
    const { connected, disconnected, drifted, query: text } = values;
    if (connected && disconnected) throw misused('--connected and --disconnected are the two halves: leave one of them out.');
    const sortBy = orders.find((order) => order === (values.sort ?? 'name'));
    if (!sortBy) throw misused(`--sort takes one of ${orders.join(', ')}, not '${values.sort}'.`);
    const lagMin = wholeNumber('lag-min', values['lag-min'], 0, Number.MAX_SAFE_INTEGER);
    const max = wholeNumber('limit', values.limit, 1, 1_000_000) ?? 100;
    const query = {
      sortBy,
      ...((connected || disconnected) && { connected: connected === true }),
      ...(drifted && { drifted }),
      ...(lagMin !== undefined && { lagMin }),
      ...(text !== undefined && { query: text }),
    };
    const { items, total } = await readList(max, (page) => {
      if (page.offset > 0) terminal.progress(`${page.offset} gateways read …`);
      return answer(api().GET('/api/v0.9/gateway-statuses', { params: { query: { ...query, ...page } } }));
    });
    if (values.json) terminal.json(items);
    else if (total === 0) terminal.note('There are no such gateways.');
    else writeTable(terminal, columns, items);
    if (items.length < total) terminal.note(`These are ${items.length} of ${total}: --limit ${total} shows all.`);
    return exitCodes.done;
  },
});

const columns: readonly Column<GatewayStatus>[] = [
  { title: 'NAME', of: ({ id }) => id },
  {
    title: 'CONNECTED',
    of({ connections: [first] }) {
      return first ? styled('green', ago(first.connectedAt)) : styled('red', 'no');
    },
  },
  {
    title: 'LAG',
    of({ cursor, lag: { events, oldestAgeMs } }) {
      if (events === 0 && cursor !== undefined) return 'none';
      const age = oldestAgeMs === undefined ? '' : ` (${duration(oldestAgeMs)})`;
      return styled('yellow', cursor === undefined ? `full resync${age}` : `${events}${age}`);
    },
  },
  { title: 'IN STEP', of: ({ artifacts: { inStep, drifted } }) => `${inStep}/${inStep + drifted}` },
  {
    title: 'DRIFTED',
    of({ artifacts: { drifted, driftedForMsMax = 0 } }) {
      return drifted === 0 ? 'none' : styled('yellow', `${drifted} (${duration(driftedForMsMax)})`);
    },
  },
  {
    title: 'LAST REFUSAL',
    of({ lastRefusal }) {
      return lastRefusal
        ? styled('red', `${artifactName(lastRefusal.artifact)} ${lastRefusal.reason} ${ago(lastRefusal.at)}`)
        : 'none';
    },
  },
  { title: 'RELEASE', of: ({ release = 'unknown' }) => release },
  {
    title: 'EDGES',
    of({ connections }) {
      const [first] = connections;
      return first ? `${connections.length} (${first.edgeId.slice(-8)})` : '0';
    },
  },
];
