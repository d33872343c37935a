import type { Action, HeardEntity, Revision } from '@gatecast/contracts';

/** An event as an edge holds it. */
export interface HeldEvent {
  readonly correlationId: string;
  readonly organizationId: string;
  /** Null: for every gateway of the organization. */
  readonly gatewayId: string | null;
  readonly revision: Revision;
  readonly entity: string;
  readonly type: string;
  readonly action: Action;
  readonly committedAtMs: number;
  readonly publishedAtMs: number | null;
  readonly heardAtMs: number;
  readonly frame: Uint8Array;
  /** Where its trace goes on; null or absent: it is in none, or traces are off. */
  readonly traceparent?: string | null;
}

/** What a gateway has to hear after some position. */
export interface Stretch {
  /** In revision order. */
  readonly events: readonly HeldEvent[];
  /** Nothing else is for the gateway up to and including this revision. */
  readonly through: Revision;
}

/** What an object of an event costs beside its frame, roughly. */
const overheadBytes = 400;

/**
 * The recent events of every organization that this edge has heard of, in memory. Per organization it keeps one contiguous
 * revision: up to there everything was heard without a gap, and nothing beyond it is ever handed out. What arrives beyond a hole
 * waits until the hole is filled. Byte-bounded: the oldest events go first, and `completeFrom` remembers that they went; what waits takes at
 * most half as much again.
 */
export class EventWindow {
  readonly #organizations = new Map<string, HeldOrganization>();
  readonly #oldest = new Run<HeldEvent>();
  #bytes = 0;
  /** Of what waits beyond holes. */
  #waitingBytes = 0;

  constructor(
    private readonly bytesMax: number,
    /** Told of each event at the moment at which it becomes part of the contiguous past, in order. */
    private readonly onContiguous: (event: HeldEvent) => void,
  ) {}

  /** With what waits beyond holes. */
  get bytes(): number {
    return this.#bytes + this.#waitingBytes;
  }

  get events(): number {
    return this.#oldest.length;
  }

  get organizations(): number {
    return this.#organizations.size;
  }

  /** Begins to follow an organization at its head, if it is not held: everything later must be heard without a gap. */
  hold(organizationId: string, head: Revision): void {
    if (!this.#organizations.has(organizationId)) this.#organizations.set(organizationId, new HeldOrganization(head));
  }

  /** The revision up to which the organization was heard without a gap; undefined if it is not held. */
  contiguous(organizationId: string): Revision | undefined {
    return this.#organizations.get(organizationId)?.contiguous;
  }

  /** Of each organization of which anything was heard: the last event up to which that is without a gap. */
  *lastHeard(): Iterable<Pick<HeldEvent, 'organizationId' | 'revision' | 'correlationId'>> {
    for (const [organizationId, { contiguous, lastId }] of this.#organizations) {
      if (lastId !== undefined) yield { organizationId, revision: contiguous, correlationId: lastId };
    }
  }

  /** What the held events are about, once for each gateway. */
  heardEntities(): HeardEntity[] {
    const entities = new Map<string, HeardEntity>();
    for (const { organizationId, gatewayId, entity, type } of this.#oldest) {
      entities.set(`${organizationId} ${gatewayId} ${entity}`, { organizationId, gatewayId, entity, type });
    }
    return [...entities.values()];
  }

  /** The first revision that is missing before something that was heard; undefined without a hole. */
  holeBefore(organizationId: string): Revision | undefined {
    const organization = this.#organizations.get(organizationId);
    if (!organization || organization.waiting.size === 0) return undefined;
    return Math.min(...organization.waiting.keys());
  }

  /**
   * Takes an event that was heard or read from the log, in any order, any number of times. Returns whether the organization now
   * has a hole.
   */
  add(event: HeldEvent): boolean {
    let organization = this.#organizations.get(event.organizationId);
    if (!organization) {
      organization = new HeldOrganization(event.revision - 1);
      this.#organizations.set(event.organizationId, organization);
    }
    if (event.revision <= organization.contiguous) return organization.waiting.size > 0;
    if (event.revision > organization.contiguous + 1) {
      this.#wait(organization, event);
      return true;
    }
    let next: HeldEvent | undefined = event;
    while (next) {
      this.#append(organization, next);
      next = this.#waited(organization, organization.contiguous + 1);
    }
    return organization.waiting.size > 0;
  }

  /**
   * Gives up what is between: the organization goes on after `revision`, and earlier positions must be read from the log. Returns what
   * waited beyond, to be added when whoever had come up to the gap knows of it: else they would take it for the next.
   */
  skipTo(organizationId: string, revision: Revision): readonly HeldEvent[] {
    const organization = this.#organizations.get(organizationId);
    if (!organization || revision <= organization.contiguous) return [];
    // What it held stays in `#oldest` until it is evicted; the new state no longer refers to it.
    this.#organizations.set(organizationId, new HeldOrganization(revision));
    for (const event of organization.waiting.values()) this.#waitingBytes -= sizeOf(event);
    return [...organization.waiting.values()].filter((event) => event.revision > revision);
  }

  /** Forgets everything: what was heard belongs to another log epoch. */
  clear(): void {
    this.#organizations.clear();
    this.#oldest.clear();
    this.#bytes = 0;
    this.#waitingBytes = 0;
  }

  /**
   * Returns what a gateway has to hear after `after`, at most `eventsMax` events and about `bytesMax` bytes, but always one event if
   * there is any; undefined when the window does not reach back that far (or does not hold the organization), so that only the
   * event log can tell.
   */
  read(organizationId: string, gatewayId: string, after: Revision, eventsMax: number, bytesMax: number): Stretch | undefined {
    const organization = this.#organizations.get(organizationId);
    if (!organization || after + 1 < organization.completeFrom) return undefined;
    const own = organization.ofGateway.get(gatewayId)?.after(after, eventsMax) ?? [];
    const common = organization.ofAll.after(after, eventsMax);
    const ahead =
      own.length === 0 ? common : common.length === 0 ? own : [...own, ...common].sort((a, b) => a.revision - b.revision);
    const events: HeldEvent[] = [];
    let bytes = 0;
    for (const event of ahead) {
      // Cut after the last one taken and not before the next one seen: either run may have been cut in between.
      if (events.length === eventsMax || bytes >= bytesMax) break;
      events.push(event);
      bytes += event.frame.byteLength;
    }
    const last = events.at(-1);
    const isCut = events.length < ahead.length || events.length === eventsMax;
    return { events, through: last && isCut ? last.revision : organization.contiguous };
  }

  /** Keeps an event that came before the ones that lead up to it, where there is room. */
  #wait({ waiting }: HeldOrganization, event: HeldEvent): void {
    if (waiting.has(event.revision) || waiting.size >= waitingMax) return;
    if (this.#waitingBytes + sizeOf(event) > this.bytesMax / 2) return;
    waiting.set(event.revision, event);
    this.#waitingBytes += sizeOf(event);
  }

  /** Takes the event at a revision from those that wait, if it is there. */
  #waited({ waiting }: HeldOrganization, revision: Revision): HeldEvent | undefined {
    const event = waiting.get(revision);
    if (!event) return undefined;
    waiting.delete(revision);
    this.#waitingBytes -= sizeOf(event);
    return event;
  }

