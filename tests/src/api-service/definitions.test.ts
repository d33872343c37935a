import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Api, example, gatewayInput, type Json, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi({ SECRETS_KEY: 'ab'.repeat(32) });
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  await api.ask('POST', '/gateways', gatewayInput('gateway-one'));
  await api.ask('POST', '/secrets', { id: 'upstream-key', displayName: 'Key', value: 'sk-1' });
  for (const name of ['llm-provider', 'rest-api', 'llm-proxy', 'mcp-proxy'] as const)
    expect((await api.ask('POST', `/${collections[name]}`, example(name))).status).toBe(201);
});
afterAll(() => api?.stop());

const collections = {
  'rest-api': 'rest-apis',
  'llm-provider': 'llm-providers',
  'llm-proxy': 'llm-proxies',
  'mcp-proxy': 'mcp-proxies',
} as const;
type Name = keyof typeof collections;
const pathOf = (name: Name) => `/${collections[name]}/${example(name).id}`;

/** The spec that gateways read after a change of an example. */
async function specOf(name: Name, change: object, metadata: object = {}): Promise<Json> {
  const changed = await api.ask('PUT', pathOf(name), { ...example(name), ...change });
  expect([changed.status, changed.body]).toEqual([200, expect.objectContaining(change)]);
  const { status, body } = await api.ask('POST', `${pathOf(name)}/deployments`, {
    name: 'changed',
    base: 'current',
    gatewayId: 'gateway-one',
    metadata,
  });
  expect([status, body.code]).toEqual([201, undefined]);
  const [row] = await api.database.query<{ content: string }>(
    sql`SELECT content FROM deployments WHERE id = ${body.deploymentId}`,
  );
  return parse(row?.content ?? '').spec;
}

const auth = { type: 'api-key', header: 'Authorization', value: 'Bearer {{ secret "upstream-key" }}' };
const url = 'https://upstream.example.com';

test("an upstream's authentication, with a secret in it, is what gateways read", async () => {
  expect((await specOf('llm-provider', { upstream: { main: { url, auth } } })).upstream).toEqual({ url, auth });
  expect((await specOf('mcp-proxy', { upstream: { main: { url, auth } } })).upstream).toEqual({ url, auth });
  expect((await specOf('llm-proxy', { provider: { id: 'mistral-eu', auth } })).provider).toEqual({ id: 'mistral-eu', auth });
  const own = await specOf('llm-provider', { upstream: { main: { url, auth } } }, { endpointUrl: 'https://other.example.com' });
  expect(own.upstream).toEqual({ url: 'https://other.example.com', auth });
});

test('subscription plans of a REST API are what gateways read', async () => {
  expect((await specOf('rest-api', { subscriptionPlans: ['gold', 'silver'] })).subscriptionPlans).toEqual(['gold', 'silver']);
});

test('a REST API may share upstreams by their names', async () => {
  const upstreamDefinitions = [
    {
      name: 'books',
      basePath: '/v2',
      timeout: { connect: '5s' },
      upstreams: [
        { url, weight: 90 },
        { url: `${url}:8443`, weight: 10 },
      ],
    },
    { name: 'sandbox', upstreams: [{ url }] },
  ];
  const change = { upstream: { main: { ref: 'books' }, sandbox: { ref: 'sandbox' } }, upstreamDefinitions };
  const spec = await specOf('rest-api', change);
  expect([spec.upstream, spec.upstreamDefinitions]).toEqual([change.upstream, upstreamDefinitions]);
  const own = await specOf('rest-api', change, { endpointUrl: 'https://other.example.com' });
  expect(own.upstream).toEqual({ main: { url: 'https://other.example.com' }, sandbox: { ref: 'sandbox' } });
});

test.each<[string, object, string]>([
  ['neither url nor ref', { upstream: { main: {} } }, 'upstream.main'],
  [
    'both',
    { upstream: { main: { url, ref: 'books' } }, upstreamDefinitions: [{ name: 'books', upstreams: [{ url }] }] },
    'upstream.main',
  ],
  ['a name that is not defined', { upstream: { main: { ref: 'books' } } }, 'upstream.main.ref'],
  ['a sandbox that is not defined', { upstream: { main: { url }, sandbox: { ref: 'books' } } }, 'upstream.sandbox.ref'],
  [
    'a name twice',
    { upstreamDefinitions: ['books', 'books'].map((name) => ({ name, upstreams: [{ url }] })) },
    'upstreamDefinitions',
  ],
  [
    'a definition without upstreams',
    { upstreamDefinitions: [{ name: 'books', upstreams: [] }] },
    'upstreamDefinitions.0.upstreams',
  ],
  [
    'a time-out without its unit',
    { upstreamDefinitions: [{ name: 'books', timeout: { connect: '5' }, upstreams: [{ url }] }] },
    'upstreamDefinitions.0.timeout.connect',
  ],
])('upstreams of a REST API with %s are refused', async (_what, change, field) => {
  const { status, body } = await api.ask('PUT', pathOf('rest-api'), { ...example('rest-api'), ...change });
  expect([status, body.code, body.errors[0].field]).toEqual([400, 'VALIDATION_FAILED', field]);
});

test.each<[Name, string, object, string]>([
  [
    'llm-provider',
    'security',
    { security: { enabled: true, apiKey: { enabled: true, key: 'X-API-Key', in: 'header' } } },
    'policies',
  ],
  ['llm-provider', 'rateLimiting', { rateLimiting: { providerLevel: {} } }, 'policies'],
  ['llm-provider', 'associatedGateways', { associatedGateways: [{ id: 'gateway-one' }] }, 'deploy the artifact'],
  ['llm-provider', 'upstream.main.ref', { upstream: { main: { ref: 'books' } } }, 'url'],
  ['llm-proxy', 'security', { security: { enabled: true } }, 'policies'],
  ['llm-proxy', 'associatedGateways', { associatedGateways: [] }, 'deploy the artifact'],
  ['mcp-proxy', 'associatedGateways', { associatedGateways: [] }, 'deploy the artifact'],
  ['rest-api', 'channels', { channels: [{ request: { method: 'SUB', name: 'issues' } }] }, 'event gateways'],
  ['rest-api', 'upstream.main.auth', { upstream: { main: { url, auth } } }, 'set-headers'],
])('%s: %s, which gateways would not read, is refused with what to do instead', async (name, field, change, instead) => {
  for (const [method, path, more] of [
    ['POST', `/${collections[name]}`, { id: undefined, displayName: 'Another' }],
    ['PUT', pathOf(name), {}],
  ] as const) {
    const { status, body } = await api.ask(method, path, { ...example(name), ...more, ...change });
    expect([method, status, body.code, body.errors[0].field]).toEqual([method, 400, 'VALIDATION_FAILED', field]);
    expect(body.errors[0].message).toContain(instead);
  }
});

test.each([null, [], 'text', 7])('a body that is %j is refused as any other', async (body) => {
  const { status } = await api.ask('POST', '/rest-apis', JSON.stringify(body));
  expect(status).toBe(400);
});
