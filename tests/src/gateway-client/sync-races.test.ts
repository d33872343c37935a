import { randomUUID } from 'node:crypto';
import { kinds } from '@gatecast/contracts';
import { describe, expect, test } from 'vitest';
import { archive, definition } from './control-plane.js';
import { at, type Listed } from './decisions.js';
import { keyOf, listedKey, listedPlan, listedSubscription, plan } from './rows.js';
import {
  controlPlane,
  decisions,
  ended,
  held,
  hold,
  holdKey,
  keys,
  records,
  socket,
  start,
  store,
  subscriptions,
} from './sync-setup.js';

/** Answers a question only after everything in `events` was sent and handled; the answer is what was true before. */
function eventsBeforeAnswer(question: string, answer: object | Buffer, events: () => void): void {
  controlPlane.answer(question, async () => {
    events();
    socket.ping('handled');
    for (;;) {
      const next = await socket.next();
      if ('pong' in next) return answer;
    }
  });
}

const send = (type: string, payload: object, correlationId = randomUUID()) =>
  socket.send(JSON.stringify({ type, payload, timestamp: at(0), correlationId, userId: 'somebody' }));
const change = (row: Listed, verb: 'deployed' | 'undeployed' | 'deleted', ms: number, more: object = {}) =>
  socket.change({ ...row, verb, performedAt: new Date(at(ms)), ...more });
const archiveOf = (row: Listed, content = definition(row.kind, `a-${row.artifactId}`)) =>
  archive([[`${row.deploymentId}/x.yaml`, content]]);

describe.each(kinds)('$kind: an event that is handled while the sync waits for an answer', ({ kind }) => {
  test('a delete: what the answer brings is not taken', async () => {
    const row = decisions.decide({ kind });
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(row), () => change(row, 'deleted', 5));
    await ended(await start());
    expect(store.artifacts()).toEqual([]);
  });

  test('an undeploy of what is not held yet: it does not serve afterwards', async () => {
    const row = decisions.decide({ kind });
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(row), () => change(row, 'undeployed', 5));
    await ended(await start());
    expect(records).toMatchObject([{ outcome: 'unknown' }]);
    expect(held(row.artifactId)?.desiredState).not.toBe('DEPLOYED');
  });

  test('an undeploy that is older than what the answer brings does not keep it from serving', async () => {
    const row = decisions.decide({ kind, deployedAt: at(9) });
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(row), () => change(row, 'undeployed', 5));
    await ended(await start());
    expect(held(row.artifactId)?.desiredState).toBe('DEPLOYED');
  });

  test('a newer deploy: it stays', async () => {
    const row = decisions.decide({ kind });
    const newer = randomUUID();
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(row), () => {
      controlPlane.serve(kind, row.artifactId, definition(kind, 'newer'));
      change(row, 'deployed', 5, { deploymentId: newer });
    });
    await ended(await start());
    expect(held(row.artifactId)).toMatchObject({ deploymentId: newer, handle: 'newer' });
    expect(records).toMatchObject([{ outcome: 'applied', acked: true }]);
  });

  test('the same deploy: it takes effect once, and is acked', async () => {
    const row = decisions.decide({ kind });
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(row), () =>
      socket.change({ ...row, verb: 'deployed', performedAt: new Date(row.deployedAt) }, row.etag),
    );
    await ended(await start());
    expect(held(row.artifactId)).toMatchObject({ deploymentId: row.deploymentId });
    expect(records.map(({ outcome, acked }) => [outcome, acked])).toEqual([['applied', true]]);
  });

  test('a restore: an older undeploy in the list does not undo it', async () => {
    const row = decisions.decide({ kind });
    hold(row);
    const undeployed = { ...row, state: 'UNDEPLOYED', deployedAt: at(1) };
    eventsBeforeAnswer('GET /deployments', { deployments: [undeployed] }, () => change(row, 'deployed', 5));
    await ended(await start());
    expect(held(row.artifactId)).toMatchObject({ desiredState: 'DEPLOYED', deployedAtMs: Date.parse(at(5)) });
  });

  test.each([true, false])(
    'a deploy of what the list does not have yet: it stays and serves, on premises %s',
    async (onPremises) => {
      const row = decisions.decide({ kind });
      eventsBeforeAnswer('GET /deployments', { deployments: [] }, () => change(row, 'deployed', 5));
      await ended(await start({ sync: { mode: 'plain', onPremises } }));
      expect(held(row.artifactId)).toMatchObject({ desiredState: 'DEPLOYED' });
    },
  );

  test.each([true, false])(
    'a deploy of what was held and is not in the list any more: it serves, on premises %s',
    async (onPremises) => {
      const row = decisions.decide({ kind });
      hold(row);
      eventsBeforeAnswer('GET /deployments', { deployments: [] }, () => change(row, 'deployed', 5));
      await ended(await start({ sync: { mode: 'plain', onPremises } }));
      expect(held(row.artifactId)).toMatchObject({ desiredState: 'DEPLOYED', deployedAtMs: Date.parse(at(5)) });
    },
  );

  test('an undeploy refused for naming another deployment: the list does not bring that one to serve', async () => {
    const row = decisions.decide({ kind });
    hold(row);
    const next = decisions.decide({ kind, artifactId: row.artifactId, deployedAt: at(1) });
    eventsBeforeAnswer('POST /deployments/fetch-batch', archiveOf(next), () => change(next, 'undeployed', 5));
    await ended(await start());
    expect(records).toMatchObject([{ outcome: 'mismatch' }]);
    expect(held(row.artifactId)).toMatchObject({ deploymentId: row.deploymentId });
  });
});

