import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from '@gatecast/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { type EdgeWorld, openWorld, type TestGateway } from '../ws-edge/world.js';

let world: EdgeWorld;
beforeAll(async () => {
  world = await openWorld({ settings: {} });
});
afterAll(() => world?.close());

const example = JSON.parse(readFileSync(path.join(projectFolder, 'examples/llm-provider.json'), 'utf8'));
const read = async (gateway: TestGateway, target: string) => {
  const { status, text } = await world.client.ask(`${world.stack.endpoints.frontDoor}/api/internal/v1${target}`, {
    headers: { 'api-key': gateway.token },
  });
  return { status, body: JSON.parse(text) };
};

test('a new value reaches a connected gateway: it is made to connect anew, reads it, and is told to deploy again', async () => {
  const { api, edges } = world;
  await api.send('POST', '/api/v0.9/secrets', { id: 'provider-key', displayName: 'Key', value: 'sk-first' });
  const auth = { type: 'api-key', header: 'Authorization', value: 'Bearer {{ secret "provider-key" }}' };
  await api.createArtifact('LlmProvider', { ...example, upstream: { main: { ...example.upstream.main, auth } } });

  const [gateway, other] = [await world.newGateway(), await world.newGateway()];
  const [connection, otherConnection] = [await world.dial(edges[0], gateway), await world.dial(edges[0], other)];
  await api.deploy('LlmProvider', example.id, gateway.id);
  const [first] = await connection.received(1);
  expect(await read(gateway, '/secrets/provider-key/value')).toEqual({ status: 200, body: { value: 'sk-first' } });
  expect((await read(other, '/secrets/provider-key/value')).status).toBe(404);
  const before = (await read(gateway, '/secrets')).body.list[0];
  connection.ack(first);
  connection.answerPings();
  connection.receipt();
  await until(() => world.confirmedBy(gateway)).toBeGreaterThan(0);

  await api.send('PUT', '/api/v0.9/secrets/provider-key', { displayName: 'Key', value: 'sk-second' });
  await until(() => connection.closed()).toEqual({ code: 1012, reason: 'secrets changed' });
  expect(otherConnection.closed()).toBeUndefined();

  const again = await world.dial(edges[1], gateway);
  again.answerPings();
  const after = (await read(gateway, '/secrets')).body.list[0];
  expect([after.handle, after.hash === before.hash]).toEqual(['provider-key', false]);
  expect((await read(gateway, '/secrets/provider-key/value')).body).toEqual({ value: 'sk-second' });
  await until(() => again.events().map(({ type }) => type)).toEqual(['llmprovider.deployed']);
  const [second] = again.events();
  expect(second.payload.deploymentId).toBe(first.payload.deploymentId);
  expect(Date.parse(second.payload.performedAt)).toBeGreaterThan(Date.parse(first.payload.performedAt));
  expect(second.correlationId).not.toBe(first.correlationId);
  again.ack(second);
  again.receipt();
  await until(async () => (await api.deployment('LlmProvider', example.id, second.payload.deploymentId)).status).toBe('DEPLOYED');
  expect(otherConnection.closed()).toBeUndefined();
});
