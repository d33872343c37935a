import type { GatewayHistory, History, LoggedEvent, Place, Write } from './history.js';

/** A promise that a history breaks. */
export interface Violation {
  readonly rule: Rule;
  /** What exactly, for people. */
  readonly detail: string;
}

/** The rules by name; each is one promise of the control plane. */
export const rules = {
  'revisions are gapless': revisionsAreGapless,
  'every accepted write is in the event log': acceptedWritesAreLogged,
  'no event without a write': noEventWithoutWrite,
  'what is issued again belongs to its decision': reissuesBelongToDecisions,
  'performedAt increases': performedAtIncreases,
  'gateways handle only what was committed for them': nothingIsInvented,
  'every event takes effect at most once': nothingIsDoubled,
  'events about one artifact take effect in revision order': nothingIsReordered,
  'the last event about an artifact takes effect': nothingIsDropped,
  'every store equals the database': storesEqualDatabase,
  'no status is left in transition': statusesAreSettled,
  'no process ends by itself': nothingEndsByItself,
  'everything becomes quiet': everythingBecomesQuiet,
} as const satisfies Record<string, (history: History, logs: Logs) => string[]>;
export type Rule = keyof typeof rules;

/** Returns every promise that the history breaks; pure. */
export function check(history: History): Violation[] {
  const logs = readLogs(history);
  return (Object.keys(rules) as Rule[]).flatMap((rule) => rules[rule](history, logs).map((detail) => ({ rule, detail })));
}

/** Where an event stands among all that ever were: revisions count anew after the database was set back. */
interface Placed extends LoggedEvent {
  /** The logs that have it, the earliest first: what was before a backup is in the log of before and in that of after. */
  readonly generations: readonly number[];
}

interface Logs {
  /** Each log by itself, in revision order per organization; the last one is the one at the end. */
  readonly generations: readonly (readonly LoggedEvent[])[];
  /** Every event that ever was committed, by id. */
  readonly byId: ReadonlyMap<string, Placed>;
  readonly final: readonly LoggedEvent[];
}

function readLogs({ earlierLogs, database }: History): Logs {
  const generations = [...earlierLogs, database.events].map((log) =>
    [...log].sort((a, b) =>
      a.organizationId < b.organizationId ? -1 : a.organizationId > b.organizationId ? 1 : a.revision - b.revision,
    ),
  );
  const byId = new Map<string, Placed>();
  generations.forEach((log, generation) => {
    for (const event of log)
      byId.set(event.id, { ...event, generations: [...(byId.get(event.id)?.generations ?? []), generation] });
  });
  return { generations, byId, final: generations.at(-1) ?? [] };
}

function revisionsAreGapless({ database }: History, { final }: Logs): string[] {
  return database.heads.flatMap(({ organizationId, revision: head, trimmedThrough }) => {
    const held = new Set(final.filter((event) => event.organizationId === organizationId).map(({ revision }) => revision));
    const missing = Array.from({ length: head - trimmedThrough }, (_, index) => trimmedThrough + 1 + index).filter(
      (revision) => !held.has(revision),
    );
    const beyond = [...held].filter((revision) => revision > head);
    return [
      ...missing.map((revision) => `organization ${organizationId} has head ${head} but no event ${revision}`),
      ...beyond.map((revision) => `organization ${organizationId} has event ${revision} beyond its head ${head}`),
    ];
  });
}

/** How far the clocks of the database and of the recorder may differ: they are one machine's, read at different moments. */
const clockToleranceMs = 50;

