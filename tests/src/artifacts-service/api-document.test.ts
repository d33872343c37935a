import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

interface ApiDocument {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown }>>;
}

/** Gateway protocol 2.1, without what is not served. */
const routes = [
  'GET /internal/gateway/.well-known',
  ...['apis', 'llm-providers', 'llm-proxies', 'mcp-proxies'].map((path) => `GET /api/internal/v1/${path}/{id}`),
  ...['apis', 'llm-providers', 'llm-proxies'].map((path) => `GET /api/internal/v1/${path}/api-keys`),
  'GET /api/internal/v1/apis/{id}/subscriptions',
  'GET /api/internal/v1/subscription-plans',
  'GET /api/internal/v1/secrets',
  'GET /api/internal/v1/secrets/{handle}/value',
  'GET /api/internal/v1/deployments',
  'POST /api/internal/v1/deployments/fetch-batch',
  'POST /api/internal/v1/artifacts/exists',
  'POST /api/internal/v1/artifacts/import-gateway-artifacts',
  'POST /api/internal/v1/gateways/{id}/manifest',
];

let parts: Parts;
beforeAll(async () => {
  parts = await startParts();
});
afterAll(() => parts?.stop());

const document = async () => (await (await fetch(`${parts.url}/docs/json`)).json()) as ApiDocument;

test('the internal API has a document that validates as OpenAPI 3.1', async () => {
  const served = await document();
  expect(served.openapi).toMatch(/^3\.1\./);
  const validator = new Validator();
  expect(await validator.validate(served as never)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('the document has every route', async () => {
  const { paths } = await document();
  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual([...routes].sort());
});

test('every route of a gateway is documented with its token, 401 and 503', async () => {
  const { paths } = await document();
  for (const [path, operations] of Object.entries(paths).filter(([name]) => name.startsWith('/api/internal/v1'))) {
    for (const operation of Object.values(operations)) {
      expect(operation.security, path).toEqual([{ apiKey: [] }]);
      expect(Object.keys(operation.responses), path).toEqual(expect.arrayContaining(['401', '503']));
    }
  }
});

test('the document can be browsed', async () => {
  const page = await fetch(`${parts.url}/docs`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});

test.each([
  '/websub-apis/api-keys',
  '/webbroker-apis/api-keys',
  '/mcp-proxies/api-keys',
  '/websub-apis/0198a000-0000-7000-8000-000000000000',
])('GET %s is not served: 404', async (path) => {
  const { token } = await seedGateway(parts.database, await seedOrganization(parts.database));
  const answer = await fetch(`${parts.url}${path}`, { headers: { 'api-key': token } });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 404, message: 'Not Found' });
});

test("a gateway's own artifacts are not imported: 501, whatever the body", async () => {
  const { token } = await seedGateway(parts.database, await seedOrganization(parts.database));
  const body = new FormData();
  body.append('artifacts', new Blob([new Uint8Array(100_000)]), 'artifacts.zip');
  const answer = await fetch(`${parts.url}/artifacts/import-gateway-artifacts`, {
    method: 'POST',
    headers: { 'api-key': token },
    body,
  });
  expect(answer.status).toBe(501);
  expect(await answer.json()).toMatchObject({ code: 501, message: 'Not Implemented' });
});

test('discovery of another control plane is a 404', async () => {
  const answer = await fetch(new URL('/internal/gateway/.well-known', parts.url));
  expect(answer.status).toBe(404);
});
