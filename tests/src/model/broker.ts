import type { BrokerConnection } from '@gatecast/broker';
import { BrokerUnavailableError, eventMetaOf } from '@gatecast/broker';
import { ackStream, eventStream } from '@gatecast/contracts';
import { createInbox, ErrorCode, type MsgHdrs, type NatsConnection, NatsError } from 'nats';
import type { Channel, SimulatedProcess, Simulation } from './simulation.js';

interface Stored {
  readonly seq: number;
  readonly subject: string;
  readonly headers: MsgHdrs | undefined;
  readonly data: Uint8Array;
  readonly atMs: number;
}

interface Stream {
  readonly created: string;
  readonly messages: Stored[];
  readonly ids: Map<string, { seq: number; atMs: number }>;
  lastSeq: number;
  /** Work queues: messages that were given out, and until when they may be kept. */
  readonly givenOut: Map<number, number>;
  durable: Record<string, unknown> | undefined;
}

interface PushConsumer {
  readonly name: string;
  readonly stream: string;
  readonly inbox: string;
  readonly link: Link;
  nextSeq: number;
  delivered: number;
}

interface Pull {
  readonly link: Link;
  left: number;
  readonly deliver: (message: QueuedMessage) => void;
  isEnded: boolean;
}

interface QueuedMessage {
  readonly data: Uint8Array;
  ack(): void;
  nak(ms: number): void;
  term(): void;
}

type CoreMessage = { data: Uint8Array; respond: (data: string) => void };
type Callback = (error: Error | null, message: never) => void;

/** Who published an accepted event, for the promise that a relay which wakes up late publishes nothing. */
export interface Publication {
  /** The stream's identity. */
  readonly stream: string;
  readonly revision: number;
  readonly process: SimulatedProcess;
  /** How many events of others were accepted between its sending and its acceptance. */
  readonly overtakenBy: number;
}

const heartbeatMs = 2_000;
const duplicateWindowMs = 120_000;
const ackWaitMs = 10_000;
const reconnectMs = 300;
const encoder = new TextEncoder();
const bytesOf = (data: string | Uint8Array) => (typeof data === 'string' ? encoder.encode(data) : data);

/** What libs/broker uses of a nats-server, in memory: streams, an ordered push consumer, a work queue, requests, core messages. */
export class SimulatedBroker {
  readonly publications: Publication[] = [];
  /** Told of every core message when it arrives, and of every ack when it is stored. */
  onMessage: (subject: string, data: Uint8Array, from: SimulatedProcess) => void = () => undefined;
  readonly links = new Set<Link>();
  #streams = new Map<string, Stream>();
  readonly #consumers = new Map<string, PushConsumer>();
  readonly #pulls: Pull[] = [];
  #names = 0;
  #isDown = false;

