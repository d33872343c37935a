import { rmSync } from 'node:fs';
import path from 'node:path';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../until.js';
import { type EdgeWorld, openWorld } from '../ws-edge/world.js';

let world: EdgeWorld;
beforeAll(async () => {
  world = await openWorld({});
});
afterAll(async () => {
  await world?.cutAll();
  await world?.close();
});

test('a database that is set back while the broker is wiped and api-service is away is noticed by what the edges have heard', async () => {
  const { stack, database, edges } = world;
  const gateway = await world.newGateway();
  const before = await world.dial(edges[0], gateway);
  before.answerPings();
  const kept = await world.deploy(gateway);
  await before.received(1);
  before.ack(before.events()[0]);
  await until(kept.status).toBe('DEPLOYED');
  const lost = await world.deploy(gateway);
  await before.received(2);
  before.ack(before.events()[1]);
  await until(lost.status).toBe('DEPLOYED');

  const api = stack.service('api-service-1');
  await api.kill('SIGKILL');
  await stack.natsServer?.kill('SIGKILL');
  rmSync(path.join(stack.dataFolder, 'nats', 'jetstream'), { recursive: true });
  await database.query(sql`DELETE FROM artifact_gateways WHERE deployment_id = ${lost.deploymentId}`);
  await database.query(sql`DELETE FROM deployments WHERE id = ${lost.deploymentId}`);
  await database.query(sql`DELETE FROM events WHERE revision > 1`);
  await database.query(sql`UPDATE organization_heads SET revision = 1`);
  await database.query(sql`UPDATE published_heads SET revision = 1`);
  await stack.natsServer?.start();
  await api.start();

  await until(before.closed).toMatchObject({ code: 1012, reason: 'log epoch changed' });
  const after = await world.dial(edges[0], gateway);
  const { payload } = before.events()[0];
  await until(() => after.events()).toContainEqual(
    expect.objectContaining({
      type: 'api.deployed',
      payload: expect.objectContaining({ apiId: payload.apiId, deploymentId: payload.deploymentId }),
    }),
  );
});
