import { createHash, randomUUID } from 'node:crypto';
import { kinds } from '@gatecast/contracts';
import { describe, expect, test } from 'vitest';
import { definition } from './control-plane.js';
import { at } from './decisions.js';
import { keyOf, plan, subscriptionOf } from './rows.js';
import {
  controlPlane,
  decisions,
  hold,
  holdKey,
  holdSubscription,
  keys,
  records,
  said,
  socket,
  start,
  store,
  subscriptions,
} from './sync-setup.js';

const hour = 3_600_000;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const noSync = { sync: undefined as never };

/** Sends events one after the other; resolves with what became of each. None of them may be acked. */
async function handled(...events: readonly [type: string, payload: object, correlationId?: string, userId?: string][]) {
  const before = records.length;
  for (const [type, payload, correlationId = randomUUID(), userId = 'somebody'] of events)
    socket.send(JSON.stringify({ type, payload, timestamp: '2026-01-01T12:00:00Z', correlationId, userId }));
  const through = randomUUID();
  socket.ping(through);
  expect(await socket.next(), 'no ack').toEqual({ pong: through });
  return records.slice(before).map(({ outcome }) => outcome);
}

/** Payload of `apikey.created` (gateway protocol 1.5). */
const created = (artifactId: string, more: object = {}) => ({
  uuid: randomUUID(),
  apiId: artifactId,
  name: 'a-key',
  apiKeyHashes: JSON.stringify({ sha256: 'ab'.repeat(32) }),
  maskedApiKey: '***f3',
  createdAt: '2026-01-01T12:00:00Z',
  updatedAt: '2026-01-01T12:00:00Z',
  ...more,
});
/** Payload of `apikey.updated` (gateway protocol 1.5). */
const updated = (artifactId: string, more: object = {}) => ({
  apiId: artifactId,
  keyName: 'a-key',
  apiKeyHashes: JSON.stringify({ sha256: 'cd'.repeat(32) }),
  maskedApiKey: '***f4',
  updatedAt: '2026-01-01T12:00:01Z',
  ...more,
});

describe.each(kinds)('API keys of $kind', ({ kind }) => {
  test('a key is created, changed and revoked', async () => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind }));
    const uuid = randomUUID();
    const expiresAt = inMs(hour);
    expect(
      await handled(['apikey.created', created(id, { uuid, expiresAt, issuer: 'idp', externalRefId: 'ref' }), 'c-1', 'ann']),
    ).toEqual(['applied']);
    const key = {
      id: `${id}/a-key`,
      artifactId: id,
      name: 'a-key',
      uuid,
      sha256: 'ab'.repeat(32),
      maskedApiKey: '***f3',
      externalRefId: 'ref',
      issuer: 'idp',
      expiresAt,
      createdBy: 'ann',
      updatedAt: '2026-01-01T12:00:00Z',
    };
    expect(keys()).toEqual([key]);
    expect(records.at(-1)).toMatchObject({ type: 'apikey.created', artifactId: id, entityId: key.id, correlationId: 'c-1' });

    expect(await handled(['apikey.updated', updated(id)])).toEqual(['applied']);
    expect(keys()).toEqual([
      {
        ...key,
        sha256: 'cd'.repeat(32),
        maskedApiKey: '***f4',
        externalRefId: null,
        issuer: null,
        expiresAt: null,
        updatedAt: '2026-01-01T12:00:01Z',
      },
    ]);

    expect(await handled(['apikey.revoked', { apiId: id, keyName: 'a-key' }])).toEqual(['applied']);
    expect(keys()).toEqual([]);
    expect(await handled(['apikey.revoked', { apiId: id, keyName: 'a-key' }])).toEqual(['unknown']);
  });

  test('a key goes with its artifact, and stays when that is undeployed', async () => {
    await start(noSync);
    const artifact = hold(decisions.decide({ kind }));
    holdKey(keyOf(artifact.id, 'a-key'));
    holdSubscription(artifact.id);
    socket.change({
      kind,
      verb: 'undeployed',
      artifactId: artifact.id,
      deploymentId: artifact.deploymentId,
      performedAt: new Date(at(1)),
    });
    expect(await socket.next()).toMatchObject({ ack: { action: 'undeploy' } });
    expect([keys(), subscriptions()]).toMatchObject([{ length: 1 }, { length: 1 }]);
    socket.change({ kind, verb: 'deleted', artifactId: artifact.id });
    expect(await handled()).toEqual(['applied']);
    expect([keys(), subscriptions()]).toEqual([[], []]);
  });

  test('A10: a delete of what is not held removes the keys that are left of it, and the log says so', async () => {
    await start(noSync);
    const artifactId = randomUUID();
    holdKey(keyOf(artifactId, 'a-key'));
    const kept = keyOf(randomUUID(), 'a-key');
    holdKey(kept);
    const correlationId = socket.change({ kind, verb: 'deleted', artifactId });
    expect(await handled()).toEqual(['applied']);
    expect(keys()).toEqual([kept]);
    expect(said('orphaned credentials removed')).toMatchObject([
      { level: 'info', fields: { correlationId, artifactId, apiKeys: 1, subscriptions: 0 } },
    ]);

    socket.change({ kind, verb: 'deleted', artifactId });
    expect(await handled()).toEqual(['unknown']);
  });
});

