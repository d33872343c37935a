import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { connect } from '../ws-edge/raw-gateway.js';
import { type CollectedSpan, type Collector, startCollector, treeOf } from './collector.js';
import { type Caller, startTracedStack, type TracedStack } from './traced-stack.js';

const route = 'POST /api/v0.9/rest-apis/:artifactId/deployments';

let traced: TracedStack;

describe('with a collector', () => {
  let collector: Collector;

  beforeAll(async () => {
    collector = await startCollector();
    traced = await startTracedStack({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '20' });
  }, 300_000);
  afterAll(async () => {
    await traced?.stop();
    await collector?.close();
  });

  /** Resolves with a trace as soon as it is this tree below the caller's span, whatever order its spans came in. */
  async function wholeTrace({ traceId, spanId }: Caller, tree: object): Promise<readonly CollectedSpan[]> {
    await until(() => treeOf(collector.trace(traceId), spanId)).toEqual(tree);
    return collector.trace(traceId);
  }
  const named = (spans: readonly CollectedSpan[], name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect(found).toHaveLength(1);
    return found[0] as CollectedSpan;
  };

  test('one trace leads from the request through event log, broker, edge and gateway to the applied ack', async () => {
    await traced.restApi('whole');
    const caller = await traced.deploy('whole', 'agent');
    const spans = await wholeTrace(caller, {
      [`api-service: ${route}`]: {
        'api-service: commit': {
          'api-service: publish api.deployed': { 'ws-edge: deliver api.deployed': {} },
          'artifacts-service: serve content': {},
          'gateway-agent: handle api.deployed': {},
          'api-service: apply ack': {},
        },
      },
    });

    const request = named(spans, route);
    const commit = named(spans, 'commit');
    const publish = named(spans, 'publish api.deployed');
    const deliver = named(spans, 'deliver api.deployed');
    const serve = named(spans, 'serve content');
    const handle = named(spans, 'handle api.deployed');
    const ack = named(spans, 'apply ack');
    // All on one machine, so by one clock; that of the gateway's record has whole milliseconds.
    const millisecondMs = 2;
    for (const span of spans) expect(span.endMs).toBeGreaterThanOrEqual(span.startMs);
    expect(commit.startMs).toBeGreaterThanOrEqual(request.startMs);
    expect(commit.endMs).toBeLessThanOrEqual(request.endMs);
    expect(deliver.startMs).toBeGreaterThanOrEqual(publish.startMs);
    expect(handle.startMs).toBeGreaterThanOrEqual(deliver.startMs - millisecondMs);
    expect(handle.endMs).toBeLessThanOrEqual(deliver.endMs + millisecondMs);
    expect(serve.startMs).toBeGreaterThanOrEqual(handle.startMs - millisecondMs);
    expect(serve.endMs).toBeLessThanOrEqual(handle.endMs + millisecondMs);
    expect(ack.endMs).toBeGreaterThanOrEqual(handle.startMs);

    expect(request.attributes).toMatchObject({ 'http.route': route.slice(5), 'http.response.status_code': 201 });
    expect(deliver.moments).toEqual(['written']);
    expect(handle.attributes['gatecast.outcome']).toBe('applied');
    expect(ack.attributes['gatecast.status']).toBe('DEPLOYED');
    expect(spans.filter(({ isError }) => isError)).toEqual([]);
    const event = publish.attributes['gatecast.correlation_id'];
    for (const span of [deliver, serve, handle, ack]) expect(span.attributes['gatecast.correlation_id']).toBe(event);
  });

  test('a request that is safe to repeat is in its trace like any other', async () => {
    await traced.restApi('repeated');
    const caller = await traced.deploy('repeated', 'agent', { headers: { 'idempotency-key': 'once' } });
    await until(() => Object.keys(treeOf(collector.trace(caller.traceId), caller.spanId))).toEqual([`api-service: ${route}`]);
    const request = named(collector.trace(caller.traceId), route);
    await until(() => Object.keys(treeOf(collector.trace(caller.traceId), request.spanId))).toEqual(['api-service: commit']);
  });

  test('a gateway that refuses leaves the reason, and no frame tells a gateway of the trace', async () => {
    await traced.restApi('refused');
    const gateway = await connect(traced.stack.endpoints.wsEdges[0] as string, await traced.gateway('refusing'));
    gateway.refuseAll();
    const caller = await traced.deploy('refused', 'refusing');
    await until(() => collector.trace(caller.traceId).map(({ name }) => name)).toContain('apply ack');
    const ack = named(collector.trace(caller.traceId), 'apply ack');
    expect([ack.isError, ack.attributes['gatecast.status']]).toEqual([true, 'FAILED']);

    const { traceId } = caller;
    const spanIds = collector.trace(traceId).map(({ spanId }) => spanId);
    const frames = JSON.stringify(gateway.frames);
    expect([traceId, 'trace', ...spanIds].filter((one) => frames.includes(one))).toEqual([]);
    const [event] = gateway.events();
    expect(Object.keys(event).sort()).toEqual(['correlationId', 'payload', 'timestamp', 'type', 'userId']);
    expect(Object.keys(event.payload).sort()).toEqual(['apiId', 'deploymentId', 'performedAt']);
    await gateway.cut();
  });

  test('of an event for a whole organization the deliveries to the first twenty gateways are told', async () => {
    const edge = traced.stack.endpoints.wsEdges[0] as string;
    const gateways = [];
    for (let n = 1; n <= 24; n += 1) gateways.push(await connect(edge, await traced.gateway(`one-of-many-${n}`)));
    for (const gateway of gateways) gateway.answerPings();
    const caller = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    await traced.client.ask(`${traced.stack.endpoints.frontDoor}/api/v0.9/subscription-plans`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${traced.api.token}`,
        'content-type': 'application/json',
        traceparent: `00-${caller.traceId}-${caller.spanId}-01`,
      },
      body: JSON.stringify({ id: 'gold', displayName: 'Gold' }),
    });
    await Promise.all(gateways.map((gateway) => gateway.received(1)));
    const delivered = () => collector.trace(caller.traceId).filter(({ name }) => name.startsWith('deliver'));
    await until(() => delivered().length).toBe(20);
    // A later event of the same connections comes to the collector after whatever there was to tell of this one.
    await traced.restApi('after-many');
    const later = await traced.deploy('after-many', 'one-of-many-1');
    await until(() => collector.trace(later.traceId).some(({ name }) => name.startsWith('deliver'))).toBe(true);
    expect(delivered()).toHaveLength(20);
    expect(new Set(delivered().map(({ attributes }) => attributes['gatecast.gateway_id'])).size).toBe(20);
    await Promise.all(gateways.map((gateway) => gateway.cut()));
  });

  test('a trace that its caller does not keep is neither kept, nor stored, nor passed on', async () => {
    await traced.restApi('unkept');
    const before = await traced.traceparents();
    const caller = await traced.deploy('unkept', 'agent', { isKept: false });
    await traced.deployed('unkept', 'agent');
    const { log, stream } = await traced.traceparents();
    expect(log.slice(before.log.length)).toEqual([null]);
    expect(stream.slice(before.stream.length)).toEqual(['']);
    // What is kept meanwhile has come by then.
    await traced.restApi('kept');
    const kept = await traced.deploy('kept', 'agent');
    await until(() => collector.trace(kept.traceId).map(({ name }) => name)).toContain('apply ack');
    expect(collector.trace(caller.traceId)).toEqual([]);
    const after = await traced.traceparents();
    expect(after.log.at(-1)).toContain(kept.traceId);
    expect(after.stream.at(-1)).toContain(kept.traceId);
  });
});

describe('without a collector in the settings', () => {
  beforeAll(async () => {
    // Empty is not given, and what else there is to set turns nothing on.
    traced = await startTracedStack({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_SAMPLER: 'always_on' });
  }, 300_000);
  afterAll(() => traced?.stop());

  test('a caller that is in a trace leaves nothing of it in event log, stream and answers to gateways', async () => {
    await traced.restApi('off');
    await traced.deploy('off', 'agent');
    await traced.deployed('off', 'agent');
    expect(await traced.traceparents()).toEqual({ log: [null], stream: [''] });
    const status = await traced.client.ask(`${traced.agentUrl}/status`);
    const [event] = JSON.parse(status.text).events;
    expect(event).toMatchObject({ outcome: 'applied', handling: { ms: expect.any(Number) } });
    expect(event.handling).not.toHaveProperty('traceparent');
  });
});

describe('with a collector that is not there', () => {
  beforeAll(async () => {
    traced = await startTracedStack({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/traces',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_BSP_SCHEDULE_DELAY: '20',
    });
  }, 300_000);
  afterAll(() => traced?.stop());

  test('events reach gateways all the same, and each process says once that its traces are lost', async () => {
    const lost = 'traces are lost: the collector does not take them; all else goes on';
    const whoLost = () => [...new Set(traced.logged(lost).map(({ service }) => service))].sort();
    await traced.restApi('first');
    await traced.deploy('first', 'agent');
    await traced.deployed('first', 'agent');
    await until(whoLost).toEqual(['api-service', 'artifacts-service', 'gateway-agent', 'ws-edge']);
    // Everybody has more to lose, and api-service begins with the next one when it has given the first up.
    await traced.restApi('second');
    await traced.deploy('second', 'agent');
    await traced.deployed('second', 'agent');
    expect(traced.logged(lost)).toHaveLength(4);
    expect(traced.logged(lost)[0]).toMatchObject({ url: 'http://127.0.0.1:9/traces', reason: expect.stringMatching(/./) });
  });
});