/** What a write must put into the event log; a deleted deployment may (when the gateway could still serve it), a create does not. */
function isEventOf(write: Write, event: LoggedEvent): boolean {
  if (write.organizationId !== event.organizationId || write.kind !== event.kind || event.isReissued) return false;
  if (event.committedAtMs < write.sentAtMs - clockToleranceMs) return false;
  if (write.outcome === 'accepted' && event.committedAtMs > write.answeredAtMs + clockToleranceMs) return false;
  switch (write.verb) {
    case 'create':
      return false;
    case 'delete':
      return event.verb === 'deleted';
    case 'deploy':
    case 'restore':
      return (
        event.verb === 'deployed' &&
        event.gatewayId === write.gatewayId &&
        (write.deploymentId === undefined || event.deploymentId === write.deploymentId)
      );
    case 'undeploy':
      return (
        event.verb === 'undeployed' &&
        event.gatewayId === write.gatewayId &&
        (event.deploymentId === '' || event.deploymentId === write.deploymentId)
      );
    case 'delete deployment':
      return event.verb === 'undeployed' && event.deploymentId === '';
  }
}

interface Matching {
  readonly unlogged: readonly Write[];
  readonly unasked: readonly LoggedEvent[];
}

/**
 * Gives each event the write that it comes from, as many of them as can be: an accepted write's event was committed between question
 * and answer; events that are left over come from writes that need not have one. Writes that are under way at the same time may fit
 * the same events, so a write gives up the event it has where it can take another one.
 */
function match({ writes }: History, { byId }: Logs): Matching {
  const events = [...byId.values()].filter(({ isReissued }) => !isReissued).sort((a, b) => a.committedAtMs - b.committedAtMs);
  const writeOf = new Map<LoggedEvent, Write>();
  const fitting = new Map<Write, readonly LoggedEvent[]>();
  const eventsFor = (write: Write) => {
    const known = fitting.get(write) ?? events.filter((event) => isEventOf(write, event));
    fitting.set(write, known);
    return known;
  };
  const take = (write: Write, tried = new Set<LoggedEvent>()): boolean => {
    const free = eventsFor(write).find((event) => !writeOf.has(event));
    for (const event of free ? [free] : eventsFor(write)) {
      if (tried.has(event)) continue;
      tried.add(event);
      const other = writeOf.get(event);
      if (other && !take(other, tried)) continue;
      writeOf.set(event, write);
      return true;
    }
    return false;
  };
  const accepted = writes.filter(({ outcome, verb }) => outcome === 'accepted' && verb !== 'create');
  const mustHave = accepted.filter(({ verb }) => verb !== 'delete deployment');
  const order = (list: readonly Write[]) => [...list].sort((a, b) => a.answeredAtMs - b.answeredAtMs);
  const unlogged = order(mustHave).filter((write) => !take(write));
  for (const write of order(accepted.filter(({ verb }) => verb === 'delete deployment'))) take(write);
  for (const write of order(writes.filter(({ outcome }) => outcome === 'unknown'))) take(write);
  return { unlogged, unasked: events.filter((event) => !writeOf.has(event)) };
}

function acceptedWritesAreLogged(history: History, logs: Logs): string[] {
  return match(history, logs).unlogged.map((write) => `accepted and not in the event log: ${writeText(write)}`);
}

function noEventWithoutWrite(history: History, logs: Logs): string[] {
  return match(history, logs).unasked.map((event) => `no write asked for it: ${eventText(event)}`);
}

/**
 * An event issued again says what the last decision about that artifact on that gateway said. Of what was decided only in a log
 * that is gone, it takes away.
 */
