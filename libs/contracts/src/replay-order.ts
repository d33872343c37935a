import type { Action } from './words.js';

/** Families of events in the order in which the receiver's existence checks allow them (gateway protocol 0.12). */
const families = ['subscriptionPlan', 'llmprovider', 'llmproxy', 'api', 'mcpproxy', 'apikey', 'subscription', 'application'];

interface Replayed {
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
}

/**
 * Returns what is left to send of events that a gateway has not handled: of each entity only the last one, since an earlier one
 * may ask for what is gone by now. What takes away goes first (a handle may be in use again), dependents before what they depend
 * on; then what gives, the other way round. Events of one entity never change their order, since only one of them is left.
 */
export function replayOrder<E extends Replayed>(events: readonly E[]): E[] {
  if (events.length < 2) return [...events];
  const last = new Map(events.map((event) => [event.entity, event]));
  const left = events.filter((event) => last.get(event.entity) === event);
  const taking = left.filter(({ action }) => action === 'DELETE').sort((a, b) => familyOf(b) - familyOf(a));
  const giving = left.filter(({ action }) => action !== 'DELETE').sort((a, b) => familyOf(a) - familyOf(b));
  return [...taking, ...giving];
}

function familyOf({ type }: Replayed): number {
  const family = families.indexOf(type.split('.', 1)[0] ?? '');
  return family === -1 ? families.length : family;
}
