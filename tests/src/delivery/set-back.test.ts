import { rmSync } from 'node:fs';
import path from 'node:path';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, test } from 'vitest';
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
  for (let n = 1; n <= 3; n += 1) {
    const { status } = await world.deploy(gateway);
    await before.received(n);
    before.ack(before.events()[n - 1]);
    await until(status).toBe('DEPLOYED');
  }
  const [kept, deployedLater, madeLater] = before.events().map(({ payload }) => payload);

  const api = stack.service('api-service-1');
  await api.kill('SIGKILL');
  await stack.natsServer?.kill('SIGKILL');
  rmSync(path.join(stack.dataFolder, 'nats', 'jetstream'), { recursive: true });
  const later = [deployedLater.deploymentId, madeLater.deploymentId];
  await database.query(sql`DELETE FROM artifact_gateways WHERE deployment_id = ANY(${later}::uuid[])`);
  await database.query(sql`DELETE FROM deployments WHERE id = ANY(${later}::uuid[])`);
  await database.query(sql`DELETE FROM artifacts WHERE id = ${madeLater.apiId}`);
  await database.query(sql`DELETE FROM events WHERE revision > 1`);
  await database.query(sql`UPDATE organization_heads SET revision = 1`);
  await database.query(sql`UPDATE published_heads SET revision = 1`);
  await stack.natsServer?.start();
  await api.start();

  await until(before.closed).toMatchObject({ code: 1012, reason: 'log epoch changed' });
  const after = await world.dial(edges[0], gateway);
  const changes = () => after.events().map(({ type, payload }) => ({ type, apiId: payload.apiId }));
  await until(changes).toContainEqual({ type: 'api.deployed', apiId: kept.apiId });
  // The database knows nothing of these, and the stream is gone: what the edges have heard is all there is.
  await until(changes).toContainEqual({ type: 'api.undeployed', apiId: deployedLater.apiId });
  await until(changes).toContainEqual({ type: 'api.deleted', apiId: madeLater.apiId });
});
