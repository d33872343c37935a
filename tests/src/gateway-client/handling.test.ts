import { randomUUID } from 'node:crypto';
import { type ArtifactVerb, kinds } from '@gatecast/contracts';
import { type Gateway, type GatewayStore, handleEvent, memoryStore, startGateway } from '@gatecast/gateway-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControlPlane, definition, type GatewaySocket, startControlPlane, zip } from './control-plane.js';

let controlPlane: ControlPlane;
let gateway: Gateway;
let store: GatewayStore;
let socket: GatewaySocket;

beforeEach(async () => {
  controlPlane = await startControlPlane();
  store = memoryStore();
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  gateway = startGateway({
    controlPlane: { url: controlPlane.url, token: 'a-token' },
    store,
    log: silent,
    manifest: { policies: [] },
  });
  socket = await controlPlane.connected();
});
afterEach(async () => {
  await gateway.stop();
  await controlPlane.stop();
});

/** Fails when an ack comes before the pong: the event before it was not acked. */
async function expectNoAck(): Promise<void> {
  const payload = randomUUID();
  socket.ping(payload);
  expect(await socket.next()).toEqual({ pong: payload });
}

describe.each(kinds)('$kind', ({ kind, resourceType }) => {
  const artifactId = randomUUID();
  const [d0, d1] = [randomUUID(), randomUUID()];
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second, 120));
  const change = (verb: ArtifactVerb, deploymentId?: string, performedAt?: Date, correlationId?: string) =>
    socket.change(
      { kind, verb, artifactId, ...(deploymentId !== undefined && { deploymentId }), ...(performedAt && { performedAt }) },
      correlationId,
    );
  const success = { status: 'success', artifactId, resourceType };
  const failed = { ack: { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR', artifactId } };

  async function deployed(deploymentId: string, performedAt: Date): Promise<void> {
    controlPlane.serve(kind, artifactId, definition(kind, 'orders', 'Orders', 'v1.0'));
    change('deployed', deploymentId, performedAt);
    expect(await socket.next()).toMatchObject({ ack: success });
  }

  test('a deploy is fetched, stored and acked with the instant that it named', async () => {
    const content = definition(kind, 'orders', 'Orders', 'v1.0');
    controlPlane.serve(kind, artifactId, content);
    const correlationId = change('deployed', d0, at(0));
    expect(await socket.next()).toEqual({
      ack: {
        deploymentId: d0,
        artifactId,
        resourceType,
        action: 'deploy',
        status: 'success',
        performedAt: '2026-01-01T12:00:00.12Z',
      },
    });
    expect(store.artifacts()).toEqual([
      {
        id: artifactId,
        kind,
        handle: 'orders',
        displayName: 'Orders',
        version: 'v1.0',
        deploymentId: d0,
        desiredState: 'DEPLOYED',
        deployedAtMs: at(0).getTime(),
        content,
        correlationId,
      },
    ]);
  });

  test('a deploy that is not newer than what is held changes nothing and is not acked', async () => {
    await deployed(d1, at(2));
    for (const performedAt of [at(1), at(2)]) {
      change('deployed', d0, performedAt);
      await expectNoAck();
    }
    expect(store.artifacts()).toMatchObject([{ deploymentId: d1, deployedAtMs: at(2).getTime() }]);
  });

  test('an event that comes a second time has no effect and no ack', async () => {
    await deployed(d0, at(0));
    controlPlane.serve(kind, artifactId, definition(kind, 'orders', 'Orders', 'v1.0'));
    const correlationId = change('deployed', d1, at(1));
    expect(await socket.next()).toMatchObject({ ack: success });
    change('undeployed', d1, at(2));
    expect(await socket.next()).toMatchObject({ ack: success });
    const requests = controlPlane.requests.length;
    change('deployed', d1, at(3), correlationId);
    await expectNoAck();
    expect(store.artifacts()).toMatchObject([{ desiredState: 'UNDEPLOYED' }]);
    expect(controlPlane.requests).toHaveLength(requests);
  });

  test('an undeploy keeps the definition and is acked', async () => {
    await deployed(d0, at(0));
    change('undeployed', d0, at(1));
    expect(await socket.next()).toEqual({
      ack: {
        deploymentId: d0,
        artifactId,
        resourceType,
        action: 'undeploy',
        status: 'success',
        performedAt: '2026-01-01T12:00:01.12Z',
      },
    });
    expect(store.artifacts()).toMatchObject([
      { desiredState: 'UNDEPLOYED', deploymentId: d0, content: definition(kind, 'orders', 'Orders', 'v1.0') },
    ]);
  });

  test('a restore after an undeploy serves again', async () => {
    await deployed(d0, at(0));
    change('undeployed', d0, at(1));
    await socket.next();
    await deployed(d0, at(2));
    expect(store.artifacts()).toMatchObject([{ desiredState: 'DEPLOYED', deploymentId: d0 }]);
  });

  test('an undeploy of an artifact that is not held is acked as done', async () => {
    change('undeployed', d0, at(0));
    expect(await socket.next()).toMatchObject({ ack: success });
    expect(store.artifacts()).toEqual([]);
  });

  test('an undeploy of another deployment is refused', async () => {
    await deployed(d0, at(0));
    change('undeployed', d1, at(1));
    expect(await socket.next()).toMatchObject({
      ack: { status: 'failed', errorCode: 'DEPLOYMENT_ID_MISMATCH', deploymentId: d1 },
    });
    expect(store.artifacts()).toMatchObject([{ desiredState: 'DEPLOYED', deploymentId: d0 }]);
  });

  test('an undeploy without a deployment id applies to whatever is held', async () => {
    await deployed(d0, at(0));
    change('undeployed', '', at(1));
    expect(await socket.next()).toMatchObject({ ack: { ...success, deploymentId: '' } });
    expect(store.artifacts()).toMatchObject([{ desiredState: 'UNDEPLOYED', deploymentId: d0 }]);
  });

  test('an undeploy that is not newer changes nothing and is not acked', async () => {
    await deployed(d0, at(1));
    change('undeployed', d0, at(1));
    await expectNoAck();
    expect(store.artifacts()).toMatchObject([{ desiredState: 'DEPLOYED' }]);
  });

  test('a delete removes the artifact and is never acked, held or not', async () => {
    await deployed(d0, at(0));
    change('deleted');
    await expectNoAck();
    expect(store.artifacts()).toEqual([]);
    change('deleted');
    await expectNoAck();
  });

  test('a deploy whose handle, or display name and version, another artifact has fails and leaves both as they were', async () => {
    await deployed(d0, at(0));
    const before = store.artifacts();
    const other = randomUUID();
    for (const content of [definition(kind, 'orders', 'Other', 'v2.0'), definition(kind, 'other', 'Orders', 'v1.0')]) {
      controlPlane.serve(kind, other, content);
      socket.change({ kind, verb: 'deployed', artifactId: other, deploymentId: d1, performedAt: at(1) });
      expect(await socket.next()).toMatchObject({ ack: { ...failed.ack, artifactId: other } });
    }
    expect(store.artifacts()).toEqual(before);

    controlPlane.serve(kind, other, definition(kind, 'other', 'Orders', 'v2.0'));
    socket.change({ kind, verb: 'deployed', artifactId: other, deploymentId: d1, performedAt: at(1) });
    expect(await socket.next()).toMatchObject({ ack: { status: 'success', artifactId: other } });
  });

  test('a delete frees the handle for another artifact', async () => {
    await deployed(d0, at(0));
    change('deleted');
    const other = randomUUID();
    controlPlane.serve(kind, other, definition(kind, 'orders', 'Orders', 'v1.0'));
    socket.change({ kind, verb: 'deployed', artifactId: other, deploymentId: d1, performedAt: at(1) });
    expect(await socket.next()).toMatchObject({ ack: { status: 'success', artifactId: other } });
  });

  const other = kind === 'Mcp' ? 'RestApi' : 'Mcp';
  test.each([
    ['is not found', 404],
    ['is not answered well', 503],
    ['is no archive', Buffer.from('<html>no zip</html>')],
    ['has no YAML file', zip(definition(kind, 'orders'), 'definition.json')],
    ['is not YAML', 'kind: [unclosed'],
    ['is empty', ''],
    ['is of another kind', definition(other, 'orders')],
    ['has no handle', `kind: ${kind}\nspec: { displayName: Orders, version: v1.0 }\n`],
    ['has a version that is no text', `kind: ${kind}\nmetadata: { name: orders }\nspec: { displayName: Orders, version: 1.0 }\n`],
  ])('a deploy whose content %s fails, and what was held stays', async (_, answer) => {
    await deployed(d0, at(0));
    const before = store.artifacts();
    controlPlane.serve(kind, artifactId, answer);
    const correlationId = change('deployed', d1, at(1));
    expect(await socket.next()).toMatchObject(failed);
    expect(store.artifacts()).toEqual(before);

    controlPlane.serve(kind, artifactId, definition(kind, 'orders', 'Orders', 'v1.0'));
    change('deployed', d1, at(1), correlationId);
    expect(await socket.next(), 'the same event tried again').toMatchObject({ ack: success });
  });
});

