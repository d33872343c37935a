import { sql } from '@gatecast/database';
import { createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settle } from '../../../services/api-service/dist/deployments/settling.js';
import { example } from '../api-service/setup.js';
import { until } from '../until.js';
import { type CredentialWorld, startCredentialWorld } from './world.js';

let world: CredentialWorld;
let apiId: string;
beforeAll(async () => {
  world = await startCredentialWorld();
  apiId = await world.artifact('RestApi', 'subscribed');
  await world.deploy('RestApi', 'subscribed', 'one');
  await world.artifact('RestApi', 'quiet');
});
afterAll(() => world?.stop());

const told = (events: readonly { gateway: string | null; type: string }[]) =>
  events.map(({ gateway, type }) => `${gateway} ${type}`);
const payload = (event: { payload: unknown } | undefined) => JSON.stringify(event?.payload);
const minute = { timeUnit: 'MINUTE', limitCount: 100 };
const token = 'a-token-that-somebody-chose';

describe('a plan', () => {
  test('is told to every gateway of the organization as one event, in the fields of the contract', async () => {
    const created = await world.eventsOf('POST', '/subscription-plans', {
      id: 'gold',
      displayName: 'Gold',
      limits: [minute, { timeUnit: 'HOUR', limitCount: 1000 }],
      expiryTime: '2099-01-01T00:00:00.999Z',
    });
    expect(told(created)).toEqual(['null subscriptionPlan.created']);
    const planId = created[0]?.payload.planId;
    expect(created[0]?.entity).toBe(`plan:${planId}`);
    expect(payload(created[0])).toBe(
      `{"planId":"${planId}","handle":"gold","planName":"Gold","stopOnQuotaReach":true,"throttleLimitCount":100,"throttleLimitUnit":"Min","expiryTime":"2099-01-01T00:00:00Z","status":"ACTIVE"}`,
    );
    const read = await world.done('GET', '/subscription-plans/gold');
    expect(read).toMatchObject({
      id: 'gold',
      displayName: 'Gold',
      limits: [
        { limitType: 'REQUEST_COUNT', timeUnit: 'MINUTE', timeAmount: 1, limitCount: 100, stopOnQuotaReach: true },
        { timeUnit: 'HOUR', limitCount: 1000 },
      ],
      status: 'ACTIVE',
    });
    expect((await world.done('GET', '/subscription-plans')).list).toEqual([read]);

    const updated = await world.eventsOf('PUT', '/subscription-plans/gold', { displayName: 'Golden', status: 'INACTIVE' });
    expect(told(updated)).toEqual(['null subscriptionPlan.updated']);
    expect(payload(updated[0])).toBe(
      `{"planId":"${planId}","handle":"gold","planName":"Golden","stopOnQuotaReach":true,"status":"INACTIVE"}`,
    );
    const deleted = await world.eventsOf('DELETE', '/subscription-plans/gold');
    expect(told(deleted)).toEqual(['null subscriptionPlan.deleted']);
    expect(payload(deleted[0])).toBe(`{"planId":"${planId}","handle":"gold","planName":"Golden"}`);
    expect(await world.database.query(sql`SELECT type FROM tombstones WHERE entity_id = ${planId}`)).toEqual([
      { type: 'subscriptionPlan.deleted' },
    ]);
  });

  test('that is over can be changed otherwise', async () => {
    await world.done('POST', '/subscription-plans', { id: 'over', displayName: 'Over', expiryTime: '2099-01-01T00:00:00Z' });
    await world.database.query(sql`UPDATE subscription_plans SET expiry_time = '2020-01-01T00:00:00Z' WHERE handle = 'over'`);
    const { expiryTime } = await world.done('GET', '/subscription-plans/over');
    expect((await world.ask('PUT', '/subscription-plans/over', { displayName: 'Over and out', expiryTime })).status).toBe(200);
    const later = await world.ask('PUT', '/subscription-plans/over', { displayName: 'Over', expiryTime: '2020-01-02T00:00:00Z' });
    expect([later.status, later.body.errors[0].field]).toEqual([400, 'expiryTime']);
    const refused = await world.ask('POST', '/subscriptions', { artifactId: 'subscribed', subscriptionPlanId: 'over' });
    expect([refused.status, refused.body.code]).toEqual([400, 'SUBSCRIPTION_PLAN_REF_NOT_FOUND']);
  });

  test.each<[string, object, RegExp]>([
    ['two limits of one unit', { limits: [minute, minute] }, /limits\.1\.timeUnit .* one limit per unit/],
    ['a count of zero', { limits: [{ ...minute, limitCount: 0 }] }, /limits\.0\.limitCount/],
    ['a negative count', { limits: [{ ...minute, limitCount: -1 }] }, /limits\.0\.limitCount/],
    ['a count that is no whole number', { limits: [{ ...minute, limitCount: 1.5 }] }, /limits\.0\.limitCount/],
    ['an unknown unit', { limits: [{ ...minute, timeUnit: 'FORTNIGHT' }] }, /limits\.0\.timeUnit/],
    ['several units at a time', { limits: [{ ...minute, timeAmount: 5 }] }, /limits\.0\.timeAmount/],
    ['an unknown type', { limits: [{ ...minute, limitType: 'BANDWIDTH' }] }, /limits\.0\.limitType/],
    [
      'a plan that stops and does not stop',
      { limits: [minute, { timeUnit: 'DAY', limitCount: 500, stopOnQuotaReach: false }] },
      /limits\.1\.stopOnQuotaReach contradicts/,
    ],
    [
      'a limit that could never be reached',
      { limits: [minute, { timeUnit: 'HOUR', limitCount: 99 }] },
      /limits\.1\.limitCount .* never/,
    ],
    ['an expiry in the past', { expiryTime: '2020-01-01T00:00:00Z' }, /expiryTime is not in the future/],
    ['an unknown status', { status: 'GONE' }, /status/],
    ['NUL', { description: 'a\0b' }, /description/],
    ['a huge name', { displayName: 'x'.repeat(129) }, /displayName/],
  ])('is refused with %s', async (_what, wrong, message) => {
    const before = await world.head();
    const answer = await world.ask('POST', '/subscription-plans', { id: 'wrong', displayName: 'Wrong', ...wrong });
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(answer.body.message).toMatch(message);
    expect(await world.head()).toBe(before);
  });

  test('keeps its id to itself', async () => {
    await world.done('POST', '/subscription-plans', { id: 'silver', displayName: 'Silver' });
    const answer = await world.ask('POST', '/subscription-plans', { id: 'silver', displayName: 'Another' });
    expect([answer.status, answer.body.code]).toEqual([409, 'SUBSCRIPTION_PLAN_EXISTS']);
    expect((await world.ask('PUT', '/subscription-plans/none', { displayName: 'None' })).status).toBe(404);
    expect((await world.ask('DELETE', '/subscription-plans/none')).status).toBe(404);
  });
});

