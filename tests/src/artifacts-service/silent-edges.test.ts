import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedGateway, seedOrganization } from './seed.js';
import { type Parts, type Service, startParts, startService } from './setup.js';

let parts: Parts;
let replica: Service;
beforeAll(async () => {
  parts = await startParts();
  replica = await startService({ DATABASE_URL: parts.databaseUrl, NATS_URL: parts.natsServer.url });
});
afterAll(async () => {
  await replica?.stop();
  await parts?.stop();
});

test('edges that fell silent are removed with their connections, by whichever replica, and the others stay', async () => {
  const { gatewayId } = await seedGateway(parts.database, await seedOrganization(parts.database));
  const seedEdge = async (heardAt: string) => {
    const id = newId();
    await parts.database.query(sql`
      WITH edge AS (INSERT INTO edges (id, heard_at) VALUES (${id}, now() + ${heardAt}::interval) RETURNING id)
      INSERT INTO gateway_connections (id, edge_id, gateway_id, remote_address, connected_at)
      SELECT ${newId()}, id, ${gatewayId}, '192.0.2.7', now() FROM edge`);
    return id;
  };
  const heard = await seedEdge('1 hour');
  for (let n = 0; n < 20; n += 1) await seedEdge('-1 hour');

  const left = () =>
    parts.database.query(sql`SELECT e.id, c.edge_id FROM edges e FULL JOIN gateway_connections c ON c.edge_id = e.id`);
  await expect.poll(left, { timeout: 20_000 }).toEqual([{ id: heard, edge_id: heard }]);
  expect([...parts.service.log, ...replica.log].filter(({ msg }) => msg === 'silent edges could not be removed')).toEqual([]);
});
