import { AsyncLocalStorage } from 'node:async_hooks';

/** The process whose code runs now; undefined: the model itself, the test, the database's client. */
const running = new AsyncLocalStorage<SimulatedProcess>();

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  dateNow: Date.now,
  performanceNow: performance.now.bind(performance),
  setImmediate: globalThis.setImmediate,
};

/** When every simulation begins. In the future, so that `performance.now()` is positive. */
const beginsAtMs = Date.UTC(2040, 0, 1);
/** More than any run needs before it comes to rest. */
const tasksMax = 100_000;
const storyMax = 400;

/** How an operation goes wrong, at the moment at which a process would do it. */
export const faultKinds = ['crash before', 'crash after', 'lost', 'unanswered'] as const;
export type FaultKind = (typeof faultKinds)[number];

interface Task {
  readonly order: number;
  readonly label: string;
  readonly run: () => unknown;
}

/** A one-way link, on which nothing overtakes. */
export class Channel {
  readonly #tasks: Task[] = [];
  #openAtMs = 0;

  constructor(
    private readonly simulation: Simulation,
    readonly name: string,
    /** Whether its end can take something now. */
    private readonly isTaken: () => boolean = () => true,
  ) {
    simulation.channels.add(this);
  }

  get isReady(): boolean {
    return this.#tasks.length > 0 && this.#openAtMs <= this.simulation.nowMs && this.isTaken();
  }
  get firstOrder(): number {
    return this.#tasks[0]?.order ?? Number.POSITIVE_INFINITY;
  }
  get length(): number {
    return this.#tasks.length;
  }

  send(label: string, run: () => unknown): void {
    this.#tasks.push({ order: this.simulation.nextOrder(), label, run });
  }

  /** Holds everything back for a while. */
  hold(ms: number): void {
    this.#openAtMs = Math.max(this.#openAtMs, this.simulation.nowMs + ms);
    this.simulation.after(ms, () => undefined);
  }

  open(): void {
    this.#openAtMs = 0;
  }

  /** What is on its way gets lost: all of it, or the first `count`. */
  drop(count = this.#tasks.length): void {
    this.#tasks.splice(0, count);
  }

  /** No one will send here any more. */
  end(): void {
    this.drop();
    this.simulation.channels.delete(this);
  }

  take(): Task {
    return this.#tasks.shift() as Task;
  }
}

class Timer {
  isCancelled = false;
  constructor(
    readonly process: SimulatedProcess | undefined,
    readonly work: () => unknown,
    readonly ms: number,
    readonly isRepeated: boolean,
    public dueMs: number,
    public order: number,
    private readonly simulation: Simulation,
  ) {}
  ref() {
    return this;
  }
  unref() {
    return this;
  }
  hasRef() {
    return true;
  }
  refresh() {
    this.dueMs = this.simulation.nowMs + this.ms;
    return this;
  }
  [Symbol.toPrimitive]() {
    return this.order;
  }
}

/**
 * A world in one JavaScript process: its time stands still until it is moved, and everything that leaves a simulated process waits in
 * a channel until it is let through, in an order that a seed decides (0: in the order in which it was sent). So a run is the same each
 * time, and no step of it takes any time of ours.
 */
export class Simulation {
  readonly channels = new Set<Channel>();
  /** What happened, for the reader of a counterexample. */
  readonly trail: string[] = [];
  nowMs = beginsAtMs;
  #timers: Timer[] = [];
  #orders = 0;
  #random: number;

  constructor(seed: number) {
    this.#random = seed;
  }

  nextOrder(): number {
    this.#orders += 1;
    return this.#orders;
  }

  log(line: string): void {
    this.trail.push(`${((this.nowMs - beginsAtMs) / 1000).toFixed(3)} ${line}`);
  }

  /** Does something later, in the name of nobody. */
  after(ms: number, work: () => unknown): void {
    this.timer(undefined, work, ms, false);
  }
  every(ms: number, work: () => unknown): void {
    this.timer(undefined, work, ms, true);
  }

  timer(process: SimulatedProcess | undefined, work: () => unknown, ms: number, isRepeated: boolean): Timer {
    const delay = Math.max(1, Number.isFinite(ms) ? ms : 1);
    const timer = new Timer(process, work, delay, isRepeated, this.nowMs + delay, this.nextOrder(), this);
    this.#timers.push(timer);
    return timer;
  }

  /** Lets through what is on its way, at most `most` of it; then the code that it reached runs until it waits again. */
  async flow(most = tasksMax): Promise<void> {
    for (let count = 0; count < most; count += 1) {
      await turn();
      const ready = [...this.channels].filter((channel) => channel.isReady);
      if (ready.length === 0) return;
      const channel = ready.length === 1 ? (ready[0] as Channel) : this.#choose(ready);
      const task = channel.take();
      this.log(`${channel.name}: ${task.label}`);
      await task.run();
      if (count === tasksMax - 1) throw new Error(`It does not come to rest:\n${this.trail.slice(-40).join('\n')}`);
    }
    await turn();
  }