describe('credentials: an event that is handled while the sync waits for an answer', () => {
  const created = (artifactId: string, name: string, updatedAt = at(0)) =>
    send('apikey.created', {
      uuid: randomUUID(),
      apiId: artifactId,
      name,
      apiKeyHashes: JSON.stringify({ sha256: 'ef'.repeat(32) }),
      maskedApiKey: '***',
      createdAt: updatedAt,
      updatedAt,
    });

  test('a new key is not removed by the list that does not have it yet', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    eventsBeforeAnswer('GET /apis/api-keys', [], () => created(id, 'a-key'));
    await ended(await start());
    expect(keys()).toMatchObject([{ name: 'a-key' }]);
  });

  test('a key that came before the question for keys, but after the sync began, is not removed by it', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    eventsBeforeAnswer('GET /subscription-plans', [], () => created(id, 'a-key'));
    await ended(await start());
    expect(keys()).toMatchObject([{ name: 'a-key' }]);
  });

  test('a key that was revoked is not brought back by the list that still has it', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const key = keyOf(id, 'a-key');
    holdKey(key);
    eventsBeforeAnswer('GET /apis/api-keys', [listedKey(key)], () => send('apikey.revoked', { apiId: id, keyName: 'a-key' }));
    await ended(await start());
    expect(keys()).toEqual([]);
  });

  test('a key that was changed is not set back', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const key = keyOf(id, 'a-key');
    holdKey(key);
    eventsBeforeAnswer('GET /apis/api-keys', [listedKey({ ...key, updatedAt: at(900) })], () => created(id, 'a-key', at(1)));
    await ended(await start());
    expect(keys()).toMatchObject([{ sha256: 'ef'.repeat(32) }]);
  });

  test('keys and subscriptions of an artifact that was deleted are not brought back', async () => {
    const row = decisions.decide({ kind: 'RestApi' });
    hold(row);
    const subscription = listedSubscription(randomUUID(), row.artifactId);
    eventsBeforeAnswer(`GET /apis/${row.artifactId}/subscriptions`, [subscription], () => change(row, 'deleted', 5));
    controlPlane.answer('GET /apis/api-keys', [listedKey(keyOf(row.artifactId, 'a-key'))]);
    await ended(await start());
    expect([keys(), subscriptions()]).toEqual([[], []]);
  });

  test('a new subscription stays, and a deleted one is not brought back', async () => {
    const { id } = hold(decisions.decide({ kind: 'RestApi' }));
    const [fresh, deleted] = [randomUUID(), randomUUID()];
    eventsBeforeAnswer(`GET /apis/${id}/subscriptions`, [listedSubscription(deleted, id)], () => {
      send('subscription.created', { apiId: id, subscriptionId: fresh, subscriptionToken: 't', status: 'ACTIVE' });
      send('subscription.deleted', { apiId: id, subscriptionId: deleted, subscriptionToken: 't' });
    });
    await ended(await start());
    expect(subscriptions().map((subscription) => subscription.id)).toEqual([fresh]);
  });

  test('a new plan stays, and a deleted one is not brought back', async () => {
    store.transaction(({ plans }) => plans.put(plan('deleted')));
    eventsBeforeAnswer('GET /subscription-plans', [listedPlan('deleted')], () => {
      send('subscriptionPlan.created', { planId: 'fresh', handle: 'f', planName: 'f', stopOnQuotaReach: true, status: 'ACTIVE' });
      send('subscriptionPlan.deleted', { planId: 'deleted', handle: 'd', planName: 'd' });
    });
    await ended(await start());
    expect(store.transaction(({ plans }) => plans.all()).map(({ id }) => id)).toEqual(['fresh']);
  });

  test('a secret that a deploy read anew is not set back', async () => {
    const row = decisions.decide({ kind: 'LlmProvider' });
    const content = `${definition('LlmProvider', 'a')}value: '{{ secret "s" }}'\n`;
    store.transaction(({ secrets }) => secrets.put({ id: 's', hash: 'h0', value: 'oldest' }));
    controlPlane.serve('LlmProvider', row.artifactId, content);
    controlPlane.answer('GET /secrets/s/value', { value: 'new' });
    const listed = { handle: 's', hash: 'h1', status: 'ACTIVE', value: 'old' };
    eventsBeforeAnswer('GET /secrets', { list: [listed], count: 1 }, () => change(row, 'deployed', 5));
    await ended(await start());
    expect(store.transaction(({ secrets }) => secrets.get('s'))).toMatchObject({ value: 'new' });
  });

  test('a secret that a deploy read is not set back by an older value that came with what was fetched', async () => {
    const withSecret = (name: string) => `${definition('LlmProvider', name)}value: '{{ secret "s" }}'\n`;
    const [fetched, deployed] = [decisions.decide({ kind: 'LlmProvider' }), decisions.decide({ kind: 'LlmProvider' })];
    hold(deployed);
    controlPlane.answer('GET /secrets', { list: [], count: 0 });
    controlPlane.serve('LlmProvider', deployed.artifactId, withSecret('a'));
    controlPlane.answer('POST /deployments/fetch-batch', archiveOf(fetched, withSecret('b')));
    eventsBeforeAnswer('GET /secrets/s/value', { value: 'old' }, () => {
      controlPlane.answer('GET /secrets/s/value', { value: 'new' });
      change(deployed, 'deployed', 5);
    });
    await ended(await start());
    expect(held(fetched.artifactId)?.desiredState).toBe('DEPLOYED');
    expect(store.transaction(({ secrets }) => secrets.get('s'))).toMatchObject({ value: 'new' });
  });
});
