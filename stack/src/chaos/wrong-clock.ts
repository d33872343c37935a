// Runs in a service's process before the service: what the process believes the time to be is some seconds off. Timers and
// `performance.now()` go on as ever.
import { preloadData } from './preload.js';

const offsetMs = preloadData<number>(import.meta.url) * 1_000;
const TrueDate = Date;
const now = () => TrueDate.now() + offsetMs;

// A proxy and no subclass: `Date()` without `new` and `instanceof` stay what they are.
globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget) as Date,
  apply: () => new TrueDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
// Code that wants fractions of a millisecond adds this to `performance.now()`.
Object.defineProperty(performance, 'timeOrigin', { value: performance.timeOrigin + offsetMs });
