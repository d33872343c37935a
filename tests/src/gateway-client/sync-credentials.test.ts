import { randomUUID } from 'node:crypto';
import { kinds } from '@gatecast/contracts';
import type { GatewayStore } from '@gatecast/gateway-client';
import { describe, expect, test } from 'vitest';
import { definition } from './control-plane.js';
import { at } from './decisions.js';
import { keyOf, listedKey, listedPlan, listedSubscription, plan, subscriptionOf } from './rows.js';
import {
  controlPlane,
  decisions,
  gateway,
  held,
  hold,
  holdKey,
  holdSubscription,
  keys,
  said,
  store,
  subscriptions,
  syncAtStart,
} from './sync-setup.js';

const byId = <T extends { readonly id: string }>(rows: readonly T[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
const plans = () => store.transaction((transaction) => transaction.plans.all());
const secrets = () => byId(store.transaction((transaction) => transaction.secrets.all()));

describe.each(kinds.filter(({ kind }) => kind !== 'Mcp'))('API keys of $kind', ({ kind, contentPath }) => {
  const question = `GET /${contentPath}/api-keys`;

  test('they become what is listed: new, changed and revoked ones', async () => {
    const { id } = hold(decisions.decide({ kind }));
    const [same, changed, revoked, fresh] = ['same', 'changed', 'revoked', 'fresh'].map((name) => keyOf(id, name)) as [
      ReturnType<typeof keyOf>,
      ReturnType<typeof keyOf>,
      ReturnType<typeof keyOf>,
      ReturnType<typeof keyOf>,
    ];
    for (const key of [same, changed, revoked]) holdKey(key);
    const newer = { ...changed, sha256: 'cd'.repeat(32), expiresAt: at(99), updatedAt: at(1) };
    controlPlane.answer(question, [listedKey(same), listedKey(newer), listedKey(fresh)]);
    const report = await syncAtStart();
    expect(byId(keys())).toEqual(byId([same, newer, fresh]));
    expect(report.steps.apiKeys).toEqual({ listed: 3, written: 2, deleted: 1, orphans: 0, failed: 0 });
  });

  test('keys come with the artifact that is only now fetched', async () => {
    const { artifactId } = decisions.decide({ kind });
    const key = keyOf(artifactId, 'a-key');
    controlPlane.answer(question, [listedKey(key)]);
    await syncAtStart();
    expect(keys()).toEqual([key]);
  });

  test('a key that is not active any more goes', async () => {
    const { id } = hold(decisions.decide({ kind }));
    const key = keyOf(id, 'a-key');
    holdKey(key);
    controlPlane.answer(question, [listedKey(key, { status: 'revoked' })]);
    await syncAtStart();
    expect(keys()).toEqual([]);
  });

  test('a key of an artifact that is not held is not taken, and an empty list takes all of this kind alone', async () => {
    const { id } = hold(decisions.decide({ kind }));
    const other = hold(decisions.decide({ kind: kind === 'RestApi' ? 'LlmProxy' : 'RestApi' }));
    holdKey(keyOf(id, 'a-key'));
    const kept = keyOf(other.id, 'a-key');
    holdKey(kept);
    controlPlane.answer(`GET /${other.kind === 'RestApi' ? 'apis' : 'llm-proxies'}/api-keys`, [listedKey(kept)]);
    controlPlane.answer(question, [listedKey(keyOf(randomUUID(), 'foreign'))]);
    await syncAtStart();
    expect(keys()).toEqual([kept]);
  });

  test.each([
    ['without a hash', { apiKeyHashes: {} }],
    ['with its hashes as text', { apiKeyHashes: '{"sha256":"ab"}' }],
    ['without a name', { name: '' }],
    ['without an instant', { updatedAt: 'now' }],
  ])('a list with a key %s is not believed', async (_, wrong) => {
    const { id } = hold(decisions.decide({ kind }));
    const key = keyOf(id, 'a-key');
    holdKey(key);
    controlPlane.answer(question, [listedKey(keyOf(id, 'fresh'), wrong)]);
    await syncAtStart();
    expect(keys()).toEqual([key]);
    expect(said('API keys not synced: they stay as they are')).toHaveLength(1);
  });

  test('B11: keys of an artifact that is not held go, also when no list can be had', async () => {
    const { id } = hold(decisions.decide({ kind }));
    const kept = keyOf(id, 'a-key');
    holdKey(kept);
    holdKey(keyOf(randomUUID(), 'orphan'));
    for (const path of ['apis', 'llm-providers', 'llm-proxies']) controlPlane.answer(`GET /${path}/api-keys`, 503);
    await syncAtStart();
    expect(keys()).toEqual([kept]);
    expect(said('orphaned API keys removed')).toMatchObject([{ level: 'info', fields: { apiKeys: 1 } }]);
  });
});

test('B11: when the store cannot be read, no key is removed, and the log says so', async () => {
  const { id } = hold(decisions.decide({ kind: 'RestApi' }));
  for (const key of [keyOf(id, 'a-key'), keyOf(randomUUID(), 'orphan')]) holdKey(key);
  const fail = () => {
    throw new Error('disk I/O error');
  };
  const unreadable: GatewayStore = {
    artifacts: fail,
    transaction: (work) => store.transaction((transaction) => work({ ...transaction, artifact: fail })),
  };
  const report = await syncAtStart({ store: unreadable });
  expect(keys()).toHaveLength(2);
  expect(said('the store cannot be read: no orphaned API keys are removed')).toMatchObject([{ level: 'error' }]);
  expect(report.steps.deployments).toEqual({ error: 'disk I/O error' });
});

test('plans become what is listed: new, changed and deleted ones', async () => {
  store.transaction((transaction) => {
    for (const id of ['same', 'changed', 'deleted']) transaction.plans.put(plan(id));
  });
  controlPlane.answer('GET /subscription-plans', [
    listedPlan('same'),
    { ...listedPlan('changed'), throttleLimitCount: 7 },
    listedPlan('fresh'),
  ]);
  const report = await syncAtStart();
  expect(byId(plans())).toEqual(byId([plan('same'), { ...plan('changed'), throttleLimitCount: 7 }, plan('fresh')]));
  expect(report.steps.plans).toEqual({ listed: 3, written: 2, deleted: 1, failed: 0 });
});

describe('subscriptions', () => {
  test('they become what is listed for each REST API, with plans that came just before', async () => {
    const [a, b] = [hold(decisions.decide({ kind: 'RestApi' })), hold(decisions.decide({ kind: 'RestApi' }))];
    const [same, gone] = [subscriptionOf(a.id), subscriptionOf(b.id)];
    store.transaction((transaction) => {
      for (const subscription of [same, gone]) transaction.subscriptions.put(subscription);
    });
    const fresh = randomUUID();
    controlPlane.answer('GET /subscription-plans', [listedPlan('gold')]);
    controlPlane.answer(`GET /apis/${a.id}/subscriptions`, [
      listedSubscription(same.id, a.id),
      listedSubscription(fresh, a.id, 'gold'),
    ]);
    const report = await syncAtStart();
    expect(byId(subscriptions())).toEqual(byId([same, subscriptionOf(a.id, fresh, 'gold')]));
    expect(report.steps.subscriptions).toEqual({ listed: 2, written: 1, deleted: 1, failed: 0 });
    expect(JSON.stringify(subscriptions())).not.toContain('a-token');
  });

  test('one whose plan is not held is left out, and the others are taken', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const fresh = randomUUID();
    controlPlane.answer(`GET /apis/${id}/subscriptions`, [
      listedSubscription(randomUUID(), id, 'silver'),
      listedSubscription(fresh, id),
    ]);
    const report = await syncAtStart();
    expect(subscriptions()).toEqual([subscriptionOf(id, fresh)]);
    expect(report.steps.subscriptions).toMatchObject({ written: 1, failed: 1 });
  });

  test.each([404, 403, 500])('an API of which the answer is %i keeps its own, and the others are synced', async (status) => {
    const [a, b] = [hold(decisions.decide({ kind: 'RestApi' })), hold(decisions.decide({ kind: 'RestApi' }))];
    holdSubscription(a.id);
    controlPlane.answer(`GET /apis/${a.id}/subscriptions`, status);
    controlPlane.answer(`GET /apis/${b.id}/subscriptions`, [listedSubscription(randomUUID(), b.id)]);
    await syncAtStart();
    expect(
      subscriptions()
        .map(({ artifactId }) => artifactId)
        .sort(),
    ).toEqual([a.id, b.id].sort());
  });

  test('a list of another API is not believed', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    holdSubscription(id);
    controlPlane.answer(`GET /apis/${id}/subscriptions`, [listedSubscription(randomUUID(), randomUUID())]);
    await syncAtStart();
    expect(subscriptions()).toHaveLength(1);
  });

  test('when none can be told, not all APIs are asked about', async () => {
    for (let n = 0; n < 120; n += 1) {
      const { id } = hold(decisions.decide({ kind: 'RestApi' }));
      controlPlane.answer(`GET /apis/${id}/subscriptions`, 503);
    }
    await syncAtStart();
    expect(controlPlane.questions.filter((question) => question.endsWith('/subscriptions'))).toHaveLength(50);
  });
});

