import type { Logger } from '@gatecast/service-kit';

export interface WaitsOptions<Sight> {
  /** Reads how things stand by their ids, in one statement; what is not there (any more) is left out. */
  readonly read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Sight>>;
  /** What may be said to have changed in place of the thing itself: the UUIDs of its gateway and organization, for instance. */
  readonly topicsOf: (sight: Sight) => readonly string[];
  readonly logger: Logger;
}

export interface Wait<Sight> {
  readonly ids: readonly string[];
  /** Whether there is nothing more to wait for. Gets how each of `ids` stands, in that order; undefined: it is gone. */
  readonly isOver: (sights: readonly (Sight | undefined)[]) => boolean;
  readonly timeoutMs: number;
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

export interface Waited<Sight> {
  /** False: the time was over first, or the service stops. */
  readonly isOver: boolean;
  /** How each of the ids stood at the end. */
  readonly sights: readonly (Sight | undefined)[];
}

/** Those of one replica that wait for something in the database to change. */
export interface Waits<Sight> {
  /**
   * Resolves when the wait is over or its time is; undefined: too many wait here already.
   * Rejects when the database could not be asked at the end.
   */
  wait(wait: Wait<Sight>): Promise<Waited<Sight> | undefined>;
  /** Something may have changed there. */
  look(ids: Iterable<string>): void;
  /** Something may have changed in what these topics concern. */
  lookAbout(topics: Iterable<string>): void;
  /** How many wait now. */
  count(): number;
  /** Ends every wait as if its time was over; resolves when all are answered. */
  stop(): Promise<void>;
}

/** Something that is waited for. */
interface Watched<Sight> {
  readonly waiters: Set<Waiter<Sight>>;
  /** Undefined until it was seen: whatever is said meanwhile may concern it. */
  topics: readonly string[] | undefined;
}

interface Waiter<Sight> extends Wait<Sight> {
  readonly sights: Map<string, Sight | undefined>;
  /** What must be looked at before the wait can end. */
  readonly unseen: Set<string>;
  isEnding: boolean;
  resolve(waited: Waited<Sight>): void;
  reject(error: unknown): void;
}

/** How many ids all waits of a replica have together at most. */
const watchedMax = 20_000;
const lookedAtOnce = 1_000;
/** What is said reaches everyone who waits, so that this finds only what was said in vain. */
const lookAtAllEveryMs = 10_000;
const retryMs = 1_000;

/**
 * Creates the waits. All of them look together: at once for what is new or said to have changed, and now and then for everything, so
 * that a message that is lost, or a broker that is away, costs time only. They hold no database connection while they wait.
 */
export function createWaits<Sight>({ read, topicsOf, logger }: WaitsOptions<Sight>): Waits<Sight> {
  const watchedById = new Map<string, Watched<Sight>>();
  const idsByTopic = new Map<string, Set<string>>();
  /** Ids whose topics are not known yet. */
  const unseen = new Set<string>();
  const due = new Set<string>();
  let watched = 0;
  let count = 0;
  let looking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function add(waiter: Waiter<Sight>): void {
    watched += waiter.ids.length;
    count += 1;
    for (const id of waiter.ids) {
      const one = watchedById.get(id);
      if (one) one.waiters.add(waiter);
      else {
        watchedById.set(id, { waiters: new Set([waiter]), topics: undefined });
        unseen.add(id);
      }
    }
    timer ??= setTimeout(lookAtAll, lookAtAllEveryMs);
  }

  function remove(waiter: Waiter<Sight>): void {
    if (!watchedById.get(waiter.ids[0] as string)?.waiters.has(waiter)) return;
    watched -= waiter.ids.length;
    count -= 1;
    for (const id of waiter.ids) {
      const one = watchedById.get(id);
      one?.waiters.delete(waiter);
      if (one?.waiters.size === 0) forget(id, one);
    }
    if (watchedById.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  function forget(id: string, { topics = [] }: Watched<Sight>): void {
    watchedById.delete(id);
    unseen.delete(id);
    for (const topic of topics) {
      const ids = idsByTopic.get(topic);
      ids?.delete(id);
      if (ids?.size === 0) idsByTopic.delete(topic);
    }
  }

  function learnTopics(id: string, sight: Sight): void {
    const one = watchedById.get(id);
    if (!one || one.topics) return;
    one.topics = topicsOf(sight);
    unseen.delete(id);
    for (const topic of one.topics) {
      const ids = idsByTopic.get(topic);
      if (ids) ids.add(id);
      else idsByTopic.set(topic, new Set([id]));
    }
  }

  const all = () => new Set([...watchedById.values()].flatMap(({ waiters }) => [...waiters]));

  function look(ids: Iterable<string>): void {
    for (const id of ids) if (watchedById.has(id)) due.add(id);
    if (due.size > 0) looking ??= lookAtDue();
  }

  function lookAbout(topics: Iterable<string>): void {
    for (const topic of topics) for (const id of idsByTopic.get(topic) ?? []) due.add(id);
    look(unseen);
  }

  function lookAtAll(): void {
    look(watchedById.keys());
    timer = undefined;
    void (looking ?? Promise.resolve()).then(() => {
      if (watchedById.size > 0) timer ??= setTimeout(lookAtAll, lookAtAllEveryMs);
    });
  }

  async function lookAtDue(): Promise<void> {
    while (due.size > 0) {
      const ids = [...due].slice(0, lookedAtOnce);
      for (const id of ids) due.delete(id);
      // Who comes while the statement is under way waits for the next one: this one may tell of a time before its decision.
      const concerned = new Map<Waiter<Sight>, string[]>();
      for (const id of ids) {
        for (const waiter of watchedById.get(id)?.waiters ?? []) concerned.set(waiter, [...(concerned.get(waiter) ?? []), id]);
      }
      try {
        const sights = await read(ids);
        for (const [id, sight] of sights) learnTopics(id, sight);
        for (const [waiter, seen] of concerned) see(waiter, seen, sights);
      } catch (error) {
        logger.warn({ err: error, waits: concerned.size }, 'waits could not look');
        // The others are looked at again soon.
        due.clear();
        clearTimeout(timer);
        timer = setTimeout(lookAtAll, retryMs);
        for (const waiter of all()) if (waiter.isEnding) waiter.reject(error);
      }
    }
    looking = undefined;
  }

  function see(waiter: Waiter<Sight>, seen: readonly string[], sights: ReadonlyMap<string, Sight>): void {
    for (const id of seen) {
      waiter.sights.set(id, sights.get(id));
      waiter.unseen.delete(id);
    }
    if (waiter.unseen.size > 0) return;
    const all = waiter.ids.map((id) => waiter.sights.get(id));
    const isOver = waiter.isOver(all);
    if (isOver || waiter.isEnding) waiter.resolve({ isOver, sights: all });
  }

  /** Ends a wait with one last look. */
  function end(waiter: Waiter<Sight>): void {
    waiter.isEnding = true;
    for (const id of waiter.ids) waiter.unseen.add(id);
    look(waiter.ids);
  }

  return {
    look,
    lookAbout,
    count: () => count,
    async wait(wait) {
      if (wait.ids.length === 0) return { isOver: wait.isOver([]), sights: [] };
      if (watched + wait.ids.length > watchedMax) return undefined;
      let waiter: Waiter<Sight> | undefined;
      let timeOut: NodeJS.Timeout | undefined;
      const abandon = () => waiter?.resolve({ isOver: false, sights: [] });
      try {
        return await new Promise<Waited<Sight>>((resolve, reject) => {
          waiter = { ...wait, sights: new Map(), unseen: new Set(wait.ids), isEnding: false, resolve, reject };
          if (wait.signal.aborted) return abandon();
          wait.signal.addEventListener('abort', abandon);
          add(waiter);
          const time = isStopped ? 0 : wait.timeoutMs;
          if (time === 0) return end(waiter);
          timeOut = setTimeout(end, time, waiter);
          look(wait.ids);
        });
      } finally {
        wait.signal.removeEventListener('abort', abandon);
        clearTimeout(timeOut);
        if (waiter) remove(waiter);
      }
    },
    async stop() {
      isStopped = true;
      for (const waiter of all()) end(waiter);
      while (looking) await looking;
    },
  };
}
