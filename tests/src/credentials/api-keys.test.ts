import { createHash } from 'node:crypto';
import { keyedKinds } from '@gatecast/contracts';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CredentialWorld, collections, startCredentialWorld } from './world.js';

let world: CredentialWorld;
beforeAll(async () => {
  world = await startCredentialWorld();
  await world.artifact('LlmProvider', 'mistral-eu');
});
afterAll(() => world?.stop());

const value = 'a-key-that-somebody-chose-0042';
const sha256 = createHash('sha256').update(value).digest('hex');
const seconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A REST API that is deployed to some gateways. */
async function deployedApi(id: string, ...gateways: string[]): Promise<string> {
  const artifactId = await world.artifact('RestApi', id);
  for (const gateway of gateways) await world.deploy('RestApi', id, gateway);
  return artifactId;
}
const keysPath = (id: string, kind: 'RestApi' | 'LlmProvider' | 'LlmProxy' = 'RestApi') => `/${collections[kind]}/${id}/api-keys`;
const told = (events: readonly { gateway: string | null; type: string }[]) =>
  events.map(({ gateway, type }) => `${gateway} ${type}`);

describe('a key of a REST API', () => {
  test('reaches each gateway that has the API as a hash, in the fields of the contract', async () => {
    const apiId = await deployedApi('keyed', 'one', 'two');
    const events = await world.eventsOf('POST', keysPath('keyed'), {
      id: 'first-key',
      displayName: 'First key',
      apiKey: value,
      externalRefId: 'ref-1',
      issuer: 'portal',
      expiresAt: '2099-01-02T03:04:05.678+01:00',
    });
    expect(told(events).toSorted()).toEqual(['one apikey.created', 'two apikey.created']);
    const [event] = events;
    const { uuid, createdAt, updatedAt } = event?.payload ?? {};
    expect(event?.entity).toBe(`key:${uuid}`);
    expect([createdAt, updatedAt]).toEqual([expect.stringMatching(seconds), createdAt]);
    expect(JSON.stringify(event?.payload)).toBe(
      `{"uuid":"${uuid}","apiId":"${apiId}","name":"first-key","apiKeyHashes":"{\\"sha256\\":\\"${sha256}\\"}","maskedApiKey":"********0042",` +
        `"externalRefId":"ref-1","expiresAt":"2099-01-02T02:04:05Z","issuer":"portal","createdAt":"${createdAt}","updatedAt":"${updatedAt}"}`,
    );
    expect(event?.userId).toBe('admin');
    const kept = await world.database.query(sql`SELECT * FROM api_keys`);
    expect(JSON.stringify([kept, await world.heard()])).not.toContain(value);
  });

  test('is accepted without an event while no gateway has the API, and comes with the deployment', async () => {
    await deployedApi('keyed-early');
    expect(await world.eventsOf('POST', keysPath('keyed-early'), { id: 'early', displayName: 'Early', apiKey: value })).toEqual(
      [],
    );
    const before = await world.head();
    const deploymentId = await world.deploy('RestApi', 'keyed-early', 'one');
    expect(told(await world.heard(before))).toEqual(['one api.deployed', 'one apikey.created']);

    const restored = await world.eventsOf('POST', `/rest-apis/keyed-early/deployments/${deploymentId}/undeploy?gatewayId=one`);
    expect(told(restored)).toEqual(['one api.undeployed']);
    expect(
      told(await world.eventsOf('POST', `/rest-apis/keyed-early/deployments/${deploymentId}/restore?gatewayId=one`)),
    ).toEqual(['one api.deployed', 'one apikey.created']);
    // The gateway keeps what it was told about an artifact that it does not serve.
    await world.done('POST', `/rest-apis/keyed-early/deployments/${deploymentId}/undeploy?gatewayId=one`);
    const path = `${keysPath('keyed-early')}/early`;
    expect(told(await world.eventsOf('PUT', path, { displayName: 'Early' }))).toEqual(['one apikey.updated']);
  });

  test('has an updatedAt that is a whole second later with each change', async () => {
    const apiId = await deployedApi('keyed-often', 'one');
    const created = await world.eventsOf('POST', keysPath('keyed-often'), { id: 'often', displayName: 'Often', apiKey: value });
    const stamps = [created[0]?.payload.updatedAt];
    for (let n = 0; n < 3; n += 1) {
      const [event] = await world.eventsOf('PUT', `${keysPath('keyed-often')}/often`, {
        displayName: 'Often',
        apiKey: `another-value-${n}${n}${n}`,
      });
      const hash = createHash('sha256').update(`another-value-${n}${n}${n}`).digest('hex');
      expect(event?.type).toBe('apikey.updated');
      expect(JSON.stringify(event?.payload)).toBe(
        `{"apiId":"${apiId}","keyName":"often","apiKeyHashes":"{\\"sha256\\":\\"${hash}\\"}","maskedApiKey":"********-${n}${n}${n}","updatedAt":"${event?.payload.updatedAt}"}`,
      );
      stamps.push(event?.payload.updatedAt);
    }
    const times = stamps.map((stamp) => Date.parse(stamp));
    expect(stamps).toEqual(stamps.map(() => expect.stringMatching(seconds)));
    expect(times.slice(1).every((time, index) => time >= (times[index] as number) + 1000)).toBe(true);
  });

  test('is revoked at every gateway that has the API, and what was revoked is remembered for a resync', async () => {
    const apiId = await deployedApi('keyed-revoked', 'one', 'two');
    await world.done('POST', keysPath('keyed-revoked'), { id: 'gone', displayName: 'Gone', apiKey: value });
    const events = await world.eventsOf('DELETE', `${keysPath('keyed-revoked')}/gone`);
    expect(told(events).toSorted()).toEqual(['one apikey.revoked', 'two apikey.revoked']);
    expect(JSON.stringify(events[0]?.payload)).toBe(`{"apiId":"${apiId}","keyName":"gone"}`);
    expect(
      await world.database.query(
        sql`SELECT type, payload FROM tombstones WHERE entity_type = 'key' AND payload->>'apiId' = ${apiId}`,
      ),
    ).toEqual([{ type: 'apikey.revoked', payload: { apiId, keyName: 'gone' } }]);
    expect((await world.ask('DELETE', `${keysPath('keyed-revoked')}/gone`)).status).toBe(404);
    await world.done('POST', keysPath('keyed-revoked'), { id: 'gone', displayName: 'Back', apiKey: value });
  });

  test('is one of so many of its user that a gateway would refuse it: then it comes in the name of the key', async () => {
    await deployedApi('keyed-much', 'one');
    for (let n = 1; n < 10; n += 1)
      expect(
        told(await world.eventsOf('POST', keysPath('keyed-much'), { displayName: `Key ${n}`, apiKey: `${value}${n}` })),
      ).toEqual(['one apikey.created']);
    const tenth = await world.eventsOf('POST', keysPath('keyed-much'), { displayName: 'Key 10', apiKey: `${value}10` });
    expect(told(tenth)).toEqual(['one apikey.created']);
    expect(tenth[0]?.userId).toBe('admin/key-10');
    expect(await world.database.query(sql`SELECT user_id FROM events ORDER BY revision DESC LIMIT 1`)).toEqual([
      { user_id: 'admin' },
    ]);
  });

  test('is counted with those of its user also when a gateway gets it later, by itself or with the deployment', async () => {
    const apiId = await deployedApi('keyed-later', 'one');
    for (let n = 1; n <= 10; n += 1)
      await world.done('POST', keysPath('keyed-later'), { displayName: `Key ${n}`, apiKey: `${value}${n}` });
    const usersOf = (events: readonly { type: string; userId: string | undefined }[]) =>
      events.filter(({ type }) => type === 'apikey.created').map(({ userId }) => userId);
    const givenLater = async () => {
      const change = { displayName: 'Key 1', allowedTargets: ['two'] };
      await world.done('PUT', `${keysPath('keyed-later')}/key-1`, change);
      return usersOf(await world.eventsOf('PUT', `${keysPath('keyed-later')}/key-1`, { ...change, allowedTargets: ['ALL'] }));
    };
    const givenWithDeployment = async () => {
      const before = await world.head();
      await world.deploy('RestApi', 'keyed-later', 'two');
      return usersOf(await world.heard(before)).toSorted();
    };

    expect(await givenLater()).toEqual(['admin/key-1']);
    const keys = Array.from({ length: 10 }, (_, index) => `key-${index + 1}`);
    expect(await givenWithDeployment()).toEqual(keys.map((key) => `admin/${key}`).toSorted());

    await world.database.query(
      sql`UPDATE api_keys SET created_by = 'somebody' WHERE artifact_id = ${apiId} AND handle = 'key-2'`,
    );
    expect(await givenLater()).toEqual(['admin']);
    expect(await givenWithDeployment()).toEqual([...keys.slice(1).map(() => 'admin'), 'somebody']);
  });
});