describe('a subscription', () => {
  let planId: string;
  let applicationId: string;
  beforeAll(async () => {
    const [plan] = await world.eventsOf('POST', '/subscription-plans', { id: 'bronze', displayName: 'Bronze', limits: [minute] });
    planId = plan?.payload.planId;
    await world.done('POST', '/applications', { id: 'shop', displayName: 'Shop' });
    const [row] = await world.database.query<{ id: string }>(sql`SELECT id FROM applications WHERE handle = 'shop'`);
    applicationId = row?.id ?? '';
  });

  test('reaches the gateways that have the artifact, its plan before it, in the fields of the contract', async () => {
    const before = await world.head();
    const made = await world.done('POST', '/subscriptions', {
      artifactId: 'subscribed',
      subscriberId: 'alice',
      subscriptionToken: token,
      subscriptionPlanId: 'bronze',
      applicationId: 'shop',
    });
    expect(made).toMatchObject({
      artifactId: 'subscribed',
      kind: 'RestApi',
      subscriberId: 'alice',
      subscriptionToken: token,
      subscriptionPlanId: 'bronze',
      applicationId: 'shop',
      status: 'ACTIVE',
    });
    const created = await world.heard(before);
    expect(told(created)).toEqual(['one subscriptionPlan.created', 'one subscription.created']);
    expect(created[1]?.entity).toBe(`subscription:${made.id}`);
    expect(payload(created[1])).toBe(
      `{"apiId":"${apiId}","subscriptionId":"${made.id}","applicationId":"${applicationId}","subscriptionToken":"${token}","subscriptionPlanId":"${planId}","status":"ACTIVE"}`,
    );
    for (const id of [made.id, made.id.toUpperCase()]) expect(await world.done('GET', `/subscriptions/${id}`)).toEqual(made);
    expect((await world.done('GET', '/subscriptions?subscriberId=alice&artifactId=subscribed&status=ACTIVE')).list).toEqual([
      made,
    ]);
    expect((await world.done('GET', '/subscriptions?subscriberId=bob')).list).toEqual([]);

    const updated = await world.eventsOf('PUT', `/subscriptions/${made.id}?subscriberId=alice`, {
      ...made,
      subscriptionPlanId: undefined,
      applicationId: undefined,
      status: 'INACTIVE',
    });
    expect(told(updated)).toEqual(['one subscription.updated']);
    expect(payload(updated[0])).toBe(
      `{"apiId":"${apiId}","subscriptionId":"${made.id}","subscriptionToken":"${token}","status":"INACTIVE"}`,
    );
    const again = await world.eventsOf('PUT', `/subscriptions/${made.id}`, { status: 'ACTIVE', subscriptionPlanId: 'bronze' });
    expect(told(again)).toEqual(['one subscriptionPlan.created', 'one subscription.updated']);

    const deleted = await world.eventsOf('DELETE', `/subscriptions/${made.id}`);
    expect(told(deleted)).toEqual(['one subscription.deleted']);
    expect(payload(deleted[0])).toBe(`{"apiId":"${apiId}","subscriptionId":"${made.id}","subscriptionToken":"${token}"}`);
    expect(await world.database.query(sql`SELECT type FROM tombstones WHERE entity_id = ${made.id}`)).toEqual([
      { type: 'subscription.deleted' },
    ]);
    expect((await world.ask('GET', `/subscriptions/${made.id}`)).status).toBe(404);
  });

  test('comes with the deployment, after keys and plan and before the applications of the keys', async () => {
    await world.done('POST', '/rest-apis/quiet/api-keys', {
      id: 'quiet-key',
      displayName: 'Key',
      apiKey: 'some-key-of-somebody',
    });
    await world.done('POST', '/applications/shop/api-keys', { apiKeys: [{ id: 'quiet-key', artifactId: 'quiet' }] });
    const made = await world.ask('POST', '/subscriptions', { artifactId: 'quiet', subscriptionPlanId: 'bronze' });
    expect([made.status, made.body.subscriberId]).toEqual([201, 'admin']);
    expect(made.body.subscriptionToken).toMatch(/^[\w-]{43}$/);
    const before = await world.head();
    await world.deploy('RestApi', 'quiet', 'two');
    expect(told(await world.heard(before))).toEqual([
      'two api.deployed',
      'two apikey.created',
      'two subscriptionPlan.created',
      'two subscription.created',
      'two application.updated',
    ]);
  });

  test('keeps its plan and its application from being deleted', async () => {
    const made = await world.done('POST', '/subscriptions', {
      artifactId: 'subscribed',
      subscriberId: 'carol',
      subscriptionPlanId: 'bronze',
      applicationId: 'shop',
    });
    const plan = await world.ask('DELETE', '/subscription-plans/bronze');
    expect([plan.status, plan.body.code]).toEqual([409, 'SUBSCRIPTION_PLAN_IN_USE']);
    const application = await world.ask('DELETE', '/applications/shop');
    expect([application.status, application.body.code]).toEqual([409, 'APPLICATION_IN_USE']);
    await world.done('DELETE', `/subscriptions/${made.id}`);
  });

  test('is one per subscriber and artifact, with a token of its own, also when many ask at once', async () => {
    const ask = (subscriberId: string, subscriptionToken?: string) =>
      world.ask('POST', '/subscriptions', { artifactId: 'subscribed', subscriberId, subscriptionToken });
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => ask('dave')))).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 409, 409, 409, 409]);
    expect((await ask('erin', 'the-token-of-erin-1')).status).toBe(201);
    const taken = await ask('frank', 'the-token-of-erin-1');
    expect([taken.status, taken.body.code]).toEqual([409, 'SUBSCRIPTION_EXISTS']);
    expect(taken.body.message).toMatch(/token/);
  });

  test('has a token that another organization may have too, of which it says nothing', async () => {
    await world.done('POST', '/organizations', { id: 'strangers', displayName: 'Strangers' });
    const as = { token: await world.token({ organization: 'strangers' }) };
    await world.done('POST', '/projects', { id: 'demo', displayName: 'Demo' }, as);
    await world.done('POST', '/rest-apis', { ...example('rest-api'), id: 'theirs' }, as);
    const subscription = { subscriberId: 'olga', subscriptionToken: 'the-token-of-both-1' };
    await world.done('POST', '/subscriptions', { artifactId: 'subscribed', ...subscription });
    await world.done('POST', '/subscriptions', { artifactId: 'theirs', ...subscription }, as);
  });

  test.each<[string, object, string]>([
    ['an artifact that does not exist', { artifactId: 'nowhere' }, 'ARTIFACT_REF_NOT_FOUND'],
    ['an artifact of another kind', { kind: 'Mcp' }, 'ARTIFACT_REF_NOT_FOUND'],
    ['a plan that does not exist', { subscriptionPlanId: 'none' }, 'SUBSCRIPTION_PLAN_REF_NOT_FOUND'],
    ['an application that does not exist', { applicationId: 'none' }, 'APPLICATION_REF_NOT_FOUND'],
    ['a token that is too short', { subscriptionToken: 'short' }, 'VALIDATION_FAILED'],
    ['a huge subscriber', { subscriberId: 'x'.repeat(256) }, 'VALIDATION_FAILED'],
    ['an unknown status', { status: 'PENDING' }, 'VALIDATION_FAILED'],
  ])('is refused with %s', async (_what, wrong, code) => {
    const answer = await world.ask('POST', '/subscriptions', { artifactId: 'subscribed', subscriberId: 'grace', ...wrong });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.message).toMatch(/\S/);
  });

  test('does not change its artifact, subscriber or token, and is not found under another subscriber', async () => {
    const made = await world.done('POST', '/subscriptions', { artifactId: 'subscribed', subscriberId: 'heidi' });
    for (const wrong of [{ artifactId: 'quiet' }, { subscriberId: 'ivan' }, { subscriptionToken: token }]) {
      const answer = await world.ask('PUT', `/subscriptions/${made.id}`, { status: 'ACTIVE', ...wrong });
      expect([answer.status, answer.body.errors[0].field]).toEqual([400, Object.keys(wrong)[0]]);
    }
    expect((await world.ask('PUT', `/subscriptions/${made.id}?subscriberId=ivan`, { status: 'ACTIVE' })).status).toBe(404);
    expect((await world.ask('DELETE', `/subscriptions/${made.id}?subscriberId=ivan`)).status).toBe(404);
    for (const id of ['none', '%00', '01a204f7-54ed-7483-bb39-1ec578659a85'])
      expect((await world.ask('GET', `/subscriptions/${id}`)).status).toBe(id === '%00' ? 400 : 404);
  });
});

