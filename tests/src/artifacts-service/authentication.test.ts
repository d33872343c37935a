import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
beforeAll(async () => {
  parts = await startParts({ LOG_LEVEL: 'trace' });
});
afterAll(() => parts?.stop());

const deployments = (token?: string) =>
  fetch(`${parts.url}/deployments`, { headers: token === undefined ? {} : { 'api-key': token } });

test('a request without the api-key header is told which header is missing', async () => {
  const answer = await deployments();
  expect(answer.status).toBe(401);
  expect(await answer.json()).toEqual({
    code: 401,
    message: 'Unauthorized',
    description: "API key is required. Provide 'api-key' header.",
  });
});

test('an unknown token is refused', async () => {
  const answer = await deployments('nobody-has-this');
  expect(answer.status).toBe(401);
  expect(await answer.json()).toEqual({ code: 401, message: 'Unauthorized', description: 'Invalid or expired API key' });
});

test('a token works until it is revoked', async () => {
  const gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
  expect((await deployments(gateway.token)).status).toBe(200);
  await parts.database.query(sql`UPDATE gateway_tokens SET revoked_at = now() WHERE id = ${gateway.tokenId}`);
  expect((await deployments(gateway.token)).status).toBe(401);
});

test('the token never reaches the log', async () => {
  const { token } = await seedGateway(parts.database, await seedOrganization(parts.database));
  await deployments(token);
  await deployments('a-secret-nobody-may-read');
  await parts.service.logged('answered');
  expect(JSON.stringify(parts.service.log)).not.toMatch(new RegExp(`${token}|a-secret-nobody-may-read`));
});
