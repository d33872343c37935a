import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type SeededGateway, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let gateway: SeededGateway;
beforeAll(async () => {
  parts = await startParts();
});
beforeEach(async () => {
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(() => parts?.stop());

const send = (body: unknown, pathId = gateway.gatewayId) =>
  fetch(`${parts.url}/gateways/${pathId}/manifest`, {
    method: 'POST',
    headers: { 'api-key': gateway.token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const stored = async () => {
  const [row] = await parts.database.query<{ version: string; functionality_type: string; policies: unknown }>(sql`
    SELECT version, functionality_type, policies FROM gateway_manifests WHERE gateway_id = ${gateway.gatewayId}`);
  return row;
};

test('a manifest is stored with all that its policies say, and a later one replaces it', async () => {
  const policies = [
    {
      name: 'set-headers',
      version: 'v1',
      displayName: 'Set headers',
      parameters: { type: 'object' },
      managedBy: 'wso2',
      later: true,
    },
  ];
  const answer = await send({ version: '1.2.0', functionalityType: 'regular', policies, unheard: 'of' });
  expect([answer.status, await answer.text()]).toEqual([204, '']);
  expect(await stored()).toEqual({ version: '1.2.0', functionality_type: 'regular', policies });

  expect((await send({ version: '1.3.0', policies: null })).status).toBe(204);
  expect(await stored()).toEqual({ version: '1.3.0', functionality_type: null, policies: [] });
});

test("the token says whose manifest it is, whatever the path's id", async () => {
  const sibling = await seedGateway(parts.database, gateway.organizationId);
  expect((await send({ version: '1.2.0', policies: [] }, sibling.gatewayId)).status).toBe(204);
  expect((await send({ version: '1.2.1', policies: [] }, newId())).status).toBe(204);
  expect(await stored()).toMatchObject({ version: '1.2.1' });
  expect(await parts.database.query(sql`SELECT FROM gateway_manifests WHERE gateway_id = ${sibling.gatewayId}`)).toEqual([]);
});

test.each([
  ['a version that is no text', { version: 7 }],
  ['policies that are no list', { policies: {} }],
  ['a policy without a name', { policies: [{ version: 'v1' }] }],
  ['text that the database cannot hold', { policies: [{ name: 'a\u0000b', version: 'v1' }] }],
])('%s is refused and nothing is written', async (_what, body) => {
  const answer = await send(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 400, message: 'Bad Request', description: expect.any(String) });
  expect(await stored()).toBeUndefined();
});

test('a manifest larger than an API body is taken, one past its own limit is not', async () => {
  const policies = (bytes: number) => [{ name: 'large', version: 'v1', parameters: 'x'.repeat(bytes) }];
  expect((await send({ policies: policies(2 * 1024 * 1024) })).status).toBe(204);
  // Many times, since a refusal that closes the connection reaches a sender only sometimes.
  for (let n = 0; n < 20; n += 1) expect((await send({ policies: policies(5 * 1024 * 1024) })).status).toBe(413);
});