describe('API keys', () => {
  test('an event that comes a second time has no effect', async () => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    expect(
      await handled(
        ['apikey.created', created(id), 'c-1'],
        ['apikey.revoked', { apiId: id, keyName: 'a-key' }],
        ['apikey.created', created(id), 'c-1'],
      ),
    ).toEqual(['applied', 'applied', 'duplicate']);
    expect(keys()).toEqual([]);
  });

  test('of two changes the newer one stays, and of two in one second the later event', async () => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const change = (letter: string, updatedAt: string) =>
      ['apikey.updated', updated(id, { apiKeyHashes: JSON.stringify({ sha256: letter }), updatedAt })] as [string, object];
    expect(
      await handled(
        change('a', '2026-01-01T12:00:05Z'),
        change('b', '2026-01-01T12:00:04Z'),
        change('c', '2026-01-01T12:00:05Z'),
        change('d', '2026-01-01T14:00:06+02:00'),
      ),
    ).toEqual(['applied', 'stale', 'applied', 'applied']);
    expect(keys()).toMatchObject([{ sha256: 'd', uuid: null }]);
  });

  test.each([
    ['of an artifact that is not held', {}, randomUUID()],
    ['that has expired', { expiresAt: '2020-01-01T00:00:00Z' }, undefined],
    ['with capital letters in its name', { name: 'A-key', keyName: 'A-key' }, undefined],
    ['with a name that is too short', { name: 'ab', keyName: 'ab' }, undefined],
    ['with a name that is too long', { name: 'a'.repeat(64), keyName: 'a'.repeat(64) }, undefined],
    ['with a name that ends in a hyphen', { name: 'a-key-', keyName: 'a-key-' }, undefined],
  ])('a key %s is refused, new or changed', async (_, wrong, foreign) => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const artifactId = foreign ?? id;
    expect(await handled(['apikey.created', created(artifactId, wrong)], ['apikey.updated', updated(artifactId, wrong)])).toEqual(
      ['failed', 'failed'],
    );
    expect(keys()).toEqual([]);
    expect(said('event handled').map(({ level }) => level)).toEqual(['error', 'error']);
  });

  test.each([
    ['without its artifact', 'apikey.created', { apiId: undefined }],
    ['without hashes', 'apikey.created', { apiKeyHashes: undefined }],
    ['with hashes that are an object', 'apikey.created', { apiKeyHashes: { sha256: 'ab' } }],
    ['with hashes that are not JSON', 'apikey.created', { apiKeyHashes: 'sha256' }],
    ['with another hash', 'apikey.created', { apiKeyHashes: '{"md5":"ab"}' }],
    ['with an expiry that is no instant', 'apikey.created', { expiresAt: 'tomorrow' }],
    ['without its name', 'apikey.updated', { keyName: undefined }],
    ['without a name to revoke', 'apikey.revoked', { keyName: '' }],
  ])('an event about a key %s is ignored', async (_, type, wrong) => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    expect(await handled([type, { ...created(id), ...updated(id), ...wrong }])).toEqual(['ignored']);
    expect(keys()).toEqual([]);
    expect(said('event is malformed')).toMatchObject([{ level: 'error', fields: { type, detail: expect.any(String) } }]);
  });

  test('a key that was changed to end, and has ended by now, is not valid as what it was before either', async () => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const ended = { expiresAt: '2020-01-01T00:00:00Z' };
    expect(
      await handled(
        ['apikey.created', created(id, { updatedAt: '2026-01-01T12:00:05Z' })],
        ['apikey.updated', updated(id, { ...ended, updatedAt: '2026-01-01T12:00:04Z' })],
      ),
    ).toEqual(['applied', 'failed']);
    expect(keys()).toHaveLength(1);

    expect(await handled(['apikey.updated', updated(id, { ...ended, updatedAt: '2026-01-01T12:00:06Z' })])).toEqual(['applied']);
    expect(keys()).toEqual([]);
  });

  test('the eleventh key of a user for an artifact is refused, other users and artifacts have their own', async () => {
    await start(noSync);
    const [a, b] = [hold(decisions.decide({ kind: 'RestApi' })), hold(decisions.decide({ kind: 'RestApi' }))];
    const events = Array.from(
      { length: 11 },
      (_, n) => ['apikey.created', created(a.id, { name: `key-${n}` }), randomUUID(), 'ann'] as [string, object, string, string],
    );
    expect(await handled(...events)).toEqual([...Array.from({ length: 10 }, () => 'applied'), 'failed']);
    expect(
      await handled(
        ['apikey.created', created(a.id, { name: 'key-0' }), randomUUID(), 'ann'],
        ['apikey.created', created(a.id, { name: 'other' }), randomUUID(), 'bob'],
        ['apikey.created', created(b.id), randomUUID(), 'ann'],
        ['apikey.revoked', { apiId: a.id, keyName: 'key-1' }],
        ['apikey.created', created(a.id, { name: 'key-10' }), randomUUID(), 'ann'],
      ),
    ).toEqual(['applied', 'applied', 'applied', 'applied', 'applied']);
  });

  test('a key without a name has its UUID as name, and one with a term ends with it', async () => {
    await start(noSync);
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const uuid = randomUUID();
    const before = Date.now();
    expect(
      await handled(['apikey.created', created(id, { uuid, name: undefined, expiresIn: { duration: 2, unit: 'hours' } })]),
    ).toEqual(['applied']);
    const [key] = keys();
    expect(key).toMatchObject({ name: uuid });
    expect(Date.parse(key?.expiresAt ?? '')).toBeGreaterThanOrEqual(before + 2 * hour);
  });
});