function reissuesBelongToDecisions({ database }: History, { generations }: Logs): string[] {
  const alive = new Set(database.artifactIds);
  const found: string[] = [];
  const toldEarlier = new Set<string>();
  for (const log of generations) {
    const decided = new Map<string, LoggedEvent>();
    const deleted = new Set<string>();
    /** Also who was told once more that it is deleted may hold it, for all that is known after a backup. */
    const toldOf = new Set<string>();
    for (const event of log) {
      const place = `${event.artifactId} ${event.gatewayId}`;
      if (!event.isReissued) {
        if (event.verb === 'deleted') deleted.add(event.artifactId);
        else decided.set(place, event);
        continue;
      }
      const before = decided.get(place);
      if (event.verb === 'deleted') {
        toldOf.add(place);
        if (!deleted.has(event.artifactId) && alive.has(event.artifactId))
          found.push(`tells of a delete that never was: ${eventText(event)}`);
      } else if (deleted.has(event.artifactId)) {
        found.push(`decides about a deleted artifact: ${eventText(event)}`);
      } else if (!before && event.verb === 'undeployed' && toldEarlier.has(place)) {
        // It came to the gateway after the backup.
      } else if (before?.verb !== event.verb) {
        found.push(`says other than ${before ? eventText(before) : 'nothing'}: ${eventText(event)}`);
      } else if (event.deploymentId !== '' && before.deploymentId !== '' && event.deploymentId !== before.deploymentId) {
        found.push(`names another deployment than ${eventText(before)}: ${eventText(event)}`);
      }
    }
    for (const place of [...decided.keys(), ...toldOf]) toldEarlier.add(place);
  }
  return found;
}

function performedAtIncreases(_history: History, { generations }: Logs): string[] {
  return generations.flatMap((log) => {
    const last = new Map<string, LoggedEvent>();
    return log.flatMap((event) => {
      if (event.performedAtMs === null) return [];
      const place = `${event.artifactId} ${event.gatewayId}`;
      const before = last.get(place);
      last.set(place, event);
      return before?.performedAtMs && event.performedAtMs <= before.performedAtMs
        ? [`not later than ${eventText(before)}: ${eventText(event)}`]
        : [];
    });
  });
}

function nothingIsInvented({ gateways }: History, { byId }: Logs): string[] {
  return gateways.flatMap(({ name, gatewayId, organizationId, handled }) =>
    handled.flatMap(({ correlationId, type, outcome }) => {
      const event = byId.get(correlationId);
      if (!event) return [`${name} handled ${type} ${correlationId} (${outcome}), which no event log has`];
      const isForIt = event.organizationId === organizationId && (event.gatewayId === null || event.gatewayId === gatewayId);
      return isForIt ? [] : [`${name} handled what is not for it: ${eventText(event)}`];
    }),
  );
}

/** A sync may do again what an event of before the backup says: once for each log that has it. */
function nothingIsDoubled({ gateways }: History, { byId }: Logs): string[] {
  return gateways.flatMap(({ name, handled }) => {
    const applied = new Map<string, number>();
    return handled.flatMap(({ correlationId, type, outcome, bySync }) => {
      if (outcome !== 'applied') return [];
      const times = (applied.get(correlationId) ?? 0) + 1;
      applied.set(correlationId, times);
      const timesMax = bySync ? (byId.get(correlationId)?.generations.length ?? 1) : 1;
      return times > timesMax ? [`${name} applied ${type} ${correlationId} twice`] : [];
    });
  });
}

function nothingIsReordered({ gateways }: History, { byId }: Logs): string[] {
  return gateways.flatMap(({ name, handled }) => {
    const last = new Map<string, { readonly event: Placed; readonly generation: number }>();
    return handled.flatMap(({ correlationId, outcome, artifactId, bySync }) => {
      const event = byId.get(correlationId);
      if (outcome !== 'applied' || !event) return [];
      const before = last.get(artifactId);
      // A sync reads the database: what it finds may be there again since it was set back. A frame comes from where the event was made.
      const generations = bySync ? event.generations : event.generations.slice(0, 1);
      const isLater = (generation: number) =>
        !before ||
        generation > before.generation ||
        (generation === before.generation && event.revision >= before.event.revision);
      const generation = generations.find(isLater);
      last.set(artifactId, { event, generation: generation ?? event.generations[0] ?? 0 });
      return generation !== undefined ? [] : [`${name} applied ${eventText(event)} after ${before && eventText(before.event)}`];
    });
  });
}