test('a deploy without a deployment id fails', async () => {
  const artifactId = randomUUID();
  controlPlane.serve('RestApi', artifactId, definition('RestApi', 'orders'));
  socket.change({ kind: 'RestApi', verb: 'deployed', artifactId, performedAt: new Date() });
  expect(await socket.next()).toMatchObject({
    ack: { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR', deploymentId: '' },
  });
});

test('instants are told apart in whole milliseconds, and acked to the last digit', async () => {
  const artifactId = randomUUID();
  controlPlane.serve('RestApi', artifactId, definition('RestApi', 'orders'));
  const deploy = (performedAt: string) =>
    socket.send(
      JSON.stringify({
        type: 'api.deployed',
        correlationId: randomUUID(),
        payload: { apiId: artifactId, deploymentId: randomUUID(), performedAt },
      }),
    );
  deploy('2026-01-01T12:00:00.123456789Z');
  expect(await socket.next()).toMatchObject({ ack: { performedAt: '2026-01-01T12:00:00.123456789Z' } });
  deploy('2026-01-01T12:00:00.123999999Z');
  await expectNoAck();
  deploy('2026-01-01T14:00:00.124+02:00');
  expect(await socket.next()).toMatchObject({ ack: { performedAt: '2026-01-01T14:00:00.124+02:00' } });
  deploy('2026-01-01T12:00:01.000Z');
  expect(await socket.next()).toMatchObject({ ack: { performedAt: '2026-01-01T12:00:01Z' } });
});

test('an artifact whose content fails does not keep the next event from being handled', async () => {
  const [missing, there] = [randomUUID(), randomUUID()];
  controlPlane.serve('Mcp', there, definition('Mcp', 'tools'));
  for (const artifactId of [missing, there])
    socket.change({ kind: 'Mcp', verb: 'deployed', artifactId, deploymentId: randomUUID(), performedAt: new Date() });
  expect(await socket.next()).toMatchObject({ ack: { artifactId: missing, status: 'failed' } });
  expect(await socket.next()).toMatchObject({ ack: { artifactId: there, status: 'success' } });
});

test('the trace of a decision comes with its content, and that of a later decision is not taken for it', async () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const [correlationId, later] = [randomUUID(), randomUUID()];
  const handle = (contentOf: string) =>
    handleEvent(
      {
        type: 'api.deployed',
        kind: 'RestApi',
        verb: 'deployed',
        artifactId: randomUUID(),
        deploymentId: randomUUID(),
        performedAt: '2026-01-01T12:00:00.120Z',
        correlationId,
      },
      {
        store: memoryStore(),
        api: {
          async fetchContent(kind, _, onTrace) {
            onTrace?.({ traceparent, correlationId: contentOf });
            return definition(kind, 'orders', 'Orders', 'v1.0');
          },
          secretValue: () => Promise.reject(new Error('Nobody asks for a secret here.')),
        },
      },
    );
  expect(await handle(correlationId)).toMatchObject({ outcome: 'applied', traceparent });
  const of = await handle(later);
  expect(of.outcome).toBe('applied');
  expect(of).not.toHaveProperty('traceparent');
});
