import { randomBytes } from 'node:crypto';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AskOptions, example, gatewayInput, type Json, must } from '../api-service/setup.js';
import { until } from '../until.js';
import { openWorld, type WaitingWorld } from '../waiting/world.js';

let world: WaitingWorld;
beforeAll(async () => {
  world = await openWorld({ SECRETS_KEY: randomBytes(32).toString('hex') });
  await must(
    ask('POST', '/rest-apis', { ...example('rest-api'), id: 'subscribed', displayName: 'Subscribed', projectId: 'demo' }),
  );
});
afterAll(() => world?.stop());

const ask = (method: string, path: string, body?: unknown, options: AskOptions = {}, replica = 0) =>
  world.replicas[replica as 0].ask(method, path, body, options);
const ifMatch = (etag: string) => ({ headers: { 'if-match': etag } });
const etagOf = ({ headers }: { headers: Headers }) => headers.get('etag') ?? 'none';
const project = async (id: string) => etagOf(await must(ask('POST', '/projects', { id, displayName: id })));
const precondition = { status: 412, body: { code: 'PRECONDITION_FAILED' } };

const resources = (): Readonly<Record<string, Json>> => ({
  '/projects': { id: 'edited', displayName: 'Edited' },
  '/gateways': gatewayInput('edited'),
  '/rest-apis': { ...example('rest-api'), id: 'edited', projectId: 'demo' },
  '/llm-providers': { ...example('llm-provider'), id: 'edited' },
  '/llm-proxies': { ...example('llm-proxy'), id: 'edited', projectId: 'demo', provider: { id: 'edited' } },
  '/mcp-proxies': { ...example('mcp-proxy'), id: 'edited', projectId: 'demo' },
  '/secrets': { id: 'edited', displayName: 'Edited', value: 'secret' },
  '/subscription-plans': {
    id: 'edited',
    displayName: 'Edited',
    limits: [{ timeUnit: 'MINUTE', limitCount: 5 }],
    expiryTime: '2100-01-01T00:00:00Z',
  },
  '/applications': { id: 'edited', displayName: 'Edited' },
  '/subscriptions': { artifactId: 'subscribed', subscriberId: 'someone' },
});

test('everything that is edited has an ETag, which an edit or a deletion can insist on', async () => {
  for (const [path, body] of Object.entries(resources())) {
    const made = await must(ask('POST', path, body));
    const one = `${path}/${made.body.id}`;
    const first = etagOf(made);
    expect(first, one).toMatch(/^"[\w-]{43}"$/);
    expect(etagOf(await ask('GET', one)), one).toBe(first);

    const change = path === '/subscriptions' ? { status: 'INACTIVE' } : { ...body, displayName: 'Changed' };
    const changed = await ask('PUT', one, change, ifMatch(first), 1);
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    const second = etagOf(changed);
    expect(second, one).not.toBe(first);
    expect(await ask('PUT', one, change, ifMatch(first)), one).toMatchObject(precondition);
    expect(await ask('DELETE', one, undefined, ifMatch(first)), one).toMatchObject(precondition);
    const read = await ask('GET', one);
    expect([etagOf(read), read.body], one).toEqual([second, changed.body]);

    if (path === '/llm-providers') continue;
    expect((await ask('DELETE', one, undefined, ifMatch(second))).status, one).toBe(204);
    expect((await ask('GET', one)).status, one).toBe(404);
  }
});

test.each(['/rest-apis/subscribed', '/llm-providers/keyed', '/llm-proxies/keyed'])(
  'an API key of %s is edited as everything else, though its answers are others',
  async (artifact) => {
    const [, collection] = artifact.split('/');
    if (artifact.endsWith('/keyed')) {
      const made = { ...resources()[`/${collection}`], id: 'keyed', displayName: 'Keyed', context: '/keyed' };
      await must(ask('POST', `/${collection}`, made.provider ? { ...made, provider: { id: 'keyed' } } : made));
    }
    const value = collection === 'rest-apis' ? { apiKey: 'a-key-of-more-than-sixteen-letters' } : {};
    const made = await must(ask('POST', `${artifact}/api-keys`, { id: 'edited', displayName: 'Edited', ...value }));
    const one = `${artifact}/api-keys/edited`;
    const first = etagOf(made);
    const read = await ask('GET', one);
    expect(etagOf(read)).toBe(first);
    expect(read.body).toMatchObject({ id: 'edited', displayName: 'Edited', status: 'active' });

    const changed = await must(ask('PUT', one, { displayName: 'Changed' }, ifMatch(first), 1));
    const second = etagOf(changed);
    expect(second).not.toBe(first);
    expect(etagOf(await ask('GET', one))).toBe(second);
    expect(await ask('PUT', one, { displayName: 'Lost' }, ifMatch(first))).toMatchObject(precondition);
    expect(await ask('DELETE', one, undefined, ifMatch(first))).toMatchObject(precondition);
    expect((await ask('GET', one)).body.displayName).toBe('Changed');
    expect((await ask('DELETE', one, undefined, ifMatch(second))).status).toBe(204);
    expect(await ask('GET', one)).toMatchObject({ status: 404, body: { code: 'API_KEY_NOT_FOUND' } });
  },
);

test('of many edits that insist on the same ETag at once one takes effect', async () => {
  const etag = await project('raced');
  const edits = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ask('PUT', '/projects/raced', { displayName: `Edit ${index}` }, ifMatch(etag), index % 2),
    ),
  );
  const [done, ...others] = edits.filter(({ status }) => status === 200);
  expect([done?.status, others]).toEqual([200, []]);
  expect(edits.filter(({ status }) => status === 412)).toHaveLength(19);
  expect((await ask('GET', '/projects/raced')).body).toEqual(done?.body);
});

