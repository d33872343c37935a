import { keyedKinds, kinds, kindTraits } from '@gatecast/contracts';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, type Json, startApi } from './setup.js';

/** Management API 5.3, the groups that are served. */
const crud = (collection: string, id: string) => [
  `POST ${collection}`,
  `GET ${collection}`,
  `GET ${collection}/{${id}}`,
  `PUT ${collection}/{${id}}`,
  `DELETE ${collection}/{${id}}`,
];
const routes = [
  'POST /organizations',
  'GET /organizations',
  'GET /organizations/{organizationId}',
  ...crud('/projects', 'projectId'),
  ...crud('/gateways', 'gatewayId'),
  'GET /gateways/{gatewayId}/manifest',
  'GET /rest-apis/{artifactId}/gateways',
  'GET /llm-providers/{artifactId}/llm-proxies',
  ...crud('/secrets', 'secretId'),
  ...crud('/llm-provider-templates', 'llmProviderTemplateId'),
  'POST /llm-provider-templates/copy',
  'PATCH /llm-provider-templates/{llmProviderTemplateId}',
  'GET /gateways/{gatewayId}/tokens',
  'POST /gateways/{gatewayId}/tokens',
  'DELETE /gateways/{gatewayId}/tokens/{tokenId}',
  ...kinds.flatMap(({ collection }) => [
    ...crud(`/${collection}`, 'artifactId'),
    `POST /${collection}/{artifactId}/deployments`,
    `GET /${collection}/{artifactId}/deployments`,
    `GET /${collection}/{artifactId}/deployments/{deploymentId}`,
    `DELETE /${collection}/{artifactId}/deployments/{deploymentId}`,
    `POST /${collection}/{artifactId}/deployments/{deploymentId}/undeploy`,
    `POST /${collection}/{artifactId}/deployments/{deploymentId}/restore`,
  ]),
  ...keyedKinds.map(kindTraits).flatMap(({ collection }) => crud(`/${collection}/{artifactId}/api-keys`, 'apiKeyId')),
  'GET /deployments/{deploymentId}/wait',
  'GET /me/api-keys',
  'GET /gateway-statuses',
  'GET /gateways/{gatewayId}/status',
  'GET /gateways/{gatewayId}/artifacts',
  ...kinds.map(({ collection }) => `GET /${collection}/{artifactId}/places`),
  'GET /organization-status',
  'GET /events',
  'GET /events/{correlationId}',
  'GET /events/stream',
  ...crud('/subscription-plans', 'subscriptionPlanId'),
  ...crud('/subscriptions', 'subscriptionId'),
  ...crud('/applications', 'applicationId'),
  'GET /applications/{applicationId}/api-keys',
  'POST /applications/{applicationId}/api-keys',
  'DELETE /applications/{applicationId}/api-keys/{apiKeyId}',
].map((route) => route.replace(' ', ' /api/v0.9'));

let api: Api;
let document: Json;
beforeAll(async () => {
  api = await startApi();
  document = (await (await fetch(`${api.url}/api/v0.9/docs/json`)).json()) as Json;
});
afterAll(() => api?.stop());

const operations = () =>
  Object.entries(document.paths as Record<string, Json>).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Json>).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

test('the management API has a document that validates as OpenAPI 3.1', async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const validator = new Validator();
  expect(await validator.validate(document as never)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('the document has every route of the contract, and no other', () => {
  expect(
    operations()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...routes, 'POST /api/portal/v0.9/auth/login'].sort());
});

test('every route is documented with a tag, a summary, what it answers and its errors', () => {
  for (const { name, operation } of operations()) {
    expect(operation.tags, name).toHaveLength(1);
    expect(operation.summary, name).toMatch(/\S/);
    const statuses = Object.keys(operation.responses);
    expect(
      // What is only read says so.
      statuses.some((status) => status.startsWith('2') || status === '405'),
      name,
    ).toBe(true);
    expect(statuses, name).toEqual(expect.arrayContaining(['401', '500', '503', ...(name.includes('/auth/') ? [] : ['403'])]));
  }
});

test('the document can be browsed without a token', async () => {
  const page = await fetch(`${api.url}/api/v0.9/docs`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
});