describe.each(keyedKinds)('keys of each %s', (kind) => {
  const id = `every-${kind.toLowerCase()}`;
  const given = kind === 'RestApi' ? { apiKey: value } : {};
  beforeAll(async () => {
    await world.artifact(kind, id);
    await world.deploy(kind, id, 'one');
    await world.deploy(kind, id, 'two');
  });

  test('can be made, listed, changed and revoked; a generated one is shown once', async () => {
    const made = await world.ask('POST', keysPath(id, kind), {
      displayName: 'Some key',
      ...given,
      expiresIn: { duration: 2, unit: 'days' },
    });
    expect([made.status, made.body]).toEqual([201, expect.objectContaining({ status: 'success', id: 'some-key' })]);
    expect(made.headers.get('location')).toBe(`/api/v0.9${keysPath(id, kind)}/some-key`);
    if (kind === 'RestApi') expect(made.body.apiKey).toBeUndefined();
    else expect(made.body.apiKey).toMatch(/^[\w-]{43}$/);

    const listed = await world.done('GET', keysPath(id, kind));
    expect(listed).toMatchObject({ count: 1, pagination: { total: 1, offset: 0, limit: 20 } });
    expect(listed.list[0]).toMatchObject({
      id: 'some-key',
      displayName: 'Some key',
      artifactId: id,
      kind,
      status: 'active',
      allowedTargets: [],
      createdBy: 'admin',
    });
    expect(Date.parse(listed.list[0].expiresAt) - Date.parse(listed.list[0].createdAt)).toBe(2 * 86_400_000);
    if (made.body.apiKey) {
      expect(listed.list[0].maskedApiKey).toBe(`********${made.body.apiKey.slice(-4)}`);
      expect(JSON.stringify(listed)).not.toContain(made.body.apiKey);
    }

    expect(told(await world.eventsOf('PUT', `${keysPath(id, kind)}/some-key`, { displayName: 'New name' })).toSorted()).toEqual([
      'one apikey.updated',
      'two apikey.updated',
    ]);
    expect((await world.done('GET', keysPath(id, kind))).list[0]).toMatchObject({ displayName: 'New name' });
    await world.done('DELETE', `${keysPath(id, kind)}/some-key`);
    expect((await world.done('GET', keysPath(id, kind))).count).toBe(0);
  });

  test('are known only to the gateways that they are allowed for, also when that changes', async () => {
    const path = `${keysPath(id, kind)}/narrow`;
    const key = { displayName: 'Narrow' };
    expect(
      told(await world.eventsOf('POST', keysPath(id, kind), { id: 'narrow', ...key, ...given, allowedTargets: ['one'] })),
    ).toEqual(['one apikey.created']);
    expect(told(await world.eventsOf('PUT', path, { ...key, allowedTargets: ['two'] })).toSorted()).toEqual([
      'one apikey.revoked',
      'two apikey.created',
    ]);
    expect(told(await world.eventsOf('PUT', path, { ...key, allowedTargets: ['ALL'] })).toSorted()).toEqual([
      'one apikey.created',
      'two apikey.updated',
    ]);
    expect(told(await world.eventsOf('PUT', path, { ...key, allowedTargets: ['two'] })).toSorted()).toEqual([
      'one apikey.revoked',
      'two apikey.updated',
    ]);
    const before = await world.head();
    await world.deploy(kind, id, 'one');
    expect(told(await world.heard(before)).slice(1)).toEqual([]);
    expect(told(await world.eventsOf('DELETE', path))).toEqual(['two apikey.revoked']);
  });
});

