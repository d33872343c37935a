import { type Kind, kinds } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Api, example, gatewayInput, startApi } from './setup.js';

let api: Api;
const examples = {
  RestApi: 'rest-api',
  LlmProvider: 'llm-provider',
  LlmProxy: 'llm-proxy',
  Mcp: 'mcp-proxy',
} as const satisfies Record<Kind, string>;

beforeAll(async () => {
  api = await startApi();
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  await api.ask('POST', '/gateways', gatewayInput('gateway-one'));
  for (const kind of ['LlmProvider', 'RestApi', 'LlmProxy', 'Mcp'] as const) {
    const made = await api.ask('POST', `/${kinds.find((traits) => traits.kind === kind)?.collection}`, example(examples[kind]));
    expect([kind, made.status, made.body]).toEqual([kind, 201, expect.objectContaining(example(examples[kind]))]);
  }
});
afterAll(() => api?.stop());

describe.each(kinds)('$kind', ({ kind, collection, errorPrefix }) => {
  const input = example(examples[kind]);
  /** The example under another name. */
  const other = (name: string) => ({ ...input, id: undefined, displayName: `${input.displayName} ${name}` });
  const path = `/${collection}/${input.id}`;

  test('the example is answered as it was sent, with what the server adds', async () => {
    const { status, body } = await api.ask('GET', path);
    expect(status).toBe(200);
    const { readOnly, createdBy, createdAt, updatedAt, kind: itsKind, ...decided } = body;
    expect(decided).toEqual(input);
    expect({ readOnly, createdBy, itsKind }).toEqual({ readOnly: false, createdBy: 'admin', itsKind: kind });
    expect(updatedAt).toBe(createdAt);
  });

  test('what was answered can be sent back', async () => {
    const { body } = await api.ask('GET', path);
    const again = await api.ask('PUT', path, body);
    expect([again.status, { ...again.body, updatedAt: body.updatedAt }]).toEqual([200, body]);
    const changed = await api.ask('PUT', path, {
      ...body,
      description: 'Another description',
      readOnly: true,
      createdBy: 'mallory',
      createdAt: '2000-01-01T00:00:00Z',
    });
    expect(changed.body).toMatchObject({
      description: 'Another description',
      readOnly: false,
      createdBy: 'admin',
      createdAt: body.createdAt,
    });
    await api.ask('PUT', path, body);
  });

  test('its id never changes', async () => {
    const answer = await api.ask('PUT', path, { ...input, id: 'another-id' });
    expect([answer.status, answer.body.code, answer.body.errors[0].field]).toEqual([400, 'VALIDATION_FAILED', 'id']);
  });

  test('an id that is taken is a conflict, and so is a name that is taken in the same version', async () => {
    const sameId = await api.ask('POST', `/${collection}`, { ...other('again'), id: input.id });
    expect([sameId.status, sameId.body.code]).toEqual([409, `${errorPrefix}_EXISTS`]);
    expect(sameId.body.message).toContain(`'${input.id}'`);
    const sameName = await api.ask('POST', `/${collection}`, { ...input, id: undefined });
    expect([sameName.status, sameName.body.code]).toEqual([409, `${errorPrefix}_EXISTS`]);
    expect(sameName.body.message).toContain(`named '${input.displayName}' in version ${input.version}`);
    const nextVersion = await api.ask('POST', `/${collection}`, { ...input, id: undefined, version: 'v2.0' });
    expect(nextVersion.status).toBe(201);
    expect(nextVersion.body.id).toMatch(/-[a-z0-9]{4}$/);
    const renamed = await api.ask(
      'PUT',
      `/${collection}/${nextVersion.body.id}`,
      input.version ? { ...nextVersion.body, version: input.version } : {},
    );
    expect([renamed.status, renamed.body.code]).toEqual([409, `${errorPrefix}_EXISTS`]);
  });

  test('the list tells of it without its definition', async () => {
    const { body } = await api.ask('GET', `/${collection}?query=${input.id}&sortOrder=asc&limit=1`);
    expect(body.list[0]).toMatchObject({ id: input.id, displayName: input.displayName, version: input.version, kind });
    expect(body.list[0]).not.toHaveProperty('upstream');
    expect(body.pagination.total).toBeGreaterThanOrEqual(body.count);
  });

  test('a field that does not exist, a missing one and a wrong type are named', async () => {
    const answer = await api.ask('POST', `/${collection}`, {
      ...other('bad'),
      version: 7,
      surprise: true,
      displayName: undefined,
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
      'displayName',
      'surprise',
      'version',
    ]);
  });

  test('deleting it writes one event for all gateways of the organization', async () => {
    const { body: made } = await api.ask('POST', `/${collection}`, other('to be deleted'));
    expect((await api.ask('DELETE', `/${collection}/${made.id}`)).status).toBe(204);
    const again = await api.ask('DELETE', `/${collection}/${made.id}`);
    expect([again.status, again.body.code]).toEqual([404, `${errorPrefix}_NOT_FOUND`]);
    const [event] = await api.database.query<{ type: string; gateway_id: string | null; action: string }>(
      sql`SELECT type, gateway_id, action FROM events ORDER BY revision DESC LIMIT 1`,
    );
    expect(event).toEqual({ type: expect.stringMatching(/\.deleted$/), gateway_id: null, action: 'DELETE' });
  });

  test('a deployment of it has the YAML that gateways read', async () => {
    const deployed = await api.ask('POST', `${path}/deployments`, { name: 'first', base: 'current', gatewayId: 'gateway-one' });
    expect(deployed.status).toBe(201);
    const [row] = await api.database.query<{ content: string }>(
      sql`SELECT content FROM deployments WHERE id = ${deployed.body.deploymentId}`,
    );
    const [project] = await api.database.query<{ id: string }>(sql`SELECT id FROM projects WHERE handle = 'demo'`);
    expect(row?.content.replaceAll(project?.id ?? '', 'PROJECT')).toMatchSnapshot();
  });

  test('an artifact of another organization is not found', async () => {
    await api.ask('POST', '/organizations', { id: `strangers-of-${collection}`, displayName: 'Strangers' });
    const token = await api.token({ organization: `strangers-of-${collection}` });
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await api.ask(method, path, undefined, { token });
      expect([status, body.code]).toEqual([404, `${errorPrefix}_NOT_FOUND`]);
    }
    expect((await api.ask('GET', `/${collection}`, undefined, { token })).body.count).toBe(0);
    expect((await api.ask('GET', path)).status).toBe(200);
  });
});

