import { kinds } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Answer, type Api, example, gatewayInput, startApi } from './setup.js';

let api: Api;
let before: unknown;
const written = () =>
  api.database.query(sql`
  SELECT (SELECT count(*) FROM organizations) AS organizations, (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM gateways) AS gateways,
         (SELECT count(*) FROM gateway_tokens) AS tokens, (SELECT count(*) FROM artifacts) AS artifacts, (SELECT count(*) FROM subscription_plans) AS plans,
         (SELECT count(*) FROM applications) AS applications, (SELECT count(*) FROM events) AS events`);
beforeAll(async () => {
  api = await startApi();
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  before = await written();
});
afterEach(async () => {
  expect(await written()).toEqual(before);
  expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
});
afterAll(() => api?.stop());

const creations: readonly [string, object][] = [
  ['/organizations', { displayName: 'X org' }],
  ['/projects', { displayName: 'X project' }],
  ['/gateways', gatewayInput('x-gateway')],
  ['/rest-apis', example('rest-api')],
  ['/llm-providers', example('llm-provider')],
  ['/mcp-proxies', example('mcp-proxy')],
  ['/subscription-plans', { displayName: 'X plan' }],
  ['/applications', { displayName: 'X application' }],
];

function expectRefusal({ status, headers, body }: Answer, expected: number, code: string) {
  expect([status, body.status, body.code]).toEqual([expected, 'error', code]);
  expect(headers.get('content-type')).toContain('application/json');
  expect(body.message).toMatch(/\S/);
  expect(JSON.stringify(body)).not.toMatch(/\bat .*\.js|node_modules|prisma|SELECT|stack/i);
}

test('a body that is not JSON, of another type, empty or not an object is refused', async () => {
  for (const [path] of creations) {
    for (const body of [
      '{"displayName":',
      '{"displayName": nope}',
      '',
      'null',
      '[]',
      '"text"',
      '7',
      Buffer.from([0xff, 0xfe, 0x00]),
    ])
      expectRefusal(await api.ask('POST', path, body), 400, 'VALIDATION_FAILED');
    for (const contentType of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expectRefusal(await api.ask('POST', path, 'displayName=x', { contentType }), 415, 'VALIDATION_FAILED');
    }
    expectRefusal(await api.ask('POST', path), 400, 'VALIDATION_FAILED');
  }
});

test('a body beyond 1 MiB is refused', async () => {
  for (const [path, input] of creations)
    expectRefusal(await api.ask('POST', path, { ...input, description: 'x'.repeat(1024 * 1024) }), 413, 'PAYLOAD_TOO_LARGE');
});

test('fields that do not exist, are missing or of another type are named', async () => {
  for (const [path, input] of creations) {
    const { displayName: _, ...nameless } = input as { displayName: string };
    const missing = await api.ask('POST', path, nameless);
    expectRefusal(missing, 400, 'VALIDATION_FAILED');
    expect(missing.body.errors).toContainEqual({ field: 'displayName', message: 'is required' });
    const unknown = await api.ask('POST', path, { ...input, surprise: 1 });
    expectRefusal(unknown, 400, 'VALIDATION_FAILED');
    expect(unknown.body.errors).toContainEqual({ field: 'surprise', message: 'is not a field of this resource' });
    for (const wrong of [null, 7, true, [], {}, '', '   '])
      expectRefusal(await api.ask('POST', path, { ...input, displayName: wrong }), 400, 'VALIDATION_FAILED');
  }
});

test('an id that is no handle is refused', async () => {
  for (const id of ['ab', 'A-b-c', 'a_b', '-abc', 'abc-', 'a--b', 'x'.repeat(41), 'ä-b-c', 'a b c', '../etc', '', null, 7]) {
    for (const [path, input] of creations) {
      const answer = await api.ask('POST', path, { ...input, id });
      expectRefusal(answer, 400, 'VALIDATION_FAILED');
      expect(answer.body.errors[0].field).toBe('id');
    }
  }
});

test('what PostgreSQL cannot store is refused wherever it hides', async () => {
  const policies = (params: unknown) => ({
    ...example('mcp-proxy'),
    id: 'hidden',
    policies: [{ name: 'p', version: 'v1', params }],
  });
  const hidden = [
    { ...gatewayInput('hidden'), description: 'a\0b' },
    { ...gatewayInput('hidden'), properties: { deep: [{ er: 'a\ud800b' }] } },
    { ...gatewayInput('hidden'), properties: { 'a\0b': 1 } },
    policies({ a: { b: ['\udc00'] } }),
    policies(JSON.parse('['.repeat(500) + ']'.repeat(500))),
  ];
  for (const body of hidden)
    expectRefusal(await api.ask('POST', 'policies' in body ? '/mcp-proxies' : '/gateways', body), 400, 'VALIDATION_FAILED');
  const huge = JSON.stringify(policies('HUGE')).replace('"HUGE"', '{"x":1e999}');
  expectRefusal(await api.ask('POST', '/mcp-proxies', huge), 400, 'VALIDATION_FAILED');
  const bottomless = JSON.stringify(policies('DEEP')).replace('"DEEP"', `${'{"x":['.repeat(100_000)}${']}'.repeat(100_000)}`);
  expectRefusal(await api.ask('POST', '/mcp-proxies', bottomless), 400, 'VALIDATION_FAILED');
});