test('an MCP proxy has no keys', async () => {
  await world.artifact('Mcp', 'keyless');
  expect((await world.ask('POST', '/mcp-proxies/keyless/api-keys', { displayName: 'Key' })).status).toBe(404);
});

describe('keys of others', () => {
  let colleague: string;
  beforeAll(async () => {
    await deployedApi('shared');
    const [admin] = await world.database.query<{ hash: string }>(sql`SELECT password_hash AS hash FROM users`);
    await world.database.query(
      sql`INSERT INTO users (id, username, password_hash) VALUES (gen_random_uuid(), 'colleague', ${admin?.hash})`,
    );
    await world.database.query(sql`
      INSERT INTO memberships (user_id, organization_id, scopes)
      SELECT users.id, organizations.id, '{ap:rest_api:manage,ap:api_key:read}' FROM users, organizations WHERE username = 'colleague'`);
    colleague = await world.token({ username: 'colleague' });
    await world.done('POST', keysPath('shared'), { id: 'of-admin', displayName: 'Of admin', apiKey: value });
    expect(
      (await world.ask('POST', keysPath('shared'), { id: 'own', displayName: 'Own', apiKey: value }, { token: colleague }))
        .status,
    ).toBe(201);
  });

  test('are neither seen nor changed without the scope for all keys', async () => {
    const ask = (method: string, path: string, body?: object) => world.ask(method, path, body, { token: colleague });
    const ids = async (path: string) => (await ask('GET', path)).body.list.map((key: { id: string }) => key.id);
    expect(await ids(keysPath('shared'))).toEqual(['own']);
    expect(await ids('/me/api-keys')).toEqual(['own']);
    for (const [method, body] of [
      ['PUT', { displayName: 'Mine now' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await ask(method, `${keysPath('shared')}/of-admin`, body);
      expect([answer.status, answer.body.code]).toEqual([404, 'API_KEY_NOT_FOUND']);
      expect(answer.body.message).toContain('ap:api_key:all:manage');
    }
    expect((await ask('PUT', `${keysPath('shared')}/own`, { displayName: 'Still own' })).status).toBe(200);
  });

  test('are seen and changed with it', async () => {
    expect((await world.done('GET', keysPath('shared'))).list.map((key: { id: string }) => key.id).toSorted()).toEqual([
      'of-admin',
      'own',
    ]);
    const [event] = (await world.eventsOf('PUT', `${keysPath('shared')}/own`, { displayName: 'Changed by admin' })).slice(0, 1);
    expect(event).toBeUndefined();
    expect(
      (await world.done('GET', '/me/api-keys?limit=100')).list.every((key: { createdBy: string }) => key.createdBy === 'admin'),
    ).toBe(true);
  });
});

describe('what is refused', () => {
  beforeAll(async () => {
    await deployedApi('refusing', 'one');
    await world.done('POST', keysPath('refusing'), { id: 'taken', displayName: 'Taken', apiKey: value });
  });
  const good = { id: 'fresh', displayName: 'Fresh', apiKey: value };

  test.each<[string, object, number, string, RegExp]>([
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }, 400, 'VALIDATION_FAILED', /expiresAt is not in the future/],
    ['an expiry that is no date', { expiresAt: 'tomorrow' }, 400, 'VALIDATION_FAILED', /expiresAt/],
    ['an expiry after all time', { expiresIn: { duration: 1_000_000, unit: 'months' } }, 400, 'VALIDATION_FAILED', /9999/],
    ['an expiry after no time', { expiresIn: { duration: 0, unit: 'days' } }, 400, 'VALIDATION_FAILED', /expiresIn/],
    [
      'two expiries',
      { expiresAt: '2099-01-01T00:00:00Z', expiresIn: { duration: 1, unit: 'days' } },
      400,
      'VALIDATION_FAILED',
      /contradicts/,
    ],
    ['a gateway that does not exist', { allowedTargets: ['one', 'three'] }, 400, 'GATEWAY_REF_NOT_FOUND', /'three'/],
    ['no gateway at all', { allowedTargets: [] }, 400, 'VALIDATION_FAILED', /allowedTargets/],
    ['an id that gateways refuse', { id: 'Upper' }, 400, 'VALIDATION_FAILED', /id/],
    ['an id that is too short', { id: 'ab' }, 400, 'VALIDATION_FAILED', /id/],
    ['an id that is taken', { id: 'taken' }, 409, 'API_KEY_EXISTS', /'taken'/],
    ['a key that is too short', { apiKey: 'short' }, 400, 'VALIDATION_FAILED', /apiKey/],
    ['a key with NUL', { apiKey: `${value}\0` }, 400, 'VALIDATION_FAILED', /apiKey/],
    ['a key that is huge', { apiKey: 'x'.repeat(513) }, 400, 'VALIDATION_FAILED', /apiKey/],
    ['no key', { apiKey: undefined }, 400, 'VALIDATION_FAILED', /apiKey is required/],
    ['a blank issuer', { issuer: '  ' }, 400, 'VALIDATION_FAILED', /issuer/],
    ['a field that does not exist', { surprise: 1 }, 400, 'VALIDATION_FAILED', /surprise/],
  ])('%s', async (_what, wrong, status, code, message) => {
    const before = await world.head();
    const answer = await world.ask('POST', keysPath('refusing'), { ...good, ...wrong });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toMatch(message);
    expect(await world.head()).toBe(before);
    expect((await world.done('GET', keysPath('refusing'))).count).toBe(1);
  });

  test('a change to an expiry in the past, a chosen key for an LLM provider, an artifact that is not there', async () => {
    const change = await world.ask('PUT', `${keysPath('refusing')}/taken`, {
      displayName: 'Taken',
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect([change.status, change.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    const renamed = await world.ask('PUT', `${keysPath('refusing')}/taken`, { id: 'other', displayName: 'Taken' });
    expect([renamed.status, renamed.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    const chosen = await world.ask('POST', keysPath('mistral-eu', 'LlmProvider'), { displayName: 'Key', apiKey: value });
    expect([chosen.status, chosen.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    const nowhere = await world.ask('POST', keysPath('nowhere'), good);
    expect([nowhere.status, nowhere.body.code]).toEqual([404, 'REST_API_NOT_FOUND']);
  });
});
