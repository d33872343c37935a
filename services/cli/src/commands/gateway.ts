import { answer, type GatewayStatusDetail, type Place } from '@gatecast/api-client';
import { artifactName } from '../artifact-reference.js';
import { command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { readList } from '../pages.js';
import { gatewayStatus } from '../places.js';
import { reasonText } from '../reasons.js';
import { writeTable } from '../table.js';
import { styled, type Text } from '../terminal.js';
import { ago, duration, moment } from '../time.js';

export const gateway = command({
  name: 'gateway',
  summary: 'Shows one gateway, and what it shall hold and holds.',
  arguments: ['NAME'],
  options: { drifted: { type: 'boolean', help: 'only what is drifted' } },
  async run({ values, positionals, terminal, api }) {
    const gatewayId = positionals[0] as string;
    const query = values.drifted ? { drifted: true } : {};
    const [status, { items }] = await Promise.all([
      gatewayStatus(api(), gatewayId),
      readList(Number.POSITIVE_INFINITY, (page) => {
        if (page.offset > 0) terminal.progress(`${page.offset} artifacts read …`);
        const params = { path: { gatewayId }, query: { ...query, ...page } };
        return answer(api().GET('/api/v0.9/gateways/{gatewayId}/artifacts', { params }));
      }),
    ]);
    if (values.json) {
      terminal.json({ ...status, places: items });
      return exitCodes.done;
    }
    for (const [title, ...text] of linesOf(status)) terminal.line(styled('bold', title.padEnd(14)), ...text);
    terminal.line();
    if (items.length > 0) writeTable(terminal, columns, items);
    else terminal.note(values.drifted ? 'Nothing is drifted.' : 'Nothing was ever deployed to it.');
    return exitCodes.done;
  },
});

function linesOf(status: GatewayStatusDetail): [title: string, ...text: Text[]][] {
  const { connections, lag, cursor, head, lastEvent, lastAck, lastRefusal, manifest, release, tokens } = status;
  const oldest = lag.oldestAgeMs === undefined ? '' : `, the oldest ${duration(lag.oldestAgeMs)} old`;
  const newest = tokens[0];
  return [
    ['Gateway', `${status.id} (${status.displayName})`],
    ...(connections.length === 0
      ? ([['Connected', styled('red', 'no')]] as [string, Text][])
      : connections.map(({ connectedAt, remoteAddress, edgeId }): [string, Text] => [
          'Connected',
          `${ago(connectedAt)} (${moment(connectedAt)}) from ${remoteAddress}, on edge ${edgeId}`,
        ])),
    ['Release', release ?? 'unknown', manifest ? `, manifest of ${moment(manifest.receivedAt)}` : ''],
    ['Cursor', cursor === undefined ? `none of ${head}: a full resync is owed` : `${cursor} of ${head}`],
    ['Lag', `${lag.events} events${oldest}`],
    ['Last event', lastEvent ? `${lastEvent.type}, revision ${lastEvent.revision}, ${ago(lastEvent.committedAt)}` : 'none'],
    ['Last ack', lastAck ? `${artifactName(lastAck.artifact)} ${lastAck.status}, ${ago(lastAck.at)}` : 'none'],
    [
      'Last refusal',
      lastRefusal
        ? `${artifactName(lastRefusal.artifact)}, ${ago(lastRefusal.at)}: ${reasonText(lastRefusal.reason)} (${lastRefusal.reason})`
        : 'none',
    ],
    ['Tokens', newest ? `${tokens.length}, the newest ${duration(newest.ageMs)} old` : 'none: it cannot connect'],
  ];
}

const columns = [
  { title: 'ARTIFACT', of: ({ artifact }: Place) => artifactName(artifact) },
  { title: 'DECIDED', of: ({ desired }: Place) => desired.state },
  { title: 'SINCE', of: ({ desired }: Place) => ago(desired.since) },
  { title: 'HOLDS', of: holds },
  {
    title: 'STATUS',
    of({ status, isInStep }: Place): Text {
      return styled(status === 'FAILED' ? 'red' : isInStep ? 'green' : 'yellow', status);
    },
  },
  { title: 'REASON', of: ({ statusReason }: Place) => statusReason ?? '' },
  { title: 'DRIFTED FOR', of: ({ driftedForMs }: Place) => (driftedForMs === undefined ? '' : duration(driftedForMs)) },
];

function holds({ actual, desired }: Place): string {
  if (!actual) return 'unknown';
  const isEarlier = actual.state === 'DEPLOYED' && desired.deploymentId !== actual.deploymentId;
  return isEarlier ? 'an earlier one' : actual.state;
}
