import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openPorts } from '@gatecast/stack';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openTcpProxy, type TcpProxy } from '../../../stack/dist/chaos/tcp-proxy.js';
import { until } from '../until.js';
import { type EdgeWorld, openWorld } from './world.js';

let world: EdgeWorld;
/** Between the second edge and the broker. */
let link: TcpProxy;

beforeAll(async () => {
  const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'gatecast-revocation-'));
  // The stack chooses the same port, since it finds it remembered.
  link = await openTcpProxy(await openPorts(dataFolder).choose('nats-server'));
  world = await openWorld({ dataFolder, settings: { 'ws-edge-2': { NATS_URL: `nats://127.0.0.1:${link.port}` } } });
});
afterEach(() => world.cutAll());
afterAll(async () => {
  await world?.close();
  await link?.close();
});

// Every minute an edge asks again for all of its connections. The edges are younger than that in these tests, so that it can't be
// what closes a socket.

test('a revoked token loses its sockets on every edge at once and is refused; the other token of the gateway goes on', async () => {
  const gateway = await world.newGateway();
  const second = await world.api.createToken(gateway.id);
  const revoked = [await world.dial(world.edges[0], gateway), await world.dial(world.edges[1], gateway)];
  const kept = await world.dial(world.edges[0], second);

  await world.api.revokeToken(gateway.id, gateway.tokenId);

  for (const connection of revoked) await until(connection.closed).toMatchObject({ code: 1008 });
  expect((await world.refusal(world.edges[1], { 'api-key': gateway.token })).status).toBe(401);
  await world.deploy(gateway);
  await kept.received(1);
  expect(kept.closed()).toBeUndefined();
});

test('a deleted gateway loses its sockets on every edge at once, others do not', async () => {
  const [gateway, other] = [await world.newGateway(), await world.newGateway()];
  const gone = [await world.dial(world.edges[0], gateway), await world.dial(world.edges[1], gateway)];
  const kept = await world.dial(world.edges[1], other);

  await world.api.deleteGateway(gateway.id);

  for (const connection of gone) await until(connection.closed).toMatchObject({ code: 1008 });
  expect((await world.refusal(world.edges[0], { 'api-key': gateway.token })).status).toBe(401);
  await world.deploy(other);
  await kept.received(1);
  expect(kept.closed()).toBeUndefined();
});

test('a token that is revoked, and a gateway that is deleted, while an edge is cut off from the broker lose their sockets there when it is back', async () => {
  const [revoked, deleted, other] = [await world.newGateway(), await world.newGateway(), await world.newGateway()];
  const near = [await world.dial(world.edges[0], revoked), await world.dial(world.edges[0], deleted)];
  const far = [await world.dial(world.edges[1], revoked), await world.dial(world.edges[1], deleted)];
  const kept = await world.dial(world.edges[1], other);

  const end = link.swallow();
  await world.api.revokeToken(revoked.id, revoked.tokenId);
  await world.api.deleteGateway(deleted.id);
  for (const connection of near) await until(connection.closed).toMatchObject({ code: 1008 });
  for (const connection of far) expect(connection.closed()).toBeUndefined();
  end();

  for (const connection of far) await until(connection.closed).toMatchObject({ code: 1008 });
  await world.deploy(other);
  await kept.received(1);
  expect(kept.closed()).toBeUndefined();
});

test('an edge that is back at the broker before anybody can answer it asks until it is answered', async () => {
  const edge = world.stack.service('ws-edge-1');
  const artifactsService = world.stack.service('artifacts-service-1');
  await edge.restart();
  const gateway = await world.newGateway();
  const connection = await world.dial(edge.url, gateway);

  await world.stack.natsServer?.stop();
  await world.api.revokeToken(gateway.id, gateway.tokenId);
  await artifactsService.kill('SIGSTOP');
  try {
    await world.stack.natsServer?.start();
    await until(async () => (await world.client.ask(`${edge.url}/readyz`)).status).toBe(200);
    expect(connection.closed()).toBeUndefined();
  } finally {
    await artifactsService.kill('SIGCONT');
  }

  await until(connection.closed).toMatchObject({ code: 1008 });
});
