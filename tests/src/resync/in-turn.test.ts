import { type Database, openDatabase, sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTurn } from '../../../services/api-service/dist/resync/in-turn.js';
import { createResync } from '../../../services/api-service/dist/resync/resync.js';
import { seedArtifact, seedDecision, seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { createDatabase } from '../setup.js';

const connectionsMax = 4;
let database: Database;

beforeAll(async () => {
  database = openDatabase({ url: await createDatabase(), connectionsMax, onError: () => undefined });
});
afterAll(() => database.close());

/** Gateways of one organization without a cursor, each of which shall not serve one artifact. */
async function seedGateways(count: number): Promise<string[]> {
  const organizationId = await seedOrganization(database);
  const artifact = await seedArtifact(database, organizationId, 'Mcp');
  const gatewayIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const gateway = await seedGateway(database, organizationId);
    await seedDecision(database, artifact, gateway, {
      deploymentId: null,
      desiredState: 'UNDEPLOYED',
      performedAt: '2026-01-01T00:00:00Z',
    });
    gatewayIds.push(gateway.gatewayId);
  }
  return gatewayIds;
}

test('all gateways at once leave connections to others, and each is resynced once though it asks again meanwhile', async () => {
  const gatewayIds = await seedGateways(50);
  const resync = createResync({ database, logger: createLogger('test', 'silent'), wakeRelay: () => undefined });
  let underWay = 0;
  let atOnce = 0;
  const ask = inTurn(async (gatewayId) => {
    underWay += 1;
    atOnce = Math.max(atOnce, underWay);
    return resync(gatewayId).finally(() => {
      underWay -= 1;
    });
  });

  const [answers, again] = await Promise.all([Promise.all(gatewayIds.map(ask)), Promise.all(gatewayIds.map(ask))]);

  expect(again).toEqual(answers);
  expect(atOnce).toBeLessThan(connectionsMax);
  const issued = await database.query(sql`SELECT gateway_id, count(*) AS count FROM events GROUP BY gateway_id`);
  expect(issued).toHaveLength(gatewayIds.length);
  expect(new Set(issued.map(({ count }) => count))).toEqual(new Set([1]));
});

test('a resync that failed is begun anew when it is asked for again', async () => {
  const [gatewayId = ''] = await seedGateways(1);
  const resync = createResync({ database, logger: createLogger('test', 'silent'), wakeRelay: () => undefined });
  let attempts = 0;
  const ask = inTurn(async (id) => {
    attempts += 1;
    if (attempts === 1) throw new Error('The database cannot be asked.');
    return resync(id);
  });

  await expect(ask(gatewayId)).rejects.toThrow();
  expect(await ask(gatewayId)).toMatchObject({ cursor: 0 });
});