  constructor(readonly simulation: Simulation) {
    simulation.every(heartbeatMs, () => this.#heartbeat());
    simulation.every(1_000, () => this.#giveOutAgain());
  }

  /** Returns a process's connection to the broker, as `openConnection` of libs/broker does. */
  connect(process: SimulatedProcess, onStatus: (status: 'connected' | 'disconnected' | 'reconnected') => void): BrokerConnection {
    const link = new Link(this, process, onStatus);
    this.links.add(link);
    process.onDeath(() => {
      link.isConnected = false;
      this.forget(link);
      this.links.delete(link);
    });
    if (!this.#isDown) link.isConnected = true;
    return {
      get isConnected() {
        return link.isConnected;
      },
      get trouble() {
        return link.isConnected ? undefined : 'The broker is not connected.';
      },
      opened: Promise.resolve(link.client),
      live() {
        if (!link.isConnected) throw new BrokerUnavailableError('The broker is not connected.');
        return link.client;
      },
      untilLost: (answer) => link.untilLost(answer),
      newInbox: () => createInbox(),
      close: async () => undefined,
    };
  }

  /** Everybody loses it; with `wiped` also what it had stored. */
  restart({ wiped }: { readonly wiped: boolean }): void {
    this.simulation.log(wiped ? 'broker starts anew and empty' : 'broker starts anew');
    this.#isDown = true;
    for (const link of this.links) link.lose();
    this.#consumers.clear();
    if (wiped) this.#streams = new Map();
    this.simulation.after(reconnectMs, () => {
      this.#isDown = false;
      for (const link of this.links) link.regain();
    });
  }

  /** One process loses its connection for a while; with `isForgotten` all events have left the stream by then, as by age. */
  disconnect(process: SimulatedProcess, ms: number, isForgotten: boolean): void {
    const link = [...this.links].find((one) => one.process === process);
    if (!link) return;
    link.lose();
    this.simulation.after(ms, () => {
      if (isForgotten) this.expire(Number.POSITIVE_INFINITY);
      if (!this.#isDown) link.regain();
    });
  }

  /** The oldest events leave the stream, as by age. */
  expire(count: number): void {
    this.#streams.get(eventStream)?.messages.splice(0, count);
  }

  /** How many acks are stored and not yet applied. */
  get acksStored(): number {
    return this.#streams.get(ackStream)?.messages.length ?? 0;
  }

  forget(link: Link): void {
    for (const pull of this.#pulls) if (pull.link === link) pull.isEnded = true;
  }

  stream(name: string): Stream {
    const stream = this.#streams.get(name);
    if (!stream) throw new NatsError('stream not found', '404');
    return stream;
  }

  addStream(name: string): Stream {
    this.#names += 1;
    const created = `${this.simulation.nowMs} ${this.#names}`;
    const stream: Stream = { created, messages: [], ids: new Map(), lastSeq: 0, givenOut: new Map(), durable: undefined };
    this.#streams.set(name, stream);
    return stream;
  }

  /** Stores a message; one with an id that it knows is there already (and that is found out first, as by the server). */
  append(
    name: string,
    message: { subject: string; headers: MsgHdrs | undefined; data: Uint8Array },
    id: string | undefined,
    expectedLastSeq: number | undefined,
  ): { seq: number; duplicate: boolean } {
    const stream = this.stream(name);
    const known = id === undefined ? undefined : stream.ids.get(id);
    if (known && this.simulation.nowMs - known.atMs < duplicateWindowMs) return { seq: known.seq, duplicate: true };
    if (expectedLastSeq !== undefined && expectedLastSeq !== stream.lastSeq)
      throw refusal('400', wrongLastSequence, `wrong last sequence: ${stream.lastSeq}`);
    stream.lastSeq += 1;
    if (id !== undefined) stream.ids.set(id, { seq: stream.lastSeq, atMs: this.simulation.nowMs });
    stream.messages.push({ seq: stream.lastSeq, ...message, atMs: this.simulation.nowMs });
    for (const consumer of this.#consumers.values()) this.#push(consumer);
    this.#giveOut();
    return { seq: stream.lastSeq, duplicate: false };
  }

  addConsumer(name: string, link: Link, config: Record<string, unknown>) {
    const stream = this.stream(name);
    if (config.durable_name !== undefined) {
      stream.durable = config;
      return { name: config.durable_name, num_pending: stream.messages.length, delivered: { consumer_seq: 0 } };
    }
    this.#names += 1;
    const startsAtMs = config.opt_start_time === undefined ? 0 : Date.parse(config.opt_start_time as string);
    const nextSeq =
      (config.opt_start_seq as number | undefined) ??
      stream.messages.find(({ atMs }) => atMs >= startsAtMs)?.seq ??
      stream.lastSeq + 1;
    const consumer = {
      name: `c${this.#names}`,
      stream: name,
      inbox: config.deliver_subject as string,
      link,
      nextSeq,
      delivered: 0,
    };
    const pending = stream.messages.filter(({ seq }) => seq >= nextSeq).length;
    this.#consumers.set(consumer.name, consumer);
    this.#push(consumer);
    return { name: consumer.name, num_pending: pending, delivered: { consumer_seq: 0 } };
  }

  removeConsumer(name: string): boolean {
    return this.#consumers.delete(name);
  }

  pull(pull: Pull): void {
    const stream = this.stream(ackStream);
    if (!stream.durable) throw new NatsError('consumer not found', '404');
    // Asked for again when the answer was lost.
    if (!this.#pulls.includes(pull)) this.#pulls.push(pull);
    this.#giveOut();
  }

  /** Sends a core message to everyone who listens; of those who share a queue, to one. */
  route(subject: string, data: Uint8Array, respond: ((data: Uint8Array) => void) | undefined): number {
    const groups = new Set<string>();
    let count = 0;
    for (const link of this.links) {
      for (const subscription of link.subscriptions) {
        if (!link.isConnected || subscription.subject !== subject) continue;
        if (subscription.queue !== undefined) {
          if (groups.has(subscription.queue)) continue;
          groups.add(subscription.queue);
        }
        count += 1;
        const answer = (body: string) => link.send(`answer on ${subject}`, () => respond?.(bytesOf(body)));
        link.deliver(subject, () => subscription.callback(null, { data, respond: answer } satisfies CoreMessage as never));
      }
    }
    return count;
  }

  #push(consumer: PushConsumer): void {
    const stream = this.#streams.get(consumer.stream);
    const subscription = consumer.link.subscriptions.find(({ subject }) => subject === consumer.inbox);
    if (!stream || !subscription || !consumer.link.isConnected) return;
    for (const message of stream.messages) {
      if (message.seq < consumer.nextSeq) continue;
      consumer.nextSeq = message.seq + 1;
      consumer.delivered += 1;
      const reply = `$JS.ACK.${consumer.stream}.${consumer.name}.1.${message.seq}.${consumer.delivered}.0.${stream.lastSeq - message.seq}`;
      const { headers, data, subject } = message;
      consumer.link.deliver(`event ${message.seq}`, () =>
        subscription.callback(null, { headers, data, subject, reply, respond: () => undefined } as never),
      );
    }
  }

  #heartbeat(): void {
    for (const consumer of this.#consumers.values()) {
      this.#push(consumer);
      const subscription = consumer.link.subscriptions.find(({ subject }) => subject === consumer.inbox);
      if (!subscription || !consumer.link.isConnected) continue;
      const delivered = String(consumer.delivered);
      const headers = { code: 100, get: (name: string) => (name === 'Nats-Last-Consumer' ? delivered : '') };
      consumer.link.deliver('heartbeat', () => subscription.callback(null, { headers } as never));
    }
  }

  #giveOut(): void {
    const stream = this.#streams.get(ackStream);
    if (!stream) return;
    for (const message of stream.messages) {
      if (stream.givenOut.has(message.seq)) continue;
      const pull = this.#pulls.find(({ isEnded, left, link }) => !isEnded && left > 0 && link.isConnected);
      if (!pull) break;
      pull.left -= 1;
      // All who ask have their turn.
      this.#pulls.push(...this.#pulls.splice(this.#pulls.indexOf(pull), 1));
      stream.givenOut.set(message.seq, this.simulation.nowMs + ackWaitMs);
      const settle = (label: string, work: () => void) => () => pull.link.send(label, work);
      const remove = () => {
        const index = stream.messages.indexOf(message);
        if (index >= 0) stream.messages.splice(index, 1);
        stream.givenOut.delete(message.seq);
      };
      pull.link.deliver(`ack ${message.seq}`, () =>
        pull.deliver({
          data: message.data,
          ack: settle(`ack ${message.seq} done`, remove),
          term: settle(`ack ${message.seq} ended`, remove),
          nak: (ms) =>
            pull.link.send(`ack ${message.seq} later`, () => stream.givenOut.set(message.seq, this.simulation.nowMs + ms)),
        }),
      );
    }
    const open = this.#pulls.filter(({ isEnded }) => !isEnded);
    this.#pulls.splice(0, this.#pulls.length, ...open);
  }

  #giveOutAgain(): void {
    const stream = this.#streams.get(ackStream);
    if (!stream) return;
    for (const [seq, untilMs] of stream.givenOut) if (untilMs <= this.simulation.nowMs) stream.givenOut.delete(seq);
    this.#giveOut();
  }
}

/** One process's connection: what it sends and what it is sent are in order, each way. */
export class Link {
  isConnected = false;
  subscriptions: { readonly subject: string; readonly queue: string | undefined; readonly callback: Callback }[] = [];
  readonly client: NatsConnection;
  readonly #out: Channel;
  readonly #in: Channel;
  readonly #awaited = new Set<(error: Error) => void>();
  #toLose = 0;

  constructor(
    readonly broker: SimulatedBroker,
    readonly process: SimulatedProcess,
    private readonly onStatus: (status: 'connected' | 'disconnected' | 'reconnected') => void,
  ) {
    this.#out = process.outbound('broker');
    this.#in = process.inbound('broker');
    this.client = clientOf(this);
  }

  get outbound(): Channel {
    return this.#out;
  }
  get inbound(): Channel {
    return this.#in;
  }

  /** The next `count` messages to the process vanish on the way. */
  swallow(count: number): void {
    this.#toLose = count;
  }

  /** Brings something to the process. */
  deliver(label: string, work: () => void): void {
    if (!this.isConnected || !this.process.isAlive) return;
    if (this.#toLose > 0) {
      this.#toLose -= 1;
      return this.broker.simulation.log(`lost on the way to ${this.process.name}: ${label}`);
    }
    this.#in.send(label, () => this.process.run(work));
  }

  /** Brings something to the broker, unless a fault strikes; `work` gets a way to answer. */
  send(label: string, work: (answer: (label: string, work: () => void) => void) => void): void {
    if (!this.isConnected || !this.process.isAlive) return;
    const fault = this.process.strike(label);
    if (fault === 'crash before' || fault === 'lost') return;
    this.#out.send(label, () => {
      work((answerLabel, answer) => fault === undefined && this.deliver(answerLabel, answer));
      if (fault === 'crash after') this.process.crash();
    });
  }

  /** Asks the broker for something that it answers. */
  call<T>(label: string, timeoutMs: number, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => reject(new NatsError('TIMEOUT', ErrorCode.Timeout)), timeoutMs);
      this.send(label, (answer) => {
        let outcome: () => void;
        try {
          const result = work();
          outcome = () => resolve(result);
        } catch (error) {
          outcome = () => reject(error);
        }
        answer(`answer to ${label}`, () => {
          clearTimeout(overdue);
          outcome();
        });
      });
    });
  }

  lose(): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.#out.drop();
    this.#in.drop();
    this.broker.forget(this);
    this.broker.simulation.log(`${this.process.name} has lost the broker`);
    this.#in.send('disconnected', () =>
      this.process.run(() => {
        for (const fail of this.#awaited) fail(new BrokerUnavailableError('The connection was lost before the broker answered.'));
        this.onStatus('disconnected');
      }),
    );
  }

  untilLost<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#awaited.add(reject);
      void answer.then(resolve, reject).finally(() => this.#awaited.delete(reject));
    });
  }

  regain(): void {
    if (this.isConnected || !this.process.isAlive) return;
    this.isConnected = true;
    this.#in.send('reconnected', () => this.process.run(() => this.onStatus('reconnected')));
  }
}