const subscribed = (apiId: string, subscriptionId: string, more: object = {}) => ({
  apiId,
  subscriptionId,
  subscriptionToken: 'the-token',
  status: 'ACTIVE',
  ...more,
});

test('a subscription is created, changed and deleted, and its token is kept as a hash only', async () => {
  await start(noSync);
  const { id: artifactId } = hold(decisions.decide({ kind: 'RestApi' }));
  const id = randomUUID();
  store.transaction(({ plans }) => plans.put(plan('gold')));
  expect(await handled(['subscription.updated', subscribed(artifactId, id)])).toEqual(['unknown']);
  expect(
    await handled(['subscription.created', subscribed(artifactId, id, { subscriptionPlanId: 'gold', applicationId: 'app' })]),
  ).toEqual(['applied']);
  expect(subscriptions()).toEqual([
    {
      id,
      artifactId,
      applicationId: 'app',
      tokenSha256: createHash('sha256').update('the-token').digest('hex'),
      planId: 'gold',
      status: 'ACTIVE',
    },
  ]);
  expect(await handled(['subscription.updated', subscribed(artifactId, id, { status: 'INACTIVE' })])).toEqual(['applied']);
  expect(subscriptions()).toMatchObject([{ status: 'INACTIVE', planId: null }]);
  expect(await handled(['subscription.deleted', subscribed(artifactId, id)])).toEqual(['applied']);
  expect(await handled(['subscription.deleted', subscribed(artifactId, id)])).toEqual(['unknown']);
  expect(subscriptions()).toEqual([]);
});

test('a subscription to a plan that is not held is refused, new or changed', async () => {
  await start(noSync);
  const held = subscriptionOf(randomUUID());
  store.transaction((transaction) => transaction.subscriptions.put(held));
  const wrong = { subscriptionPlanId: 'silver' };
  expect(
    await handled(
      ['subscription.created', subscribed(held.artifactId, randomUUID(), wrong)],
      ['subscription.updated', subscribed(held.artifactId, held.id, wrong)],
    ),
  ).toEqual(['failed', 'failed']);
  expect(subscriptions()).toEqual([held]);
});