describe('an application', () => {
  let otherId: string;
  beforeAll(async () => {
    for (const id of ['app-api', 'app-other']) {
      otherId = await world.artifact('RestApi', id);
      await world.done('POST', `/rest-apis/${id}/api-keys`, {
        id: 'same-key',
        displayName: 'Key',
        apiKey: `the-key-of-${id}-itself`,
      });
    }
    await world.deploy('RestApi', 'app-api', 'one');
    await world.deploy('RestApi', 'app-other', 'two');
  });
  const keyIdOf = async (artifact: string) => {
    const [row] = await world.database.query<{ id: string }>(sql`
      SELECT api_keys.id FROM api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id WHERE artifacts.handle = ${artifact}`);
    return row?.id ?? '';
  };

  test('is told with all of its keys wherever an artifact of them is, and without them when they are taken away', async () => {
    expect(
      await world.eventsOf('POST', '/applications', { id: 'robot', displayName: 'Robot', type: 'genai', projectId: 'demo' }),
    ).toEqual([]);
    const [row] = await world.database.query<{ id: string }>(sql`SELECT id FROM applications WHERE handle = 'robot'`);
    const mapped = await world.eventsOf('POST', '/applications/robot/api-keys', {
      apiKeys: [{ id: 'same-key', artifactId: 'app-api', kind: 'RestApi' }],
    });
    expect(told(mapped)).toEqual(['one application.updated']);
    expect(mapped[0]?.entity).toBe(`application:${row?.id}`);
    expect(payload(mapped[0])).toBe(
      `{"applicationId":"robot","applicationUuid":"${row?.id}","applicationName":"Robot","applicationType":"genai","mappings":[{"apiKeyUuid":"${await keyIdOf('app-api')}"}]}`,
    );
    const both = await world.eventsOf('POST', '/applications/robot/api-keys', {
      apiKeys: [{ id: 'same-key', artifactId: 'app-other' }],
    });
    expect(told(both).toSorted()).toEqual(['one application.updated', 'two application.updated']);
    expect(both[0]?.payload.mappings).toHaveLength(2);
    expect(
      (await world.done('GET', '/applications/robot/api-keys')).list
        .map((key: { artifactId: string }) => key.artifactId)
        .toSorted(),
    ).toEqual(['app-api', 'app-other']);

    const renamed = await world.eventsOf('PUT', '/applications/robot', { displayName: 'Robot 2', type: 'genai' });
    expect(renamed.map((event) => event.payload.applicationName)).toEqual(['Robot 2', 'Robot 2']);

    const unclear = await world.ask('DELETE', '/applications/robot/api-keys/same-key');
    expect([unclear.status, unclear.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    const unmapped = await world.eventsOf('DELETE', '/applications/robot/api-keys/same-key?artifactId=app-api&kind=RestApi');
    expect(unmapped.map(({ gateway, payload: { mappings } }) => [gateway, mappings.length]).toSorted()).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    const deleted = await world.eventsOf('DELETE', '/applications/robot');
    expect(deleted.map(({ gateway, payload: { mappings } }) => [gateway, mappings])).toEqual([['two', []]]);
    expect((await world.ask('GET', '/applications/robot')).status).toBe(404);
    expect(otherId).toBeTruthy();
  });

  test('that is deleted while a key is mapped to it is not found', async () => {
    await world.done('POST', '/applications', { id: 'going', displayName: 'Going' });
    const waiting = () =>
      world.database.query(sql`
        SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`);
    const mapped = await world.database.transaction(async ({ query }) => {
      await query(sql`DELETE FROM applications WHERE handle = 'going'`);
      const asked = world.ask('POST', '/applications/going/api-keys', { apiKeys: [{ id: 'same-key', artifactId: 'app-api' }] });
      await until(waiting).toHaveLength(1);
      return { asked };
    });
    expect(await mapped.asked).toMatchObject({ status: 404, body: { code: 'APPLICATION_NOT_FOUND' } });
  });

  test('loses a key by its artifact under either name of that parameter, and not under both', async () => {
    await world.done('POST', '/applications', { id: 'losing', displayName: 'Losing' });
    const apiKeys = ['app-api', 'app-other'].map((artifactId) => ({ id: 'same-key', artifactId }));
    await world.done('POST', '/applications/losing/api-keys', { apiKeys });
    const path = '/applications/losing/api-keys/same-key';
    const both = await world.ask('DELETE', `${path}?entityID=app-api&artifactId=app-other`);
    expect([both.status, both.body.errors]).toMatchObject([400, [{ field: 'entityID' }]]);
    expect((await world.ask('DELETE', `${path}?entityID=nowhere`)).status).toBe(404);
    await world.done('DELETE', `${path}?entityID=app-api`);
    const { list } = await world.done('GET', '/applications/losing/api-keys');
    expect(list.map((key: { artifactId: string }) => key.artifactId)).toEqual(['app-other']);
  });

  /** Makes API keys `key-1`, `key-2`, … of an artifact, and maps the first ones to an application. */
  const makeKeys = async (artifact: string, count: number, application: string, mapped: number) => {
    await world.database.query(sql`
      INSERT INTO api_keys (id, artifact_id, handle, display_name, key_hash, masked_key, created_by)
      SELECT gen_random_uuid(), artifacts.id, 'key-' || number, 'Key', md5(number::text), '***', 'admin'
      FROM artifacts, generate_series(1, ${count}::int) AS number WHERE artifacts.handle = ${artifact}`);
    await world.database.query(sql`
      INSERT INTO application_key_mappings (application_id, api_key_id)
      SELECT applications.id, api_keys.id
      FROM applications, api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id, generate_series(1, ${mapped}::int) AS number
      WHERE applications.handle = ${application} AND artifacts.handle = ${artifact} AND api_keys.handle = 'key-' || number`);
  };

  test('has at most as many keys as one event tells of, also while no gateway is told', async () => {
    await world.artifact('RestApi', 'crowded');
    // What takes the most bytes in a frame.
    await world.done('POST', '/applications', { id: 'a'.repeat(40), displayName: '\u0001'.repeat(128) });
    const path = `/applications/${'a'.repeat(40)}`;
    await makeKeys('crowded', 8001, 'a'.repeat(40), 7999);
    const map = (...ids: string[]) =>
      world.ask('POST', `${path}/api-keys`, { apiKeys: ids.map((id) => ({ id, artifactId: 'crowded' })) });

    expect(await map('key-8000', 'key-8001')).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', message: expect.stringMatching(/8000.*8001/), errors: [{ field: 'apiKeys' }] },
    });
    expect((await map('key-8000')).status).toBe(200);
    expect((await map('key-8001')).status).toBe(400);
    expect((await map('key-1', 'key-8000')).status).toBe(200);

    await world.deploy('RestApi', 'crowded', 'one');
    const renamed = await world.eventsOf('PUT', path, { displayName: '\u0002'.repeat(128) });
    expect(renamed.map(({ gateway, payload: { mappings } }) => [gateway, mappings.length])).toEqual([['one', 8000]]);
    const unmapped = await world.eventsOf('DELETE', `${path}/api-keys/key-1`);
    expect(unmapped.map(({ payload: { mappings } }) => mappings.length)).toEqual([7999]);
  });

  test('whose many keys many gateways know gets no more of them, and can lose them', async () => {
    await world.artifact('RestApi', 'spread');
    await world.done('POST', '/applications', { id: 'spread', displayName: 'Spread' });
    await makeKeys('spread', 7_000, 'spread', 6_999);
    const gateways = Array.from({ length: 150 }, (_, n) => `spread-${n}`);
    await world.database.query(sql`
      INSERT INTO gateways (id, organization_id, handle, display_name, endpoints, functionality_type, version, created_by)
      SELECT gen_random_uuid(), organization_id, named, named, '[]', 'regular', '1.0', 'admin'
      FROM artifacts, unnest(${gateways}::text[]) AS named WHERE artifacts.handle = 'spread'`);
    await world.database.query(sql`
      INSERT INTO artifact_gateways (artifact_id, gateway_id, desired_state, status, performed_at, desired_since, correlation_id, updated_at)
      SELECT artifacts.id, gateways.id, 'UNDEPLOYED', 'UNDEPLOYED', now(), now(), gen_random_uuid(), now()
      FROM artifacts, gateways WHERE artifacts.handle = 'spread' AND gateways.handle = ANY(${gateways}::text[])`);

    expect(
      await world.ask('POST', '/applications/spread/api-keys', { apiKeys: [{ id: 'key-7000', artifactId: 'spread' }] }),
    ).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE', message: expect.stringMatching(/150 gateways.*7000/) } });
    const unmapped = await world.eventsOf('DELETE', '/applications/spread/api-keys/key-1');
    expect(unmapped.map(({ payload: { mappings } }) => mappings.length)).toEqual(gateways.map(() => 6_998));
  });

  test('is refused with what does not exist', async () => {
    await world.done('POST', '/applications', { id: 'refusing', displayName: 'Refusing' });
    const map = (key: object) => world.ask('POST', '/applications/refusing/api-keys', { apiKeys: [key] });
    const answers = [
      await map({ id: 'none', artifactId: 'app-api' }),
      await map({ id: 'same-key', artifactId: 'nowhere' }),
      await world.ask('POST', '/applications', { displayName: 'App', projectId: 'none' }),
      await world.ask('POST', '/applications', { id: 'refusing', displayName: 'App' }),
      await world.ask('POST', '/applications/none/api-keys', { apiKeys: [{ id: 'same-key', artifactId: 'app-api' }] }),
      await world.ask('DELETE', '/applications/refusing/api-keys/same-key'),
      await map({ id: 'same-key', artifactId: 'app-api', kind: 'Mcp' }),
    ];
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
      '400 API_KEY_REF_NOT_FOUND',
      '400 ARTIFACT_REF_NOT_FOUND',
      '400 PROJECT_REF_NOT_FOUND',
      '409 APPLICATION_EXISTS',
      '404 APPLICATION_NOT_FOUND',
      '404 API_KEY_NOT_FOUND',
      '400 VALIDATION_FAILED',
    ]);
  });
});

