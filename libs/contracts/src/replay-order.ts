import type { Action } from './words.js';

/** Families of events in the order in which the receiver's existence checks allow them (gateway protocol 0.12). */
const families = ['subscriptionPlan', 'llmprovider', 'llmproxy', 'api', 'mcpproxy', 'apikey', 'subscription', 'application'];

/** Families whose events name the artifact that they belong to, and go with it when it is deleted. */
const belongings = ['apikey', 'subscription'];

interface Replayed {
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
  /** The envelope as UTF-8 JSON. */
  readonly frame: Uint8Array;
}

/**
 * Returns what is left to send of events that a gateway has not handled, given in the order of their revisions. Whoever handles what
 * is left holds the same as whoever handled everything:
 *
 * - Of each entity only what comes last is left, since an earlier event may ask for what is gone by now. An update does not create
 *   everywhere (a gateway skips `subscription.updated` of what it does not hold, and learns a key's UUID from `apikey.created` alone:
 *   gateway protocol 1.5, 1.6), so the last event that creates stays too and goes before the update, whichever was first: what creates
 *   an entity anew says what was updated before.
 * - What takes away goes first (a handle may be in use again), dependents before what they depend on; then what gives, the other way
 *   round.
 * - An update of a key that its artifact's deployment comes after, and nothing that creates the key, stays before the deployment: whoever
 *   does not hold the artifact yet must not hear of the key from it, which would make up a UUID that the key's own event cannot mend.
 * - Plans are taken away last of all, and what created them stays too: until then subscriptions may refer to them.
 * - Keys and subscriptions of an artifact that is deleted in the same stretch are not given: they would be left without it.
 */
export function replayOrder<E extends Replayed>(events: readonly E[]): E[] {
  if (events.length < 2) return [...events];
  const left = withoutBelongingsOfDeleted(withoutSuperseded(events));
  const byFamily = (a: E, b: E) => familyOf(a) - familyOf(b);
  const taking = left.filter((event) => isTaking(event) && !isPlan(event)).sort((a, b) => byFamily(b, a));
  const early = updatesBeforeDeployment(left);
  const giving = left
    .filter((event) => !isTaking(event) && !early.has(event))
    .sort((a, b) => byFamily(a, b) || Number(isUpdate(a)) - Number(isUpdate(b)));
  const plansTaken = left.filter((event) => isTaking(event) && isPlan(event));
  return [...taking, ...early, ...giving, ...plansTaken];
}

function withoutSuperseded<E extends Replayed>(events: readonly E[]): E[] {
  const left = new Map<string, Partial<Record<Action, E>>>();
  for (const event of events) {
    const before = left.get(event.entity) ?? {};
    const stays = !isTaking(event) || isPlan(event) ? before : {};
    left.set(event.entity, { ...stays, [event.action]: event });
    // What gives makes good what took away before it.
    if (!isTaking(event)) delete left.get(event.entity)?.DELETE;
  }
  return events.filter((event) => left.get(event.entity)?.[event.action] === event);
}

function updatesBeforeDeployment<E extends Replayed>(left: readonly E[]): Set<E> {
  const placeOf = new Map(left.flatMap((event, place) => (isArtifactDeployed(event) ? [[event.entity, place]] : [])));
  if (placeOf.size === 0) return new Set();
  const created = new Set(left.filter(({ action }) => action === 'CREATE').map(({ entity }) => entity));
  return new Set(
    left.filter(
      (event, place) =>
        prefixOf(event) === 'apikey' &&
        isUpdate(event) &&
        !created.has(event.entity) &&
        place < (placeOf.get(`artifact:${artifactOf(event)}`) ?? 0),
    ),
  );
}

function withoutBelongingsOfDeleted<E extends Replayed>(events: readonly E[]): E[] {
  const deleted = new Set(events.filter(isArtifactDeleted).map(({ entity }) => entity));
  if (deleted.size === 0) return [...events];
  return events.filter((event) => !belongings.includes(prefixOf(event)) || !deleted.has(`artifact:${artifactOf(event)}`));
}

function isArtifactDeployed({ entity, type }: Replayed): boolean {
  return entity.startsWith('artifact:') && type.endsWith('.deployed');
}

function isArtifactDeleted({ entity, type }: Replayed): boolean {
  return entity.startsWith('artifact:') && type.endsWith('.deleted');
}

function artifactOf({ frame }: Replayed): string {
  return JSON.parse(Buffer.from(frame).toString('utf8')).payload.apiId;
}

function isTaking({ action }: Replayed): boolean {
  return action === 'DELETE';
}

function isUpdate({ action }: Replayed): boolean {
  return action === 'UPDATE';
}

function isPlan(event: Replayed): boolean {
  return prefixOf(event) === 'subscriptionPlan';
}

function prefixOf({ type }: Replayed): string {
  return type.split('.', 1)[0] ?? '';
}

function familyOf(event: Replayed): number {
  const family = families.indexOf(prefixOf(event));
  return family === -1 ? families.length : family;
}