  /** Lets time pass, and everything happen that is due in it. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await this.flow();
    for (;;) {
      const due = this.#nextTimer();
      if (!due || due.dueMs > untilMs) break;
      this.nowMs = Math.max(this.nowMs, due.dueMs);
      if (due.isRepeated) due.dueMs = this.nowMs + due.ms;
      else due.isCancelled = true;
      if (due.process) due.process.run(due.work);
      else due.work();
      await this.flow();
    }
    this.nowMs = untilMs;
    await this.flow();
  }

  /** What happened, from the first deed on, as far as a reader can bear it. */
  story(): string {
    const first = this.trail.findIndex((line) => line.includes(' — '));
    return `what happened (seconds):\n${this.trail.slice(first, first + storyMax).join('\n')}\n`;
  }

  /** Nothing happens any more. */
  end(): void {
    this.channels.clear();
    this.#timers = [];
  }

  /** Of two that are ready, the one whose first message is older, or any by the seed. */
  #choose(ready: Channel[]): Channel {
    if (this.#random === 0) return ready.reduce((first, channel) => (channel.firstOrder < first.firstOrder ? channel : first));
    // xorshift32
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    return ready[(this.#random >>> 0) % ready.length] as Channel;
  }

  #nextTimer(): Timer | undefined {
    this.#timers = this.#timers.filter(({ isCancelled, process }) => !isCancelled && process?.isAlive !== false);
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.process?.isPaused) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** One life of an operating system's process: what it has in memory ends with it. */
export class SimulatedProcess {
  #state: 'RUNNING' | 'PAUSED' | 'DEAD' = 'RUNNING';
  #fault: { kind: FaultKind; left: number } | undefined;
  readonly #onDeath: (() => void)[] = [];

  constructor(
    readonly simulation: Simulation,
    readonly name: string,
  ) {}

  get isAlive(): boolean {
    return this.#state !== 'DEAD';
  }
  get isPaused(): boolean {
    return this.#state === 'PAUSED';
  }
  get isRunning(): boolean {
    return this.#state === 'RUNNING';
  }

  /** Runs code as this process: its clock and its timers are the simulation's. */
  run<T>(work: () => T): T {
    return running.run(this, work);
  }

  /** A channel whose end this process is: it takes nothing while it stands still. */
  inbound(name: string): Channel {
    const channel = new Channel(this.simulation, `${name} → ${this.name}`, () => this.isRunning);
    this.onDeath(() => channel.end());
    return channel;
  }

  /** A channel on which it sends. What was sent before its death still arrives. */
  outbound(name: string): Channel {
    return new Channel(this.simulation, `${this.name} → ${name}`);
  }

  onDeath(work: () => void): void {
    this.#onDeath.push(work);
  }

  /** Arms a fault: the operation after `after` others goes wrong. */
  arm(kind: FaultKind, after: number): void {
    this.#fault = { kind, left: after };
  }
  disarm(): void {
    this.#fault = undefined;
  }

  /** Called before each operation that leaves the process; returns how it goes wrong, if it does. */
  strike(label: string): FaultKind | undefined {
    const fault = this.#fault;
    if (!fault) return undefined;
    if (fault.left > 0) {
      fault.left -= 1;
      return undefined;
    }
    this.#fault = undefined;
    this.simulation.log(`${this.name}: ${fault.kind}: ${label}`);
    if (fault.kind === 'crash before') this.crash();
    return fault.kind;
  }

  pause(ms: number): void {
    if (!this.isRunning) return;
    this.#state = 'PAUSED';
    this.simulation.log(`${this.name} stands still`);
    this.simulation.after(ms, () => this.resume());
  }
  resume(): void {
    if (!this.isPaused) return;
    this.#state = 'RUNNING';
    this.simulation.log(`${this.name} goes on`);
  }

  crash(): void {
    if (!this.isAlive) return;
    this.#state = 'DEAD';
    this.simulation.log(`${this.name} is dead`);
    for (const work of this.#onDeath) work();
  }
}

/** Lets everything run that waits for nothing outside of it. */
function turn(): Promise<void> {
  return new Promise((resolve) => real.setImmediate(resolve));
}

/** Runs something of the model's own, or of the real database's client, with real time. */
export function outside<T>(work: () => T): T {
  return running.exit(work);
}

/** Gives simulated processes their clock and their timers, and everyone else the real ones; the returned function takes that back. */
export function installClock(): () => void {
  const later =
    (isRepeated: boolean, fallback: (...args: never[]) => unknown) =>
    (work: (...args: unknown[]) => unknown, ms = 0, ...args: unknown[]) => {
      const process = running.getStore();
      if (process) return process.simulation.timer(process, () => work(...args), ms, isRepeated);
      return (fallback as (...all: unknown[]) => unknown)(work, ms, ...args);
    };
  const cancel = (fallback: (timer: never) => void) => (timer: unknown) => {
    if (timer instanceof Timer) timer.isCancelled = true;
    else fallback(timer as never);
  };
  Object.assign(globalThis, {
    setTimeout: Object.assign(later(false, real.setTimeout), real.setTimeout),
    setInterval: later(true, real.setInterval),
    clearTimeout: cancel(real.clearTimeout),
    clearInterval: cancel(real.clearInterval),
  });
  Date.now = () => running.getStore()?.simulation.nowMs ?? real.dateNow();
  performance.now = () => {
    const process = running.getStore();
    return process ? process.simulation.nowMs - performance.timeOrigin : real.performanceNow();
  };
  return () => {
    const { setTimeout, setInterval, clearTimeout, clearInterval } = real;
    Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
    Date.now = real.dateNow;
    performance.now = real.performanceNow;
  };
}