test('a deployment that is issued again comes with what belongs to it', async () => {
  await world.artifact('RestApi', 'unanswered');
  await world.deploy('RestApi', 'unanswered', 'one');
  await world.done('POST', '/rest-apis/unanswered/api-keys', {
    id: 'its-key',
    displayName: 'Key',
    apiKey: 'the-key-of-the-unanswered',
  });
  await world.done('POST', '/subscriptions', { artifactId: 'unanswered' });
  const before = await world.head();
  await world.database.query(sql`
    UPDATE artifact_gateways SET receipt_at = clock_timestamp() - interval '1 hour'
    FROM artifacts WHERE artifacts.id = artifact_id AND artifacts.handle = 'unanswered'`);
  const logger = createLogger('test', 'silent');
  await settle({ database: world.database, logger, wakeRelay: () => undefined, acksWaiting: async () => 0 });
  expect(told(await world.heard(before))).toEqual(['one api.deployed', 'one apikey.created', 'one subscription.created']);
});

test('a deleted artifact takes its keys and subscriptions with it, by the one event that says so', async () => {
  await world.artifact('RestApi', 'doomed');
  await world.deploy('RestApi', 'doomed', 'one');
  await world.done('POST', '/rest-apis/doomed/api-keys', {
    id: 'doomed-key',
    displayName: 'Key',
    apiKey: 'the-key-of-the-doomed',
  });
  await world.done('POST', '/subscriptions', { artifactId: 'doomed' });
  expect(told(await world.eventsOf('DELETE', '/rest-apis/doomed'))).toEqual(['null api.deleted']);
  expect((await world.done('GET', '/subscriptions?artifactId=doomed')).list).toEqual([]);
});