  #append(organization: HeldOrganization, event: HeldEvent): void {
    organization.append(event);
    this.#oldest.push(event);
    this.#bytes += sizeOf(event);
    while (this.#bytes > this.bytesMax) {
      const evicted = this.#oldest.shift();
      if (!evicted) break;
      this.#bytes -= sizeOf(evicted);
      this.#organizations.get(evicted.organizationId)?.evict(evicted);
    }
    this.onContiguous(event);
  }
}

/** Most events that wait beyond a hole; those that find no place are read from the log when the hole is filled. */
const waitingMax = 2_000;

class HeldOrganization {
  contiguous: Revision;
  /** The event at `contiguous`; undefined: it was not heard. */
  lastId: string | undefined;
  completeFrom: Revision;
  readonly ofGateway = new Map<string, Run<HeldEvent>>();
  readonly ofAll = new Run<HeldEvent>();
  readonly waiting = new Map<Revision, HeldEvent>();

  constructor(contiguous: Revision) {
    this.contiguous = contiguous;
    this.completeFrom = contiguous + 1;
  }

  append(event: HeldEvent): void {
    this.contiguous = event.revision;
    this.lastId = event.correlationId;
    if (event.gatewayId === null) return void this.ofAll.push(event);
    const run = this.ofGateway.get(event.gatewayId) ?? new Run<HeldEvent>();
    if (run.length === 0) this.ofGateway.set(event.gatewayId, run);
    run.push(event);
  }

  /** Events leave in the order in which they came, so the evicted one is the first of its run. */
  evict(event: HeldEvent): void {
    const run = event.gatewayId === null ? this.ofAll : this.ofGateway.get(event.gatewayId);
    if (run?.first !== event) return;
    run.shift();
    if (run.length === 0 && event.gatewayId !== null) this.ofGateway.delete(event.gatewayId);
    this.completeFrom = event.revision + 1;
  }
}

function sizeOf(event: HeldEvent): number {
  return event.frame.byteLength + overheadBytes;
}

/** A queue that is read by revision: cheap at both ends, searched by halving. */
class Run<E extends { readonly revision: Revision }> {
  #items: (E | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): E | undefined {
    return this.#items[this.#head];
  }

  push(item: E): void {
    this.#items.push(item);
  }

  shift(): E | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** At most `max` items with a revision greater than `revision`. Only for runs of one organization. */
  after(revision: Revision, max: number): E[] {
    let low = this.#head;
    let high = this.#items.length;
    // Mostly it is about what came last.
    for (let step = 1; high - step >= low; step *= 2) {
      if ((this.#items[high - step] as E).revision <= revision) {
        low = high - step + 1;
        break;
      }
      high -= step;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#items[middle] as E).revision > revision) high = middle;
      else low = middle + 1;
    }
    return this.#items.slice(low, low + max) as E[];
  }

  *[Symbol.iterator](): Iterator<E> {
    for (let at = this.#head; at < this.#items.length; at += 1) yield this.#items[at] as E;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