test('a plan is created, changed and deleted', async () => {
  await start(noSync);
  const payload = (more: object = {}) => ({
    planId: 'gold',
    handle: 'gold',
    planName: 'Gold',
    stopOnQuotaReach: true,
    throttleLimitCount: 5,
    throttleLimitUnit: 'MIN',
    status: 'ACTIVE',
    ...more,
  });
  const plans = () => store.transaction((transaction) => transaction.plans.all());
  expect(await handled(['subscriptionPlan.created', payload()])).toEqual(['applied']);
  expect(plans()).toEqual([
    {
      id: 'gold',
      name: 'Gold',
      stopOnQuotaReach: true,
      throttleLimitCount: 5,
      throttleLimitUnit: 'MIN',
      expiryTime: null,
      status: 'ACTIVE',
    },
  ]);
  expect(
    await handled(['subscriptionPlan.updated', payload({ throttleLimitCount: undefined, expiryTime: '2027-01-01T00:00:00Z' })]),
  ).toEqual(['applied']);
  expect(plans()).toMatchObject([{ throttleLimitCount: null, expiryTime: '2027-01-01T00:00:00Z' }]);
  const gone = { planId: 'gold', handle: 'gold', planName: 'Gold' };
  expect(await handled(['subscriptionPlan.deleted', gone], ['subscriptionPlan.deleted', gone])).toEqual(['applied', 'unknown']);
  expect(plans()).toEqual([]);
  expect(await handled(['subscriptionPlan.created', payload({ stopOnQuotaReach: 'yes' })])).toEqual(['ignored']);
});

test('an application has the keys of its last event, as far as they are held', async () => {
  await start(noSync);
  const { id } = hold(decisions.decide({ kind: 'RestApi' }));
  const [a, b] = [keyOf(id, 'key-a'), keyOf(id, 'key-b')];
  for (const key of [a, b]) holdKey(key);
  const event = (uuids: readonly (string | null)[], more: object = {}): [string, object] => [
    'application.updated',
    {
      applicationId: 'shop',
      applicationUuid: 'u-1',
      applicationName: 'Shop',
      applicationType: 'genai',
      mappings: uuids.map((apiKeyUuid) => ({ apiKeyUuid })),
      ...more,
    },
  ];
  const applications = () => store.transaction((transaction) => transaction.applications.all());
  expect(await handled(event([a.uuid, b.uuid, randomUUID()]))).toEqual(['applied']);
  expect(applications()).toEqual([{ id: 'u-1', handle: 'shop', name: 'Shop', type: 'genai', apiKeyUuids: [a.uuid, b.uuid] }]);
  expect(await handled(event([b.uuid]))).toEqual(['applied']);
  expect(applications()).toMatchObject([{ apiKeyUuids: [b.uuid] }]);
  for (const field of ['applicationId', 'applicationUuid', 'applicationName', 'applicationType'])
    expect(await handled(event([], { [field]: '' }))).toEqual(['ignored']);
  expect(applications()).toMatchObject([{ apiKeyUuids: [b.uuid] }]);
});

describe('a deploy whose content refers to a secret', () => {
  const content = `${definition('LlmProvider', 'a')}value: '{{ secret "s" }}'\n`;
  const secret = () => store.transaction(({ secrets }) => secrets.get('s'));

  async function deploy() {
    const row = decisions.decide({ kind: 'LlmProvider' }, content);
    socket.change({ ...row, verb: 'deployed', performedAt: new Date() });
    return socket.next();
  }

  test('reads its value, also when one is held, which may be older', async () => {
    await start(noSync);
    controlPlane.answer('GET /secrets/s/value', { value: 'one' });
    expect(await deploy()).toMatchObject({ ack: { status: 'success' } });
    expect(secret()).toMatchObject({ value: 'one' });
  });

  test('uses the value that is held when it cannot be read', async () => {
    await start(noSync);
    store.transaction(({ secrets }) => secrets.put({ id: 's', hash: 'h', value: 'held' }));
    controlPlane.answer('GET /secrets/s/value', 503);
    expect(await deploy()).toMatchObject({ ack: { status: 'success' } });
    expect(secret()).toEqual({ id: 's', hash: 'h', value: 'held' });
  });

  test.each([503, 404, { val: 'x' }])('fails when there is none: %s', async (answer) => {
    await start(noSync);
    controlPlane.answer('GET /secrets/s/value', answer);
    expect(await deploy()).toMatchObject({ ack: { status: 'failed', errorCode: 'GATEWAY_PROCESSING_ERROR' } });
    expect(store.artifacts()).toEqual([]);
  });
});
