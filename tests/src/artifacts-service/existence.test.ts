import { newId, sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SeededGateway, seedArtifact, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

let parts: Parts;
let gateway: SeededGateway;
beforeAll(async () => {
  parts = await startParts();
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(() => parts?.stop());

const ask = (body: unknown) =>
  fetch(`${parts.url}/artifacts/exists`, {
    method: 'POST',
    headers: { 'api-key': gateway.token, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('there is one row per id asked, in the order asked, duplicates included', async () => {
  const one = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  const two = await seedArtifact(parts.database, gateway.organizationId, 'Mcp');
  const unknown = newId();
  const asked = [two.artifactId, unknown, one.artifactId, two.artifactId, unknown, one.artifactId.toUpperCase()];
  const answer = await ask({ artifactIds: asked });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    artifacts: [true, false, true, true, false, true].map((exists, index) => ({ artifactId: asked[index], exists })),
  });
});

test('what is malformed, foreign or deleted does not exist', async () => {
  const foreign = await seedArtifact(parts.database, await seedOrganization(parts.database), 'RestApi');
  const deleted = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
  await parts.database.query(sql`DELETE FROM artifacts WHERE id = ${deleted.artifactId}`);
  const asked = ['', 'not-a-uuid', '\u0000', `{${newId()}}`, foreign.artifactId, deleted.artifactId];
  const answer = await ask({ artifactIds: asked });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ artifacts: asked.map((artifactId) => ({ artifactId, exists: false })) });
});

test('10,000 ids are answered in one request', async () => {
  const { artifactId } = await seedArtifact(parts.database, gateway.organizationId, 'LlmProxy');
  const asked = [...Array.from({ length: 9_999 }, () => newId()), artifactId];
  const answer = await ask({ artifactIds: asked });
  expect(answer.status).toBe(200);
  const { artifacts } = (await answer.json()) as { artifacts: { artifactId: string; exists: boolean }[] };
  expect(artifacts.map((row) => row.artifactId)).toEqual(asked);
  expect(artifacts.filter(({ exists }) => exists)).toEqual([{ artifactId, exists: true }]);
});

test.each([10_001, 40_000])('%i ids are refused with the limit in the message', async (count) => {
  const answer = await ask({ artifactIds: Array.from({ length: count }, () => newId()) });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({
    code: 413,
    message: 'Payload Too Large',
    description: expect.stringContaining('10000'),
  });
});

test('asking for nothing is answered with nothing', async () => {
  expect(await (await ask({ artifactIds: [] })).json()).toEqual({ artifacts: [] });
});

test.each([
  ['{"artifactIds":', 'not valid JSON'],
  ['{}', 'artifactIds'],
  ['{"artifactIds":"x"}', 'artifactIds'],
  ['{"artifactIds":[7]}', 'artifactIds.0'],
])('the body %s is refused, saying what does not fit', async (body, named) => {
  const answer = await ask(body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 400, message: 'Bad Request', description: expect.stringContaining(named) });
});