test('an artifact that refers to no project is refused, and a project that does not exist has no list', async () => {
  for (const [name, collection] of [
    ['rest-api', 'rest-apis'],
    ['llm-proxy', 'llm-proxies'],
    ['mcp-proxy', 'mcp-proxies'],
  ] as const) {
    const { status, body } = await api.ask('POST', `/${collection}`, {
      ...example(name),
      id: undefined,
      displayName: 'Lost',
      projectId: 'nowhere',
    });
    expect([collection, status, body.code]).toEqual([collection, 400, 'PROJECT_REF_NOT_FOUND']);
    expect((await api.ask('GET', `/${collection}?projectId=nowhere`)).body.code).toBe('PROJECT_NOT_FOUND');
    expect((await api.ask('GET', `/${collection}?projectId=demo`)).body.count).toBeGreaterThan(0);
  }
});

test('an LLM proxy needs providers that exist', async () => {
  const proxy = { ...example('llm-proxy'), id: undefined, displayName: 'Proxy of nothing' };
  for (const wrong of [
    { provider: { id: 'no-such-provider' } },
    { additionalProviders: [{ id: 'no-such-provider' }] },
    { provider: { id: 'reading-list' } },
  ]) {
    const { status, body } = await api.ask('POST', '/llm-proxies', { ...proxy, ...wrong });
    expect([status, body.code]).toEqual([400, 'LLM_PROVIDER_REF_NOT_FOUND']);
  }
});

test('an upstream key without its header is refused', async () => {
  const { status, body } = await api.ask('POST', '/llm-providers', {
    ...example('llm-provider'),
    id: undefined,
    displayName: 'Half',
    upstream: { main: { url: 'https://api.example.com', auth: { type: 'api-key', value: 'x' } } },
  });
  expect([status, body.errors[0].field]).toEqual([400, 'upstream.main.auth']);
});

test('strings that some YAML readers take for something else reach the gateway as strings', async () => {
  const tricky = {
    ...example('mcp-proxy'),
    id: 'tricky-yaml',
    displayName: '1.10',
    policies: [
      {
        name: 'on',
        version: 'v1',
        params: { a: 'yes', b: '0777', c: '2026-01-01', d: 'a: b # c\n- d', e: '', f: '~', g: 1.5, h: null, i: [true, 'true'] },
      },
    ],
  };
  expect((await api.ask('POST', '/mcp-proxies', tricky)).status).toBe(201);
  const deployed = await api.ask('POST', '/mcp-proxies/tricky-yaml/deployments', {
    name: 'first',
    base: 'current',
    gatewayId: 'gateway-one',
  });
  const [row] = await api.database.query<{ content: string }>(
    sql`SELECT content FROM deployments WHERE id = ${deployed.body.deploymentId}`,
  );
  for (const version of ['1.1', '1.2'] as const) {
    const { spec } = parse(row?.content ?? '', { version });
    expect([version, spec.displayName, spec.policies]).toEqual([version, '1.10', tricky.policies]);
  }
});

test.each([
  ['the artifact', false],
  ['an earlier deployment', true],
])("a deployment's own endpoint and virtual hosts replace those of %s", async (_, isEarlier) => {
  const deploy = async (path: string, metadata: object) => {
    const request = { name: 'own', base: 'current', gatewayId: 'gateway-one' };
    const earlier = isEarlier && (await api.ask('POST', `${path}/deployments`, request)).body.deploymentId;
    const { body } = await api.ask('POST', `${path}/deployments`, { ...request, ...(earlier && { base: earlier }), metadata });
    const [row] = await api.database.query<{ content: string }>(
      sql`SELECT content FROM deployments WHERE id = ${body.deploymentId}`,
    );
    return parse(row?.content ?? '').spec;
  };
  const rest = await deploy('/rest-apis/reading-list', {
    endpointUrl: 'https://other.example.com',
    vhostMain: 'books.example.org',
  });
  expect([rest.upstream.main, rest.vhosts]).toEqual([
    { url: 'https://other.example.com' },
    { main: 'books.example.org', sandbox: '_gateway_default_' },
  ]);
  const provider = await deploy('/llm-providers/mistral-eu', {
    endpointUrl: 'https://other.example.com',
    vhostMain: 'llm.example.org',
  });
  expect([provider.upstream.url, provider.vhost]).toEqual(['https://other.example.com', 'llm.example.org']);
  expect((await deploy('/llm-proxies/support-assistant', { vhostMain: 'chat.example.org' })).vhost).toBe('chat.example.org');
});
