import { subjects } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArtifactsService, askArtifactsService } from '../../../services/ws-edge/dist/artifacts-service.js';
import { seedEvent, seedGateway, seedOrganization } from '../artifacts-service/seed.js';
import { type Parts, startParts } from '../artifacts-service/setup.js';

let parts: Parts;
let artifactsService: ArtifactsService;
const asked: string[] = [];
beforeAll(async () => {
  parts = await startParts();
  artifactsService = askArtifactsService(parts.broker);
  parts.broker.live().subscribe(subjects.eventLog, { callback: (_error, message) => void asked.push(message.string()) });
});
afterAll(() => parts?.stop());

const bytesMax = 1024 * 1024;

test('gateways that missed events at the same time read the log together, and each gets what follows its own position', async () => {
  const organizationId = await seedOrganization(parts.database, 300);
  const gatewayIds: string[] = [];
  for (let n = 0; n < 100; n += 1) gatewayIds.push((await seedGateway(parts.database, organizationId)).gatewayId);
  // Revisions 1 to 100: one for each gateway; 101 for all; 102 to 201: another for each.
  for (let revision = 1; revision <= 201; revision += 1) {
    const gatewayId = revision === 101 ? null : (gatewayIds[(revision - 1) % 101] ?? null);
    await seedEvent(parts.database, { organizationId, gatewayId, revision, frame: '{}' });
  }

  asked.length = 0;
  // Those with an odd number have already handled their first event.
  const stretches = await Promise.all(
    gatewayIds.map((gatewayId, n) => artifactsService.read(organizationId, gatewayId, n % 2 === 0 ? 0 : n + 1, 200, bytesMax)),
  );
  expect(stretches).toMatchObject(
    gatewayIds.map((gatewayId, n) => {
      const own = [n + 1, n + 102].filter((revision) => (n % 2 === 0 || revision > n + 1) && revision <= 200);
      const events = [...own.map((revision) => ({ revision, gatewayId })), { revision: 101, gatewayId: null }];
      return { through: 200, events: events.sort((a, b) => a.revision - b.revision) };
    }),
  );
  expect(asked).toHaveLength(1);
});

test('one that was away longer than the log goes back is told so, those who read with it get theirs', async () => {
  const organizationId = await seedOrganization(parts.database, 5);
  const [longAway, shortAway] = [
    await seedGateway(parts.database, organizationId),
    await seedGateway(parts.database, organizationId),
  ];
  for (const revision of [4, 5]) await seedEvent(parts.database, { organizationId, gatewayId: null, revision, frame: '{}' });
  await parts.database.query(sql`UPDATE organization_heads SET trimmed_through = 3 WHERE organization_id = ${organizationId}`);
  const [first, second] = await Promise.all([
    artifactsService.read(organizationId, longAway.gatewayId, 2, 5, bytesMax),
    artifactsService.read(organizationId, shortAway.gatewayId, 3, 5, bytesMax),
  ]);
  expect(first).toBe('trimmed');
  expect(second).toMatchObject({ through: 5, events: [{ revision: 4 }, { revision: 5 }] });
});

test('none waits for the long past of another', async () => {
  const organizationId = await seedOrganization(parts.database, 9_000);
  const [longAway, shortAway] = [
    await seedGateway(parts.database, organizationId),
    await seedGateway(parts.database, organizationId),
  ];
  await parts.database.query(sql`
    INSERT INTO events (organization_id, revision, id, gateway_id, entity_type, entity_id, action, type, frame, committed_at)
    SELECT ${organizationId}, n, gen_random_uuid(), NULL, 'artifact', gen_random_uuid(), 'CREATE', 'api.deployed', '{}', now() FROM generate_series(1, 9000) AS n`);
  const [long, short] = await Promise.all([
    artifactsService.read(organizationId, longAway.gatewayId, 0, 9_000, bytesMax),
    artifactsService.read(organizationId, shortAway.gatewayId, 8_999, 9_000, bytesMax),
  ]);
  expect(long).toMatchObject({ through: 9_000 });
  expect(long !== 'trimmed' && long.events).toHaveLength(9_000);
  expect(short).toMatchObject({ through: 9_000, events: [{ revision: 9_000 }] });
});

test('tokens that are asked for together are answered each for itself', async () => {
  const organizationId = await seedOrganization(parts.database, 0);
  const gateways = [];
  for (let n = 0; n < 5; n += 1) gateways.push(await seedGateway(parts.database, organizationId));
  const hashes = gateways.flatMap(({ tokenHash }) => [tokenHash, 'f'.repeat(64)]);
  const answers = await Promise.all(hashes.map((hash) => artifactsService.authenticate(hash)));
  expect(answers.map((answer) => answer?.gatewayId ?? null)).toEqual(gateways.flatMap(({ gatewayId }) => [gatewayId, null]));
});
