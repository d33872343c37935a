import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { type GatewayStore, handleEvent, type InternalApi, memoryStore, type Outcome, readFrame } from '@gatecast/gateway-client';
import type { WebSocket } from 'ws';
import type { SeededGateway } from '../artifacts-service/seed.js';
import { Channel, SimulatedProcess, type Simulation } from './simulation.js';

/** One artifact event that a gateway has handled. */
export interface Handled {
  readonly correlationId: string;
  readonly artifactId: string;
  readonly type: string;
  readonly outcome: Outcome;
  /** What it said to it. */
  readonly ack: string | undefined;
  readonly socket: SimulatedSocket;
  /** Whether the gateway serves the artifact after it, and by which event. */
  readonly serves: string | undefined;
}

/** What of a gateway outlives its process: its disk, and what the model remembers of it. */
export interface ModelGateway {
  readonly identity: SeededGateway;
  readonly store: GatewayStore;
  readonly handled: Handled[];
  process: SimulatedProcess;
  connection: SimulatedSocket | undefined;
}

/** A WebSocket between an edge and a gateway; the edge's side looks like one of `ws`. */
export class SimulatedSocket {
  readonly edgeSide: WebSocket;
  /** The TCP side, which the edge corks for what it writes at once. */
  readonly stream = { cork: () => void this.batches.push([]), uncork: () => undefined } as unknown as Duplex;
  readonly #down: Channel;
  readonly #up: Channel;
  readonly #events = new EventEmitter();
  /** Frames that were written at once, for the promise that what is superseded is not replayed. */
  readonly batches: string[][] = [[]];
  /** Acks that the edge has read. */
  readonly acksRead: string[] = [];
  #isReadPaused = false;
  #bufferedBytes = 0;
  #isEdgeOpen = true;
  #isGatewayOpen = true;

  constructor(
    simulation: Simulation,
    readonly edge: SimulatedProcess,
    private readonly gateway: SimulatedProcess,
    isReading: () => boolean,
    private readonly reader: { onFrame(frame: string): void; onPing(payload: string): void; onClosed(): void },
  ) {
    this.#down = new Channel(simulation, `${edge.name} → ${gateway.name}`, () => gateway.isRunning && isReading());
    this.#up = new Channel(simulation, `${gateway.name} → ${edge.name}`, () => edge.isRunning && !this.#isReadPaused);
    edge.onDeath(() => this.#reset());
    gateway.onDeath(() => this.gatewayGone());
    this.edgeSide = this.#likeWs();
  }

  /** The gateway sends something; false: the connection is gone, or a fault has struck. */
  sendUp(event: 'message' | 'pong', data: string): void {
    if (!this.#isGatewayOpen) return;
    const fault = this.gateway.strike(event);
    if (fault === 'crash before' || fault === 'lost') return fault === 'lost' ? this.cut() : undefined;
    this.#up.send(event === 'pong' ? `pong ${data}` : `ack ${data.slice(0, 200)}`, () =>
      this.edge.run(() => {
        if (event === 'message') this.acksRead.push(data);
        this.#events.emit(event, Buffer.from(data), false);
      }),
    );
    if (fault === 'crash after') this.gateway.crash();
    else if (fault === 'unanswered') this.cut();
  }

  /** The link breaks. With `isUnnoticed` the edge goes on writing to nobody. */
  cut(isUnnoticed = false): void {
    this.#gatewaySideGone();
    if (isUnnoticed) this.#up.drop();
    else this.gatewayGone();
  }

  /** The gateway's end of the connection is closed; what it sent before still arrives. */
  gatewayGone(): void {
    this.#isGatewayOpen = false;
    this.#down.end();
    this.#up.send('closed', () => this.#edgeClosed(1006));
  }

  #gatewaySideGone(): void {
    if (!this.#isGatewayOpen) return;
    this.#isGatewayOpen = false;
    this.#down.end();
    if (this.gateway.isAlive) this.gateway.run(() => setTimeout(() => this.reader.onClosed(), 1));
  }

  #edgeClosed(code: number): void {
    if (!this.#isEdgeOpen) return;
    this.#isEdgeOpen = false;
    this.#up.end();
    this.edge.run(() => this.#events.emit('close', code));
  }

  /** The edge's end is gone without a word; the gateway notices. */
  #reset(): void {
    this.#isEdgeOpen = false;
    this.#up.end();
    this.#gatewaySideGone();
  }

  #likeWs(): WebSocket {
    const socket = this;
    const write = (label: string, bytes: number, work: () => void) => {
      if (!this.#isEdgeOpen) return;
      const fault = this.edge.strike(label);
      if (fault === 'crash before' || fault === 'lost') return fault === 'lost' ? this.cut() : undefined;
      this.#bufferedBytes += bytes;
      this.#down.send(label, () => {
        this.#bufferedBytes -= bytes;
        this.gateway.run(work);
      });
      if (fault === 'crash after') this.edge.crash();
      else if (fault === 'unanswered') this.cut();
    };
    return Object.assign(this.#events, {
      get bufferedAmount() {
        return socket.#bufferedBytes;
      },
      get isPaused() {
        return socket.#isReadPaused;
      },
      send: (frame: string | Uint8Array) => {
        const text = typeof frame === 'string' ? frame : Buffer.from(frame).toString();
        this.batches.at(-1)?.push(text);
        write(`frame ${text.slice(0, 200)}`, text.length, () => this.reader.onFrame(text));
      },
      ping: (payload: string, _mask?: boolean, written?: () => void) => {
        write(`ping ${payload}`, payload.length, () => {
          // Taken by the network when it is read: then there is room again.
          if (written) this.#up.send('written', () => this.edge.run(written));
          this.reader.onPing(payload);
        });
      },
      close: (code: number) => {
        write(`close ${code}`, 0, () => {
          this.#gatewaySideGone();
          this.#up.send('closed', () => this.#edgeClosed(code));
        });
      },
      terminate: () => {
        this.#gatewaySideGone();
        setTimeout(() => this.#edgeClosed(1006), 1);
      },
      pause: () => {
        this.#isReadPaused = true;
      },
      resume: () => {
        this.#isReadPaused = false;
      },
    }) as unknown as WebSocket;
  }
}

