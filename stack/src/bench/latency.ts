import { readFileSync } from 'node:fs';
import { hear, openConnection as openBroker } from '@gatecast/broker';
import { nowMs, type Receipt, type ReceiptsMessage, subjects } from '@gatecast/contracts';
import { defaultLimits, handleEvent, internalApi, memoryStore, openConnection, readFrame } from '@gatecast/gateway-client';
import { type ManagementClient, signIn } from '../management-client.js';
import { openSecureClient } from '../secure-client.js';
import type { Stack } from '../stack.js';
import { makeArtifacts } from './artifacts.js';
import { percentiles } from './percentiles.js';

interface LatencyLoad {
  readonly gateways: number;
  readonly artifacts: number;
  readonly deploysPerSecond: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

const load: LatencyLoad = { gateways: 100, artifacts: 10, deploysPerSecond: 50, seconds: 20, warmUpSeconds: 5 };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Measures how long a deploy through REST takes to reach its gateway, everything through the front door (TLS): an open loop of
 * deploys at a fixed rate, each to another gateway in turn, and gateways that fetch the content and ack as real ones do, all of
 * it on this machine. Times are of one clock; a deploy's way is laid out in steps from the receipts that the edge publishes.
 */
export async function measureLatency(stack: Stack, progress: (line: string) => unknown) {
  const client = openSecureClient(stack.endpoints.caFile);
  const api = await signIn(client, { url: stack.endpoints.frontDoor, ...stack.credentials });
  const artifacts = await makeArtifacts(api, load.artifacts);
  for (let n = 0; n < load.gateways; n += 1) await api.createGateway(gatewayName(n));
  progress(`${load.artifacts} artifacts and ${load.gateways} gateways made`);
  /** When each event's frame was in the gateway's hands, by correlation id. */
  const framedAt = new Map<string, number>();
  const receipts: Receipt[] = [];
  const broker = openBroker({ url: stack.endpoints.natsUrl, name: 'bench', onStatus: () => undefined });
  await hear<ReceiptsMessage>(
    broker,
    subjects.receipts,
    (message) => receipts.push(...message.receipts),
    () => undefined,
  );

  const gateways = await connectGateways(stack, api, framedAt);
  progress(`${gateways.length} gateways connected`);
  const rest: number[] = [];
  let refused = 0;

  const run = async (seconds: number, onAnswer: (ms: number) => void) => {
    const pending: Promise<void>[] = [];
    const began = performance.now();
    for (let n = 0; n < seconds * load.deploysPerSecond; n += 1) {
      const due = began + (n * 1_000) / load.deploysPerSecond;
      if (due > performance.now()) await wait(due - performance.now());
      // The answer's time counts from when the request was due, so that a stall shows in all that it held up.
      const gateway = gateways[n % gateways.length]?.name ?? '';
      const artifact = artifacts[Math.floor(n / gateways.length) % artifacts.length] ?? '';
      pending.push(
        api.deploy('RestApi', artifact, gateway).then(
          () => onAnswer(performance.now() - due),
          () => {
            refused += 1;
          },
        ),
      );
    }
    await Promise.all(pending);
  };

  await run(load.warmUpSeconds, () => undefined);
  await wait(1_000);
  receipts.length = 0;
  framedAt.clear();
  progress(`${load.deploysPerSecond} deploys/s for ${load.seconds} s …`);
  await run(load.seconds, (ms) => rest.push(ms));
  const expected = load.seconds * load.deploysPerSecond - refused;
  for (let waited = 0; waited < 10_000 && receipts.length < expected; waited += 100) await wait(100);

  for (const gateway of gateways) await gateway.stop();
  await broker.close();
  client.close();
  const step = (from: keyof Receipt, to: keyof Receipt) =>
    percentiles(receipts.map((one) => Number(one[to]) - Number(one[from])));
  return {
    load,
    deploys: { accepted: rest.length, refused, receipts: receipts.length },
    millisecondsOf: {
      restAnswer: percentiles(rest),
      commitToFrameAtGateway: percentiles(
        receipts.flatMap(({ correlationId, committedAtMs }) => {
          const at = framedAt.get(correlationId);
          return at === undefined ? [] : [at - committedAtMs];
        }),
      ),
      steps: {
        commitToPublished: step('committedAtMs', 'publishedAtMs'),
        publishedToHeardByEdge: step('publishedAtMs', 'heardAtMs'),
        heardToWritten: step('heardAtMs', 'writtenAtMs'),
        writtenToReceipt: step('writtenAtMs', 'receiptAtMs'),
      },
    },
    targets: { commitToFrameAtGateway: { p50: 5, p99: 30 }, restAnswer: { p99: 50 } },
  };
}

async function connectGateways(stack: Stack, api: ManagementClient, framedAt: Map<string, number>) {
  const gateways = [];
  for (let n = 0; n < load.gateways; n += 1) {
    const name = gatewayName(n);
    const { token } = await api.createToken(name);
    const controlPlane = { url: new URL(stack.endpoints.frontDoor), token, ca: readFileSync(stack.endpoints.caFile, 'utf8') };
    const store = memoryStore();
    const content = internalApi(controlPlane);
    let connected: () => void = () => undefined;
    const isConnected = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const connection = openConnection({
      controlPlane,
      limits: defaultLimits,
      log: silent,
      onConnected: connected,
      onFrame: async (frame, send) => {
        const at = nowMs();
        const event = readFrame(frame);
        framedAt.set(event.correlationId, at);
        if ('ignored' in event) return;
        const { ack } = await handleEvent(event, { store, api: content });
        if (ack !== undefined) await send(ack);
      },
    });
    await isConnected;
    gateways.push({
      name,
      async stop() {
        content.close();
        await connection.stop();
      },
    });
  }
  return gateways;
}

function gatewayName(n: number): string {
  return `gateway-${String(n).padStart(3, '0')}`;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
