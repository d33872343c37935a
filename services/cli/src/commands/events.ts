import { type ApiEvent, type LiveMessage, liveEvents } from '@gatecast/api-client';
import { artifactReference } from '../artifact-reference.js';
import { command, type Invocation, wholeNumber } from '../command.js';
import { entityName, newestEvents } from '../events.js';
import { exitCodes } from '../exit-codes.js';
import { styled, type Terminal, type Text } from '../terminal.js';
import { moment } from '../time.js';

const options = {
  follow: { type: 'boolean', short: 'f', help: 'go on with what comes, until Ctrl-C' },
  gateway: { type: 'string', short: 'g', value: 'NAME', help: 'only those that this gateway hears' },
  artifact: { type: 'string', value: 'KIND/NAME', help: 'only those about this artifact' },
  type: { type: 'string', value: 'TYPE', help: 'only those of this type, such as api.deployed' },
  actor: { type: 'string', value: 'USER', help: 'only what this user decided' },
  limit: { type: 'string', value: 'COUNT', help: 'how many of the past, the newest (default 20)' },
} as const;

/** Of so many events that were shown it is known that they were, so that what becomes of them is shown too. */
const shownMax = 10_000;

export const events = command({
  name: 'events',
  summary: 'Shows what gateways were told, and what became of it; the newest last.',
  details: `With --follow a line further in says what became of an event on a gateway. With --json that is one JSON object a line: { "type":
"event" | "life" | "presence" | "opened" | "broken" | "reset", … }.`,
  arguments: [],
  options,
  async run(invocation) {
    const { values, terminal, api } = invocation;
    const query = queryOf(values);
    const max = wholeNumber('limit', values.limit, 0, 100_000) ?? 20;
    const past = async () => (max === 0 ? [] : (await newestEvents(api(), query, max)).reverse());
    if (values.follow) {
      await follow(invocation, query, past);
      return exitCodes.done;
    }
    const found = await past();
    if (values.json) terminal.json(found);
    else if (found.length === 0) terminal.note('There are no such events.');
    else for (const event of found) showEvent(terminal, event);
    return exitCodes.done;
  },
});

type Query = ReturnType<typeof queryOf>;

function queryOf({ gateway, artifact, type, actor }: Invocation<typeof options>['values']) {
  const reference = artifact === undefined ? undefined : artifactReference(artifact);
  return {
    ...(gateway !== undefined && { gatewayId: gateway }),
    ...(reference && { kind: reference.kind, artifactId: reference.id }),
    ...(type !== undefined && { type }),
    ...(actor !== undefined && { actor }),
  };
}

/** The stream is opened before the past is read, so that nothing falls between the two; what both have is shown once. */
async function follow(
  { values, terminal, api, signal }: Invocation<typeof options>,
  query: Query,
  past: () => Promise<readonly ApiEvent[]>,
): Promise<void> {
  const { gatewayId, type, artifactId, actor } = query;
  const filter = { ...(gatewayId !== undefined && { gatewayId }), ...(type !== undefined && { type }) };
  const isNarrow = type !== undefined || artifactId !== undefined || actor !== undefined;
  const shown = new Set<number>();
  let hasPast = false;
  const show = (message: LiveMessage) => {
    if (message.type === 'event') {
      if (shown.has(message.event.revision) || !isWanted(message.event, query)) return;
      shown.add(message.event.revision);
      for (const oldest of shown.size > shownMax ? shown : []) {
        shown.delete(oldest);
        break;
      }
    }
    if (isNarrow && message.type === 'life' && !shown.has(message.life.revision)) return;
    if (isNarrow && message.type === 'presence') return;
    if (values.json) terminal.json(message, 0);
    else showMessage(terminal, message);
  };
  for await (const message of liveEvents(api(), { filter, signal })) {
    show(message);
    if (message.type !== 'opened' || hasPast) continue;
    for (const event of await past()) show({ type: 'event', event });
    hasPast = true;
  }
}

function isWanted({ entity, actor }: ApiEvent, { kind, artifactId, actor: wantedActor }: Query): boolean {
  if (wantedActor !== undefined && actor !== wantedActor) return false;
  return artifactId === undefined || (entity.kind === kind && [entity.handle, entity.id].includes(artifactId));
}

function showMessage(terminal: Terminal, message: LiveMessage): void {
  switch (message.type) {
    case 'event':
      return showEvent(terminal, message.event);
    case 'life': {
      const { at, revision, gatewayId, state, outcome, reason } = message.life;
      const became = outcome ? verdict(outcome, reason) : state;
      return terminal.line(`${moment(at)}    `, styled('dim', `${revision}  ${gatewayId}: `), became);
    }
    case 'presence': {
      const { gatewayId, isConnected } = message.presence;
      return terminal.note(styled(isConnected ? 'green' : 'red', `${gatewayId} is ${isConnected ? '' : 'not '}connected.`));
    }
    case 'opened':
      return terminal.progress('Waiting for events …');
    case 'broken':
      return terminal.note('The stream broke: opening it again …');
    case 'reset':
      return terminal.note('Events were missed that cannot be told here any more: gatecast events shows those that are kept.');
  }
}

function showEvent(terminal: Terminal, event: ApiEvent): void {
  const { committedAt, revision, type, gatewayId = 'every gateway', actor = 'unknown', life, gateways } = event;
  const counts = gateways ? ` by ${gateways.confirmed} of ${gateways.total}` : '';
  const became: Text = life.outcome
    ? verdict(life.outcome, life.reason)
    : `${life.state}${counts}${life.isSuperseded ? ', superseded' : ''}`;
  terminal.line(
    `${moment(committedAt)}  ${revision}  `,
    styled('bold', type),
    `  ${entityName(event)} on ${gatewayId} by ${actor}: `,
    became,
  );
}

function verdict(outcome: string, reason: string | undefined): Text {
  return styled(outcome === 'FAILED' ? 'red' : 'green', reason ? `${outcome} (${reason})` : outcome);
}