/** What a gateway finds outside of itself. */
export interface Surroundings {
  readonly simulation: Simulation;
  /** Dials an edge, the next one each time; calls back with whether it was let in. */
  dial(gateway: ModelGateway, socketOf: (edge: SimulatedProcess) => SimulatedSocket, onAnswer: (isIn: boolean) => void): void;
  fetchContent(gateway: ModelGateway, ...asked: Parameters<InternalApi['fetchContent']>): Promise<string>;
}

export function newGateway(identity: SeededGateway, surroundings: Surroundings, name: string): ModelGateway {
  const gateway: ModelGateway = {
    identity,
    store: memoryStore(),
    handled: [],
    process: new SimulatedProcess(surroundings.simulation, name),
    connection: undefined,
  };
  runGateway(gateway, surroundings);
  return gateway;
}

const retryMs = 1_000;

/** A gateway's process: one connection at a time, frames handled one after the other, each ping echoed only when it is read. */
export function runGateway(gateway: ModelGateway, surroundings: Surroundings): void {
  const { process, store } = gateway;
  const api: Pick<InternalApi, 'fetchContent' | 'secretValue'> = {
    fetchContent: (...asked) => surroundings.fetchContent(gateway, ...asked),
    secretValue: () => Promise.reject(new Error('the model has no secrets')),
  };
  let isHandling = false;

  function connect(): void {
    gateway.connection = undefined;
    surroundings.dial(gateway, socketTo, (isIn) => {
      if (!isIn) setTimeout(connect, retryMs);
    });
  }

  function socketTo(edge: SimulatedProcess): SimulatedSocket {
    const socket: SimulatedSocket = new SimulatedSocket(surroundings.simulation, edge, process, () => !isHandling, {
      onFrame: (frame) => void handle(frame, socket),
      onPing: (payload) => socket.sendUp('pong', payload),
      // The first attempt is at once (gateway protocol 1.9).
      onClosed: () => gateway.connection === socket && connect(),
    });
    gateway.connection = socket;
    return socket;
  }

  async function handle(frame: string, socket: SimulatedSocket): Promise<void> {
    const event = readFrame(frame);
    if ('ignored' in event) return;
    isHandling = true;
    const { outcome, ack } = await handleEvent(event, { store, api });
    const held = store.artifacts().find(({ id }) => id === event.artifactId);
    gateway.handled.push({
      correlationId: event.correlationId,
      artifactId: event.artifactId,
      type: event.type,
      outcome,
      ack,
      socket,
      serves: held?.desiredState === 'DEPLOYED' ? held.correlationId : undefined,
    });
    surroundings.simulation.log(`${process.name} has handled ${event.type} ${event.correlationId.slice(-6)}: ${outcome}`);
    if (ack !== undefined) socket.sendUp('message', ack);
    isHandling = false;
  }

  process.run(connect);
}