describe('secrets', () => {
  const listed = (handle: string, hash: string, more: object = {}) => ({
    uuid: randomUUID(),
    handle,
    name: handle,
    type: 'GENERIC',
    provider: 'IN_BUILT',
    status: 'ACTIVE',
    hash,
    createdAt: at(0),
    updatedAt: at(0),
    ...more,
  });
  const withSecret = (handle: string, secret: string) =>
    `${definition('LlmProvider', handle)}upstream: { auth: { value: '{{ secret "${secret}" }}' } }\n`;

  test('the first time all come in one answer, later only those with another hash are asked for', async () => {
    for (const secret of ['one', 'two', 'three']) hold(decisions.decide({ kind: 'LlmProvider' }), withSecret(secret, secret));
    controlPlane.answer('GET /secrets?includeValues=true', {
      list: [listed('one', 'h1', { value: 'v1' }), listed('two', 'h2', { value: 'v2' })],
      count: 2,
    });
    await syncAtStart();
    await gateway?.stop();
    expect(secrets()).toEqual([
      { id: 'one', hash: 'h1', value: 'v1' },
      { id: 'two', hash: 'h2', value: 'v2' },
    ]);

    const asked = controlPlane.questions.length;
    controlPlane.answer('GET /secrets', {
      list: [listed('one', 'h1'), listed('two', 'h2-new'), listed('three', 'h3', { status: 'DEPRECATED' })],
      count: 3,
    });
    controlPlane.answer('GET /secrets/two/value', { value: 'v2-new' });
    await syncAtStart();
    expect(secrets()).toEqual([
      { id: 'one', hash: 'h1', value: 'v1' },
      { id: 'two', hash: 'h2-new', value: 'v2-new' },
    ]);
    expect(controlPlane.questions.slice(asked).filter((question) => question.includes('/secrets/'))).toEqual([
      'GET /secrets/two/value',
    ]);
  });

  test('one that is listed no more goes when no artifact refers to it', async () => {
    hold(decisions.decide({ kind: 'LlmProvider' }), withSecret('a', 'used'));
    store.transaction((transaction) => {
      for (const id of ['used', 'unused']) transaction.secrets.put({ id, hash: 'h', value: 'v' });
    });
    await syncAtStart();
    expect(secrets().map(({ id }) => id)).toEqual(['used']);
  });

  test('a list that is not whole is not believed', async () => {
    store.transaction((transaction) => transaction.secrets.put({ id: 'unused', hash: 'h', value: 'v' }));
    controlPlane.answer('GET /secrets', { list: [], count: 1 });
    await syncAtStart();
    expect(secrets()).toHaveLength(1);
  });

  test('one that cannot be had leaves the others, and what is held', async () => {
    hold(decisions.decide({ kind: 'LlmProvider' }), withSecret('a', 'one'));
    store.transaction((transaction) => transaction.secrets.put({ id: 'one', hash: 'h1', value: 'v1' }));
    controlPlane.answer('GET /secrets', { list: [listed('one', 'h1-new'), listed('two', 'h2')], count: 2 });
    controlPlane.answer('GET /secrets/two/value', { value: 'v2' });
    controlPlane.answer('GET /secrets/one/value', 503);
    await syncAtStart();
    expect(secrets()).toMatchObject([
      { id: 'one', value: 'v1' },
      { id: 'two', value: 'v2' },
    ]);
  });

  test('a deployment that is fetched brings the secrets that it refers to; without them it is not taken', async () => {
    const good = decisions.decide({ kind: 'LlmProvider' }, withSecret('good', 'there'));
    const bad = decisions.decide({ kind: 'LlmProvider' }, withSecret('bad', 'missing'));
    controlPlane.answer('GET /secrets?includeValues=true', 503);
    controlPlane.answer('GET /secrets/there/value', { value: 'v' });
    controlPlane.answer('GET /secrets/missing/value', 404);
    await syncAtStart();
    expect([held(good.artifactId)?.desiredState, held(bad.artifactId)]).toEqual(['DEPLOYED', undefined]);
    expect(secrets()).toEqual([{ id: 'there', hash: '', value: 'v' }]);
  });
});
