import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, example, gatewayInput, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  for (const id of ['gateway-a', 'gateway-b', 'gateway-c']) await api.ask('POST', '/gateways', gatewayInput(id));
});
afterAll(() => api?.stop());

test("a gateway's manifest is shown as it was received; without one it is a 404 of its own", async () => {
  const none = await api.ask('GET', '/gateways/gateway-a/manifest');
  expect([none.status, none.body.code]).toEqual([404, 'GATEWAY_MANIFEST_NOT_FOUND']);
  expect((await api.ask('GET', '/gateways/nobody/manifest')).body.code).toBe('GATEWAY_NOT_FOUND');

  const policies = [{ name: 'set-headers', version: 'v1', managedBy: 'wso2', parameters: { type: 'object' }, later: true }];
  await api.database.query(sql`
    INSERT INTO gateway_manifests (gateway_id, version, functionality_type, policies, received_at)
    SELECT id, '1.2.0', 'regular', ${JSON.stringify(policies)}, '2026-01-01T00:00:00Z' FROM gateways WHERE handle = 'gateway-a'`);
  const { status, body } = await api.ask('GET', '/gateways/gateway-a/manifest');
  expect([status, body]).toEqual([
    200,
    { version: '1.2.0', functionalityType: 'regular', policies, receivedAt: '2026-01-01T00:00:00.000Z' },
  ]);
  await api.database.query(sql`UPDATE gateway_manifests SET version = NULL, functionality_type = NULL, policies = '[]'`);
  expect((await api.ask('GET', '/gateways/gateway-a/manifest')).body).toEqual({
    policies: [],
    receivedAt: '2026-01-01T00:00:00.000Z',
  });
});

test('a REST API lists the gateways to which it was deployed, and what is to be served there', async () => {
  await api.ask('POST', '/rest-apis', example('rest-api'));
  const path = '/rest-apis/reading-list';
  expect((await api.ask('GET', `${path}/gateways`)).body).toEqual({
    count: 0,
    list: [],
    pagination: { total: 0, offset: 0, limit: 20 },
  });
  expect((await api.ask('GET', '/rest-apis/nobody/gateways')).body.code).toBe('REST_API_NOT_FOUND');

  const deploy = async (gatewayId: string) =>
    (await api.ask('POST', `${path}/deployments`, { name: 'first', base: 'current', gatewayId })).body;
  const first = await deploy('gateway-a');
  const second = await deploy('gateway-b');
  await api.ask('POST', `${path}/deployments/${second.deploymentId}/undeploy?gatewayId=gateway-b`);

  const { body } = await api.ask('GET', `${path}/gateways`);
  expect(body.pagination.total).toBe(2);
  const gateway = (await api.ask('GET', '/gateways/gateway-a')).body;
  expect(body.list).toEqual([
    {
      ...gateway,
      associated: true,
      associatedAt: first.createdAt,
      isDeployed: true,
      deployment: { deploymentId: first.deploymentId, status: 'DEPLOYING', deployedAt: expect.any(String) },
    },
    {
      ...(await api.ask('GET', '/gateways/gateway-b')).body,
      associated: true,
      associatedAt: second.createdAt,
      isDeployed: false,
    },
  ]);
  const deployments = async (gatewayId: string) => (await api.ask('GET', `${path}/deployments?gatewayId=${gatewayId}`)).body;
  expect((await deployments('gateway-b')).list).toMatchObject([{ deploymentId: second.deploymentId }]);
  expect((await deployments('gateway-c')).list).toEqual([]);
  expect((await deployments('nobody')).code).toBe('GATEWAY_NOT_FOUND');
  const page = await api.ask('GET', `${path}/gateways?limit=1&offset=1`);
  expect([page.body.list.map(({ id }: { id: string }) => id), page.body.pagination.total]).toEqual([['gateway-b'], 2]);
});

test('an LLM provider lists the proxies that use it, as their first provider or a further one', async () => {
  const provider = (id: string) => ({ ...example('llm-provider'), id, displayName: id });
  const proxy = (id: string, providers: object) => ({ ...example('llm-proxy'), id, displayName: id, ...providers });
  for (const id of ['provider-a', 'provider-b']) expect((await api.ask('POST', '/llm-providers', provider(id))).status).toBe(201);
  for (const [id, providers] of [
    ['proxy-one', { provider: { id: 'provider-a' } }],
    ['proxy-two', { provider: { id: 'provider-b' }, additionalProviders: [{ id: 'provider-a', as: 'second' }] }],
    ['proxy-three', { provider: { id: 'provider-b' } }],
  ] as const)
    expect((await api.ask('POST', '/llm-proxies', proxy(id, providers))).status).toBe(201);

  const proxiesOf = async (path: string) => {
    const { body } = await api.ask('GET', `/llm-providers/${path}`);
    return [body.list.map(({ id }: { id: string }) => id).sort(), body.pagination.total];
  };
  expect(await proxiesOf('provider-a/llm-proxies')).toEqual([['proxy-one', 'proxy-two'], 2]);
  expect(await proxiesOf('provider-b/llm-proxies')).toEqual([['proxy-three', 'proxy-two'], 2]);
  expect((await proxiesOf('provider-b/llm-proxies?limit=1'))[1]).toBe(2);
  expect((await api.ask('GET', '/llm-providers/nobody/llm-proxies')).body.code).toBe('LLM_PROVIDER_NOT_FOUND');
});