/** Earlier ones are superseded by the last; that one must have come and been taken. */
function nothingIsDropped({ gateways }: History, { final }: Logs): string[] {
  return gateways.flatMap((gateway) => {
    const last = new Map<string, LoggedEvent>();
    for (const event of final) if (concerns(event, gateway)) last.set(event.artifactId, event);
    const outcomes = new Map<string, Set<string>>();
    for (const { correlationId, outcome } of gateway.handled) {
      outcomes.set(correlationId, (outcomes.get(correlationId) ?? new Set()).add(outcome));
    }
    return [...last.values()].flatMap((event) => {
      const seen = outcomes.get(event.id);
      if (!seen) return [`${gateway.name} never handled ${eventText(event)}`];
      const took = ['applied', 'duplicate', 'unknown'].some((outcome) => seen.has(outcome));
      return took ? [] : [`${gateway.name} did not take (${[...seen].join(', ')}) ${eventText(event)}`];
    });
  });
}

function concerns(event: LoggedEvent, { gatewayId, organizationId }: GatewayHistory): boolean {
  return event.organizationId === organizationId && (event.gatewayId === null || event.gatewayId === gatewayId);
}

function storesEqualDatabase({ gateways, database }: History): string[] {
  return gateways.flatMap(({ name, gatewayId, store }) => {
    const places = new Map(
      database.places.filter((place) => place.gatewayId === gatewayId).map((place) => [place.artifactId, place]),
    );
    const held = new Map(store.map((artifact) => [artifact.id, artifact]));
    const extra = store
      .filter(({ id }) => !places.has(id))
      .map(({ id, state }) => `${name} holds ${id} (${state}), which it should not have`);
    const different = [...places.values()].flatMap((place) => {
      const has = held.get(place.artifactId);
      // Nothing of it is as good as undeployed.
      if (!has) return place.desiredState === 'DEPLOYED' ? [`${name} does not hold ${placeText(place)}`] : [];
      const isRight =
        has.state === place.desiredState &&
        has.deployedAtMs === place.performedAtMs &&
        (place.desiredState === 'UNDEPLOYED' || has.deploymentId === place.deploymentId);
      return isRight
        ? []
        : [`${name} holds ${has.id} ${has.state} ${has.deploymentId} of ${at(has.deployedAtMs)}, not ${placeText(place)}`];
    });
    return [...extra, ...different];
  });
}

function statusesAreSettled({ gateways, database }: History): string[] {
  const names = new Map(gateways.map(({ gatewayId, name }) => [gatewayId, name]));
  return database.places.flatMap((place) =>
    place.status === place.desiredState
      ? []
      : [
          `${place.status} (${place.statusReason ?? 'no reason'}) on ${names.get(place.gatewayId) ?? place.gatewayId}: ${placeText(place)}`,
        ],
  );
}

function nothingEndsByItself({ unexpectedEnds }: History): string[] {
  return [...unexpectedEnds];
}

function everythingBecomesQuiet({ unrest }: History): string[] {
  return unrest === undefined ? [] : [unrest];
}

function writeText({ verb, kind, handle, gatewayId, deploymentId, sentAtMs, answeredAtMs }: Write): string {
  return [verb, kind, handle, gatewayId && `on ${gatewayId}`, deploymentId, `sent ${at(sentAtMs)}, answered ${at(answeredAtMs)}`]
    .filter(Boolean)
    .join(' ');
}

function eventText({
  revision,
  kind,
  verb,
  artifactId,
  gatewayId,
  deploymentId,
  id,
  isReissued,
  committedAtMs,
}: LoggedEvent): string {
  return `${revision}: ${kind} ${verb} ${artifactId} ${gatewayId ? `on ${gatewayId}` : 'everywhere'} ${deploymentId || '(no deployment)'} ${id}${isReissued ? ', issued again' : ''}, committed ${at(committedAtMs)}`;
}

function placeText({ artifactId, desiredState, deploymentId, performedAtMs }: Place): string {
  return `${artifactId} ${desiredState} ${deploymentId ?? '(no deployment)'} of ${at(performedAtMs)}`;
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