test('of edits of a subscription that insist on the same ETag at once one takes effect, however they write its id', async () => {
  const made = await must(ask('POST', '/subscriptions', { artifactId: 'subscribed', subscriberId: 'raced' }));
  const edits = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const id = index < 10 ? made.body.id : made.body.id.toUpperCase();
      return ask('PUT', `/subscriptions/${id}`, { status: 'INACTIVE' }, ifMatch(etagOf(made)), index % 2);
    }),
  );
  expect(edits.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(edits.filter(({ status }) => status === 412)).toHaveLength(19);
});

test('an edit without If-Match takes effect whatever has happened', async () => {
  await project('plain');
  await must(ask('PUT', '/projects/plain', { displayName: 'Changed' }));
  await must(ask('PUT', '/projects/plain', { displayName: 'Again' }));
});

test.each([
  ['any', () => '*', 200],
  ['several', (etag: string) => `"other", ${etag}`, 200],
  ['another', () => '"other"', 412],
  ['one without its quotes', (etag: string) => etag.slice(1, -1), 412],
  ['a weak one', (etag: string) => `W/${etag}`, 412],
])('If-Match with %s', async (name, header, status) => {
  const id = `match-${name.replaceAll(' ', '-')}`.slice(0, 30);
  const etag = await project(id);
  expect((await ask('PUT', `/projects/${id}`, { displayName: 'Changed' }, ifMatch(header(etag)))).status).toBe(status);
});

test('what is not there is not found, whatever is insisted on', async () => {
  for (const header of ['*', '"other"']) {
    expect((await ask('PUT', '/projects/nowhere', { displayName: 'Changed' }, ifMatch(header))).status).toBe(404);
    expect((await ask('DELETE', '/subscriptions/nowhere', undefined, ifMatch(header))).status).toBe(404);
  }
});

test('a gateway that connects is not edited by that', async () => {
  const gateway = await world.gateway();
  const before = await ask('GET', `/gateways/${gateway}`);
  await world.connect(gateway);
  const after = await ask('GET', `/gateways/${gateway}`);
  expect([before.body.isActive, after.body.isActive]).toEqual([false, true]);
  expect(etagOf(after)).toBe(etagOf(before));
});

test('an API key that expires is not edited by that', async () => {
  const expiresAt = new Date(Date.now() + 5000).toISOString();
  const apiKey = 'a-key-that-ends-soon-itself';
  await must(ask('POST', '/rest-apis/subscribed/api-keys', { id: 'ending', displayName: 'Ending', apiKey, expiresAt }));
  const one = '/rest-apis/subscribed/api-keys/ending';
  const before = await ask('GET', one);
  expect(before.body.status).toBe('active');
  await until(async () => (await ask('GET', one)).body.status).toBe('expired');
  expect(etagOf(await ask('GET', one))).toBe(etagOf(before));
  expect((await ask('PUT', one, { displayName: 'Changed' }, ifMatch(etagOf(before)))).status).toBe(200);
});

test.each([
  ['subscription', '/subscriptions', { artifactId: 'subscribed', subscriberId: 'stopped' }, sql`subscriptions`],
  [
    'plan',
    '/subscription-plans',
    { displayName: 'Stopped', limits: [{ timeUnit: 'MINUTE', limitCount: 5 }] },
    sql`subscription_plans`,
  ],
])('the status of a %s is part of its ETag', async (_, path, body, table) => {
  const made = await must(ask('POST', path, body));
  await world.replicas[0].database.query(sql`UPDATE ${table} SET status = 'INACTIVE'`);
  const after = await ask('GET', `${path}/${made.body.id}`);
  expect(after.body).toEqual({ ...made.body, status: 'INACTIVE' });
  expect(etagOf(after)).not.toBe(etagOf(made));
});

test('a deletion that insists on an ETag and prefers to wait is committed before it waits', async () => {
  const [artifact, gateway] = [await world.artifact(), await world.gateway()];
  await must(ask('POST', `/rest-apis/${artifact}/deployments`, { name: 'd', base: 'current', gatewayId: gateway }));
  await world.connect(gateway);
  const etag = etagOf(await ask('GET', `/rest-apis/${artifact}`));
  const deleted = ask('DELETE', `/rest-apis/${artifact}`, undefined, { headers: { 'if-match': etag, prefer: 'wait=120' } });
  await until(async () => (await ask('GET', `/rest-apis/${artifact}`, undefined, {}, 1)).status).toBe(404);
  await world.confirm(gateway, 1_000_000);
  const { status, headers } = await deleted;
  expect([status, headers.get('preference-applied')]).toEqual([204, 'wait=120']);
});

test('the document says where an ETag comes and where it can be insisted on', async () => {
  const document = (await (await fetch(`${world.replicas[0].url}/api/v0.9/docs/json`)).json()) as Json;
  const edited = [
    ...Object.keys(resources()).map((path) => new RegExp(`^/api/v0.9${path}/[^/]+$`)),
    ...['rest-apis', 'llm-providers', 'llm-proxies'].map((path) => new RegExp(`^/api/v0.9/${path}/[^/]+/api-keys/[^/]+$`)),
  ];
  for (const path of edited) {
    const one = Object.keys(document.paths).find((name) => path.test(name));
    const { get, put, delete: remove } = document.paths[one as string];
    for (const operation of [get, put]) expect(operation.responses['200'].headers, one).toHaveProperty('etag');
    for (const operation of [put, remove]) {
      expect(
        operation.parameters.map(({ name }: Json) => name),
        one,
      ).toContain('if-match');
      expect(operation.responses['412'].description, one).toBe('PRECONDITION_FAILED');
    }
  }
});