test('keys that would reach for the prototype are refused', async () => {
  for (const key of ['__proto__', '\\u005f_proto__']) {
    expectRefusal(
      await api.ask('POST', '/gateways', JSON.stringify(gatewayInput('proto')).replace('{', `{"${key}":{"isCritical":true},`)),
      400,
      'VALIDATION_FAILED',
    );
  }
  expectRefusal(
    await api.ask(
      'POST',
      '/gateways',
      JSON.stringify(gatewayInput('proto')).replace('{', '{"constructor":{"prototype":{"x":1}},'),
    ),
    400,
    'VALIDATION_FAILED',
  );
});

test('a name of a whole megabyte is looked at once, and refused', async () => {
  const displayName = `${'a'.repeat(1_000_000)}!`;
  expectRefusal(await api.ask('POST', '/rest-apis', { ...example('rest-api'), displayName }), 400, 'VALIDATION_FAILED');
});

test('ids that do not exist, or could not, are not found', async () => {
  const collections = [
    ...['gateways', 'projects', 'organizations', 'subscription-plans', 'subscriptions', 'applications'],
    ...kinds.map(({ collection }) => collection),
  ];
  for (const collection of collections) {
    for (const id of ['nope-nope', 'UPPER', '%C3%A4', "x'%20OR%201=1", 'x'.repeat(150), '01a204f7-54ed-7483-bb39-1ec578659a85']) {
      const answer = await api.ask('GET', `/${collection}/${id}`);
      expect([collection, id, answer.status]).toEqual([collection, id, 404]);
      expectRefusal(answer, 404, answer.body.code);
    }
    expectRefusal(await api.ask('GET', `/${collection}/a%00b`), 400, 'VALIDATION_FAILED');
    expect((await api.ask('GET', `/${collection}/%ff`)).status).toBe(400);
  }
  expectRefusal(await api.ask('GET', '/nothing-here'), 404, 'NOT_FOUND');
});

test('query parameters of a wrong kind are refused', async () => {
  for (const query of [
    'limit=abc',
    'limit=1.5',
    'limit=1&limit=2',
    'sortBy=color',
    'sortOrder=up',
    'surprise=1',
    `query=${'x'.repeat(101)}`,
    'query=%00',
  ]) {
    expectRefusal(await api.ask('GET', `/gateways?${query}`), 400, 'VALIDATION_FAILED');
  }
  for (const path of ['/gateway-statuses?lagMin=1e20', '/events?from=2026-12-31T23:59:60Z', '/events?to=2026-12-31T23:59:60Z'])
    expectRefusal(await api.ask('GET', path), 400, 'VALIDATION_FAILED');
});

test('a request without a body may say that it is JSON, where none is needed', async () => {
  for (const [method, path] of [
    ['DELETE', '/projects/nope'],
    ['POST', '/gateways/nope/tokens'],
  ] as const) {
    const answer = await api.ask(method, path, undefined, { headers: { 'content-type': 'application/json' } });
    expectRefusal(answer, 404, answer.body.code);
  }
});

test('values that a gateway would refuse are refused here', async () => {
  const wrong: [string, object][] = [
    ['/rest-apis', { ...example('rest-api'), context: 'no-slash' }],
    ['/rest-apis', { ...example('rest-api'), context: '/end/' }],
    ['/rest-apis', { ...example('rest-api'), version: 'one' }],
    ['/rest-apis', { ...example('rest-api'), displayName: 'Ünïcode' }],
    ['/rest-apis', { ...example('rest-api'), operations: [] }],
    ['/rest-apis', { ...example('rest-api'), operations: [{ request: { method: 'FETCH', path: '/' } }] }],
    ['/rest-apis', { ...example('rest-api'), upstream: { main: { url: 'ftp://x' } } }],
    ['/rest-apis', { ...example('rest-api'), upstream: {} }],
    ['/llm-providers', { ...example('llm-provider'), version: 'v1' }],
    ['/llm-providers', { ...example('llm-provider'), accessControl: { mode: 'some' } }],
    ['/mcp-proxies', { ...example('mcp-proxy'), mcpSpecVersion: '2020-01-01' }],
    ['/mcp-proxies', { ...example('mcp-proxy'), policies: [{ name: 'x', version: 'v1.0.0' }] }],
    ['/gateways', { ...gatewayInput('wrong'), functionalityType: 'huge' }],
    ['/gateways', { ...gatewayInput('wrong'), endpoints: [] }],
    ['/gateways', { ...gatewayInput('wrong'), version: 'latest' }],
  ];
  for (const [path, body] of wrong) expectRefusal(await api.ask('POST', path, body), 400, 'VALIDATION_FAILED');
});