const apiMs = 5_000;
/** `JSStreamWrongLastSequenceErrF` in nats-server's server/errors.json. */
const wrongLastSequence = 10071;

function refusal(code: string, errorCode: number, description: string): NatsError {
  return Object.assign(new NatsError(description, code), { api_error: { code: Number(code), err_code: errorCode, description } });
}

const noResponders = () => new NatsError('no responders', ErrorCode.NoResponders);

/** What libs/broker uses of the client of nats.js, on a link. */
function clientOf(link: Link): NatsConnection {
  const { broker } = link;
  const stateOf = (name: string) => {
    const { created, messages, lastSeq } = broker.stream(name);
    return { created, state: { messages: messages.length, first_seq: messages[0]?.seq ?? lastSeq + 1, last_seq: lastSeq } };
  };
  const manager = {
    streams: {
      info: (name: string) => link.call('stream?', apiMs, () => stateOf(name)),
      add: ({ name }: { name: string }) =>
        link.call('make stream', apiMs, () => void broker.addStream(name)).then(() => stateOf(name)),
      update: (name: string) => link.call('update stream', apiMs, () => stateOf(name)),
      getMessage: (name: string, { seq }: { seq: number }) =>
        link.call('message?', apiMs, () => {
          const message = broker.stream(name).messages.find((one) => one.seq === seq);
          if (!message) throw new NatsError('no message found', '404');
          return { header: message.headers, subject: message.subject, data: message.data };
        }),
    },
    consumers: {
      add: (name: string, config: Record<string, unknown>) =>
        link.call('make consumer', apiMs, () => broker.addConsumer(name, link, config)),
      delete: (_stream: string, name: string) => link.call('remove consumer', apiMs, () => broker.removeConsumer(name)),
      info: (name: string) =>
        link.call('consumer?', apiMs, () => {
          const { messages, givenOut, durable } = broker.stream(name);
          if (!durable) throw new NatsError('consumer not found', '404');
          return { config: durable, num_pending: messages.length - givenOut.size, num_ack_pending: givenOut.size };
        }),
    },
  };
  const jetstream = ({ timeout = apiMs }: { timeout?: number } = {}) => ({
    publish(
      subject: string,
      payload: string | Uint8Array,
      options: { msgID?: string; headers?: MsgHdrs; expect?: { lastSequence?: number } } = {},
    ) {
      const { msgID, headers, expect } = options;
      if (msgID !== undefined) headers?.set('Nats-Msg-Id', msgID);
      const accepted = broker.publications.length;
      const isEvent = subject.endsWith('.event');
      const revision = eventMetaOf(headers)?.revision;
      return link.call(`publish ${revision ?? 'ack'}`, timeout, () => {
        const message = { subject, headers, data: bytesOf(payload) };
        let answer: { seq: number; duplicate: boolean };
        try {
          answer = broker.append(isEvent ? eventStream : ackStream, message, msgID, expect?.lastSequence);
        } catch (error) {
          throw error instanceof NatsError && error.code === '404' ? noResponders() : error;
        }
        if (isEvent && !answer.duplicate) {
          broker.publications.push({
            stream: broker.stream(eventStream).created,
            revision: revision ?? 0,
            process: link.process,
            overtakenBy: broker.publications.slice(accepted).filter(({ process }) => process !== link.process).length,
          });
        }
        if (!isEvent) broker.onMessage(subject, message.data, link.process);
        return answer;
      });
    },
    consumers: {
      get: async (name: string) => {
        await manager.consumers.info(name);
        return { consume: async (options: { max_messages: number; expires: number }) => consumeFrom(link, options) };
      },
    },
  });
  return {
    subscribe(subject: string, { queue, callback }: { queue?: string; callback: Callback }) {
      const subscription = { subject, queue, callback };
      link.subscriptions.push(subscription);
      return {
        unsubscribe: () => {
          link.subscriptions = link.subscriptions.filter((one) => one !== subscription);
        },
      };
    },
    publish: (subject: string, data: string | Uint8Array) =>
      link.send(subject, () => {
        broker.onMessage(subject, bytesOf(data), link.process);
        broker.route(subject, bytesOf(data), undefined);
      }),
    request: (subject: string, data: string, { timeout }: { timeout: number }) =>
      new Promise((resolve, reject) => {
        const overdue = setTimeout(() => reject(new NatsError('TIMEOUT', ErrorCode.Timeout)), timeout);
        link.send(subject, (answer) => {
          broker.onMessage(subject, bytesOf(data), link.process);
          const respond = (body: Uint8Array) =>
            answer(`answer on ${subject}`, () => {
              clearTimeout(overdue);
              resolve({ data: body });
            });
          if (broker.route(subject, bytesOf(data), respond) === 0)
            answer(`nobody on ${subject}`, () => {
              clearTimeout(overdue);
              reject(noResponders());
            });
        });
      }),
    jetstreamManager: async () => manager,
    jetstream,
  } as unknown as NatsConnection;
}

/** A pull that has up to `max_messages` on the way at a time, made again every `expires` milliseconds until it is answered. */
function consumeFrom(link: Link, { max_messages, expires }: { max_messages: number; expires: number }) {
  const arrived: QueuedMessage[] = [];
  let wake: () => void = () => undefined;
  let failure: unknown;
  const pull: Pull = {
    link,
    left: max_messages,
    isEnded: false,
    deliver(message) {
      if (hasStopped) return;
      arrived.push(message);
      wake();
    },
  };
  let hasStopped = false;
  const stop = () => {
    hasStopped = true;
    pull.isEnded = true;
    wake();
  };
  const ask = async (): Promise<void> => {
    try {
      await link.call('pull acks', expires, () => link.broker.pull(pull));
    } catch (error) {
      if (hasStopped) return;
      if (error instanceof NatsError && error.code === ErrorCode.Timeout) return ask();
      failure = error;
      stop();
    }
  };
  void ask();
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (arrived.length === 0) {
          if (failure) throw failure;
          if (hasStopped) return;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        pull.left += 1;
        yield arrived.shift() as QueuedMessage;
      }
    },
    stop,
  };
}
