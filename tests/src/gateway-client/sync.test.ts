import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Kind, kinds } from '@gatecast/contracts';
import type { GatewayStore, StoreTransaction } from '@gatecast/gateway-client';
import { describe, expect, test } from 'vitest';
import { type Answer, archive, definition } from './control-plane.js';
import { at, type Listed } from './decisions.js';
import { keyOf, listedKey, listedPlan, listedSubscription, plan } from './rows.js';
import {
  controlPlane,
  decisions,
  everything,
  faults,
  gateway,
  held,
  hold,
  holdKey,
  holdSubscription,
  keys,
  records,
  said,
  socket,
  store,
  subscriptions,
  syncAtStart,
} from './sync-setup.js';

/** A store that tells what is written to its artifacts, in that order. */
function watched(inner: GatewayStore): { readonly store: GatewayStore; readonly writes: string[] } {
  const writes: string[] = [];
  const watch = (transaction: StoreTransaction): StoreTransaction => ({
    ...transaction,
    put(artifact) {
      writes.push(`put ${artifact.kind}`);
      transaction.put(artifact);
    },
    remove(id) {
      writes.push(`remove ${transaction.artifact(id)?.kind}`);
      transaction.remove(id);
    },
    markHandled(correlationId) {
      writes.push('mark');
      transaction.markHandled(correlationId);
    },
  });
  return {
    writes,
    store: { artifacts: inner.artifacts, transaction: (work) => inner.transaction((transaction) => work(watch(transaction))) },
  };
}

describe.each(kinds)('$kind', ({ kind, eventPrefix }) => {
  test('B1: what was deployed meanwhile is fetched and serves, and its event has no effect any more', async () => {
    const row = decisions.decide({ kind });
    const report = await syncAtStart();
    expect(held(row.artifactId)).toEqual({
      id: row.artifactId,
      kind,
      handle: `a-${row.artifactId}`,
      displayName: `a-${row.artifactId}`,
      version: 'v1.0',
      deploymentId: row.deploymentId,
      desiredState: 'DEPLOYED',
      deployedAtMs: Date.parse(row.deployedAt),
      content: definition(kind, `a-${row.artifactId}`),
      correlationId: row.etag,
    });
    expect(report.steps.deployments).toMatchObject({ listed: 1, fetched: 1, failed: 0 });
    expect(records).toMatchObject([
      {
        type: `${eventPrefix}.deployed`,
        correlationId: row.etag,
        artifactId: row.artifactId,
        deploymentId: row.deploymentId,
        performedAt: row.deployedAt,
        outcome: 'applied',
        acked: false,
        bySync: true,
      },
    ]);

    socket.change({ ...row, verb: 'deployed', performedAt: new Date(row.deployedAt) }, row.etag);
    socket.ping('through');
    expect(await socket.next(), 'no ack').toEqual({ pong: 'through' });
    expect(records.at(-1)).toMatchObject({ correlationId: row.etag, outcome: 'duplicate' });
  });

  test('B2: what was undeployed meanwhile is undeployed, kept and not fetched', async () => {
    const artifact = hold(decisions.decide({ kind }));
    decisions.decide({
      kind,
      artifactId: artifact.id,
      deploymentId: artifact.deploymentId,
      state: 'UNDEPLOYED',
      deployedAt: at(1),
    });
    await syncAtStart();
    expect(held(artifact.id)).toMatchObject({
      desiredState: 'UNDEPLOYED',
      deployedAtMs: Date.parse(at(1)),
      content: artifact.content,
    });
    expect(decisions.batches).toEqual([]);
  });

  test('B2: an undeploy that names the instant of the deploy undeploys too, and its event says the rest', async () => {
    const row = decisions.decide({ kind });
    hold(row);
    const undeployed = decisions.decide({ ...row, state: 'UNDEPLOYED', etag: randomUUID() });
    await syncAtStart();
    expect(held(row.artifactId)).toMatchObject({ desiredState: 'UNDEPLOYED', deployedAtMs: Date.parse(row.deployedAt) });
    expect(records).toEqual([]);

    socket.change({ ...row, verb: 'undeployed', performedAt: new Date(at(1)) }, undeployed.etag);
    expect(await socket.next()).toMatchObject({ ack: { status: 'success', action: 'undeploy' } });
    expect(held(row.artifactId)).toMatchObject({ desiredState: 'UNDEPLOYED', deployedAtMs: Date.parse(at(1)) });
  });

  test('an undeploy of another deployment than the one held undeploys what is held, and fetches nothing', async () => {
    const artifact = hold(decisions.decide({ kind }));
    decisions.decide({ kind, artifactId: artifact.id, state: 'UNDEPLOYED', deployedAt: at(1) });
    await syncAtStart();
    expect(held(artifact.id)).toMatchObject({ desiredState: 'UNDEPLOYED', deploymentId: artifact.deploymentId });
    expect(decisions.batches).toEqual([]);
  });

  test('an undeployed artifact that is not held is not fetched, whatever its instant', async () => {
    decisions.decide({ kind, state: 'UNDEPLOYED' });
    await syncAtStart();
    expect(store.artifacts()).toEqual([]);
    expect(decisions.batches).toEqual([]);
  });

  test('an undeployed artifact stays so, whatever else the list says of it', async () => {
    const artifact = hold({ ...decisions.decide({ kind }), state: 'UNDEPLOYED' });
    for (const [deploymentId, ms] of [
      [artifact.deploymentId, 1],
      [randomUUID(), 2],
      [artifact.deploymentId, -1],
    ] as const) {
      decisions.decide({ kind, artifactId: artifact.id, deploymentId, state: 'UNDEPLOYED', deployedAt: at(ms) });
      await syncAtStart();
      await gateway?.stop();
      expect(held(artifact.id)).toMatchObject({ desiredState: 'UNDEPLOYED' });
    }
    expect(decisions.batches).toEqual([]);
  });

  test('B3: what was restored meanwhile serves again, without a fetch of what is held', async () => {
    const artifact = hold({ ...decisions.decide({ kind }), state: 'UNDEPLOYED' });
    const row = decisions.decide({ kind, artifactId: artifact.id, deploymentId: artifact.deploymentId, deployedAt: at(1) });
    await syncAtStart();
    expect(held(artifact.id)).toMatchObject({
      desiredState: 'DEPLOYED',
      deployedAtMs: Date.parse(at(1)),
      correlationId: row.etag,
    });
    expect(decisions.batches).toEqual([]);
    expect(records).toMatchObject([{ correlationId: row.etag, outcome: 'applied' }]);
  });

  test('B3: another deployment that was restored or deployed meanwhile is fetched', async () => {
    const artifact = hold({ ...decisions.decide({ kind }), state: 'UNDEPLOYED' });
    const content = definition(kind, 'renamed');
    const row = decisions.decide({ kind, artifactId: artifact.id, deployedAt: at(1) }, content);
    await syncAtStart();
    expect(held(artifact.id)).toMatchObject({
      desiredState: 'DEPLOYED',
      deploymentId: row.deploymentId,
      content,
      handle: 'renamed',
    });
  });

  test('the same deployment with a later instant is fetched', async () => {
    const artifact = hold(decisions.decide({ kind }));
    const row = decisions.decide({ kind, artifactId: artifact.id, deploymentId: artifact.deploymentId, deployedAt: at(1) });
    await syncAtStart();
    expect(decisions.batches).toEqual([[row.deploymentId]]);
    expect(held(artifact.id)).toMatchObject({ deployedAtMs: Date.parse(at(1)), correlationId: row.etag });
  });

  test.each(['DEPLOYED', 'UNDEPLOYED'] as const)(
    'what is older than what is held changes nothing and is not fetched: %s',
    async (state) => {
      const artifact = hold(decisions.decide({ kind, deployedAt: at(5) }));
      decisions.decide({ kind, artifactId: artifact.id, state, deployedAt: at(4) });
      await syncAtStart();
      expect(held(artifact.id)).toEqual(artifact);
      expect(decisions.batches).toEqual([]);
    },
  );

  test.each(['DEPLOYED', 'UNDEPLOYED'] as const)(
    'B4, B5: what was deleted meanwhile goes, with its keys and subscriptions: %s',
    async (state) => {
      const kept = hold(decisions.decide({ kind }));
      const row = decisions.decide({ kind });
      hold({ ...row, state });
      holdKey(keyOf(row.artifactId, 'a-key'));
      holdSubscription(row.artifactId);
      decisions.delete(row.artifactId);
      const report = await syncAtStart();
      expect(store.artifacts()).toEqual([kept]);
      expect([keys(), subscriptions()]).toEqual([[], []]);
      expect(decisions.existenceAsked).toEqual([[row.artifactId]]);
      expect(report.steps.deployments).toMatchObject({ deleted: 1, retained: 0 });

      socket.change({ kind, verb: 'deleted', artifactId: row.artifactId });
      socket.ping('through');
      expect(await socket.next()).toEqual({ pong: 'through' });
      expect(records.at(-1)).toMatchObject({ outcome: 'unknown' });
    },
  );

  test.each(['DEPLOYED', 'UNDEPLOYED'] as const)(
    'B6: when nothing happened, nothing is fetched, asked about or written: %s',
    async (state) => {
      hold(decisions.decide({ kind, state }));
      const { store: watchedStore, writes } = watched(store);
      const report = await syncAtStart({ store: watchedStore });
      expect(writes).toEqual([]);
      expect([decisions.batches, decisions.existenceAsked]).toEqual([[], []]);
      expect(report.steps.deployments).toEqual({ listed: 1, deleted: 0, retained: 0, updated: 0, fetched: 0, failed: 0 });
    },
  );

  test.each(['DEPLOYED', 'UNDEPLOYED'] as const)(
    'B7, B8: what exists without a deployment is retained as undeployed with all that is its: %s',
    async (state) => {
      const row = decisions.decide({ kind });
      hold({ ...row, state });
      const key = keyOf(row.artifactId, 'a-key');
      holdKey(key);
      holdSubscription(row.artifactId);
      controlPlane.answer(`GET /apis/${row.artifactId}/subscriptions`, []);
      decisions.unlist(row.artifactId);
      await syncAtStart();
      await gateway?.stop();
      expect(held(row.artifactId)).toMatchObject({ desiredState: 'UNDEPLOYED', deployedAtMs: Date.parse(row.deployedAt) });
      expect([keys(), subscriptions()]).toMatchObject([[key], [{ artifactId: row.artifactId }]]);
      expect(said('artifact retained: it exists without a deployment')).toMatchObject([
        { level: 'info', fields: { artifactId: row.artifactId, kind } },
      ]);

      const again = decisions.decide({ kind, artifactId: row.artifactId, deployedAt: at(9) });
      for (const path of ['/apis', '/llm-providers', '/llm-proxies'])
        controlPlane.answer(`GET ${path}/api-keys`, kind === 'Mcp' || path !== pathOf(kind) ? [] : [listedKey(key)]);
      await syncAtStart();
      expect(held(row.artifactId)).toMatchObject({ desiredState: 'DEPLOYED', deploymentId: again.deploymentId });
      if (kind !== 'Mcp') expect(keys()).toEqual([key]);
    },
  );

  test('B10: on premises nothing is asked about; what has no deployment is deleted', async () => {
    const row = decisions.decide({ kind });
    hold(row);
    holdKey(keyOf(row.artifactId, 'a-key'));
    decisions.unlist(row.artifactId);
    await syncAtStart({ sync: { mode: 'plain', onPremises: true } });
    expect(everything()).toEqual([[], [], [], [], [], []]);
    expect(controlPlane.questions).not.toContain('POST /artifacts/exists');
  });

  const other: Kind = kind === 'Mcp' ? 'RestApi' : 'Mcp';
  test.each<[string, (row: Listed) => Answer]>([
    ['is not in it', () => archive([])],
    ['is in it under another id', (row) => archive([[`${randomUUID()}/x.yaml`, definition(kind, `a-${row.artifactId}`)]])],
    ['is no YAML file', (row) => archive([[`${row.deploymentId}/x.json`, '{}']])],
    ['is in no folder', () => archive([['x.yaml', definition(kind, 'x')]])],
    ['is outside of its folder', (row) => archive([[`../${row.deploymentId}/x.yaml`, definition(kind, 'x')]])],
    ['is not YAML', (row) => archive([[`${row.deploymentId}/x.yaml`, 'kind: [unclosed']])],
    ['is empty', (row) => archive([[`${row.deploymentId}/x.yaml`, '']])],
    ['is of another kind', (row) => archive([[`${row.deploymentId}/x.yaml`, definition(other, 'x')]])],
  ])('an archive in which a deployment %s leaves what is held, and the others are taken', async (_, answer) => {
    const artifact = hold(decisions.decide({ kind }));
    const broken = decisions.decide({ kind, artifactId: artifact.id, deployedAt: at(1) });
    const good = decisions.decide({ kind });
    controlPlane.answer('POST /deployments/fetch-batch', (body) => {
      const { deploymentIds } = body as { deploymentIds: string[] };
      expect(new Set(deploymentIds)).toEqual(new Set([broken.deploymentId, good.deploymentId]));
      const name = `${good.deploymentId}/x.yaml`;
      return joined(answer(broken) as Buffer, archive([[name, definition(kind, `a-${good.artifactId}`)]]));
    });
    const report = await syncAtStart();
    expect(held(artifact.id)).toEqual(artifact);
    expect(held(good.artifactId)).toMatchObject({ desiredState: 'DEPLOYED' });
    expect(report.steps.deployments).toMatchObject({ fetched: 1, failed: 1 });
  });
});

/** One archive with the files of two: the tar format allows it, with the first one's end taken off. */
function joined(first: Buffer, second: Buffer): Buffer {
  const files = (packed: Buffer) => gunzipSync(packed).subarray(0, -1024);
  return gzipSync(Buffer.concat([files(first), files(second), Buffer.alloc(1024)]));
}

function pathOf(kind: Kind): string {
  return `/${kinds.find((traits) => traits.kind === kind)?.contentPath}`;
}

describe('a question that goes wrong', () => {
  /** Short only where an answer never comes. */
  const limitFor = (answer: unknown) => (answer === 'never' ? { requestMs: 1_500 } : {});

  /** A gateway with everything that could get lost: it was deleted, revoked and removed meanwhile. */
  function holdEverything() {
    const api = hold(decisions.decide({ kind: 'RestApi' }));
    const gone = hold(decisions.decide({ kind: 'RestApi' }));
    decisions.delete(gone.id);
    holdKey(keyOf(api.id, 'a-key'));
    holdSubscription(api.id);
    store.transaction(({ plans, secrets }) => {
      plans.put(plan('gold'));
      secrets.put({ id: 'unused', hash: 'h', value: 'v' });
    });
    return { api, gone };
  }

  test.each(faults)(
    'the list of deployments %s: no artifact changes, and nothing is asked about existence',
    async (_, answer) => {
      const { gone } = holdEverything();
      decisions.decide({ kind: 'Mcp' });
      controlPlane.answer('GET /deployments', answer);
      const artifacts = store.artifacts();
      const report = await syncAtStart(limitFor(answer));
      expect(store.artifacts()).toEqual(artifacts);
      expect(held(gone.id)).toBeDefined();
      expect(report.steps.deployments).toEqual({ error: expect.any(String) });
      expect([decisions.existenceAsked, decisions.batches]).toEqual([[], []]);
      expect(keys(), 'without the list nothing is known to be missing').toHaveLength(1);
      expect(subscriptions()).toHaveLength(1);
      expect(said('not synced: everything stays as it is')).toMatchObject([{ level: 'warn', fields: { step: 'deployments' } }]);
    },
  );

  test.each<[string, (row: Listed) => unknown]>([
    ['names an artifact twice', (row) => ({ deployments: [row, { ...row, state: 'UNDEPLOYED' }] })],
    ['has a row without an instant', (row) => ({ deployments: [{ ...row, deployedAt: null }] })],
    ['has an instant that is none', (row) => ({ deployments: [{ ...row, deployedAt: 'yesterday' }] })],
    ['has a row without an artifact', (row) => ({ deployments: [{ ...row, artifactId: undefined }] })],
    ['has a row without a deployment', (row) => ({ deployments: [{ ...row, deploymentId: '' }] })],
    ['has a row that is none', (row) => ({ deployments: [row, null] })],
    ['is no list', (row) => ({ deployments: row })],
  ])('a list of deployments that %s is not believed at all', async (_, answer) => {
    const { api, gone } = holdEverything();
    controlPlane.answer('GET /deployments', answer(decisions.decide({ kind: 'Mcp' })) as Answer);
    await syncAtStart();
    expect(
      store
        .artifacts()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([api.id, gone.id].sort());
    expect(decisions.batches).toEqual([]);
  });

  test('what the list says of an unknown kind or state is passed over, and not deleted', async () => {
    const [a, b] = [hold(decisions.decide({ kind: 'RestApi' })), hold(decisions.decide({ kind: 'RestApi' }))];
    const row = decisions.decide({ kind: 'RestApi' });
    controlPlane.answer('GET /deployments', {
      deployments: [
        { ...row, artifactId: a.id, kind: 'WebSubApi' },
        { ...row, artifactId: b.id, state: 'DEPLOYING' },
        { ...row, state: 'deployed' },
      ],
    });
    await syncAtStart();
    expect([held(a.id), held(b.id)]).toEqual([a, b]);
    expect(decisions.existenceAsked).toEqual([]);
    expect(held(row.artifactId), 'states in any case').toMatchObject({ desiredState: 'DEPLOYED' });
  });

  /** An answer that depends on the ids asked about. */
  const about =
    (answer: (ids: readonly string[]) => object[]): Answer =>
    (body) => ({ artifacts: answer((body as { artifactIds: string[] }).artifactIds) });

  test.each<[string, Answer]>([
    ...faults,
    ['says nothing', { artifacts: [] }],
    ['leaves one out', about((ids) => ids.slice(1).map((artifactId) => ({ artifactId, exists: false })))],
    ['names one twice', about((ids) => ids.map(() => ({ artifactId: ids[0], exists: false })))],
    ['speaks of another one too', about((ids) => [...ids, randomUUID()].map((artifactId) => ({ artifactId, exists: false })))],
    ['has the ids of others', about((ids) => ids.map(() => ({ artifactId: randomUUID(), exists: false })))],
    ['says it in words', about((ids) => ids.map((artifactId) => ({ artifactId, exists: 'false' })))],
    ['has a row without an answer', about((ids) => ids.map((artifactId) => ({ artifactId })))],
  ])('B9: the existence check %s: nothing is deleted, and the next sync decides', async (_, answer) => {
    const rows = [decisions.decide({ kind: 'RestApi' }), decisions.decide({ kind: 'Mcp' })];
    const artifacts = rows.map((row) => hold(row));
    for (const { artifactId } of rows) decisions.delete(artifactId);
    const fresh = decisions.decide({ kind: 'Mcp' });
    controlPlane.answer('POST /artifacts/exists', answer);
    const report = await syncAtStart(limitFor(answer));
    await gateway?.stop();
    for (const artifact of artifacts) expect(held(artifact.id)).toEqual(artifact);
    expect(report.steps.deployments).toMatchObject({ deleted: 0, retained: 0, failed: 2 });
    expect(said('existence not told: nothing is deleted')).toHaveLength(1);
    expect(held(fresh.artifactId), 'the rest goes on').toBeDefined();

    controlPlane.answer(
      'POST /artifacts/exists',
      about((ids) => ids.map((artifactId) => ({ artifactId, exists: false }))),
    );
    await syncAtStart();
    expect(store.artifacts().map(({ id }) => id)).toEqual([fresh.artifactId]);
  });

  test('when one of several existence checks fails, nothing is deleted', async () => {
    store.transaction((transaction) => {
      const artifact = hold({ ...decisions.decide({ kind: 'Mcp' }) });
      for (let n = 0; n < 1_001; n += 1)
        transaction.put({ ...artifact, id: randomUUID(), handle: `a-${n}`, displayName: `a-${n}` });
    });
    let checks = 0;
    controlPlane.answer('POST /artifacts/exists', (body) => {
      checks += 1;
      if (checks === 2) return 503;
      return { artifacts: (body as { artifactIds: string[] }).artifactIds.map((artifactId) => ({ artifactId, exists: false })) };
    });
    await syncAtStart();
    expect(checks).toBe(2);
    expect(store.artifacts()).toHaveLength(1_002);
  });

  test.each<[string, Answer]>([
    ...faults,
    ['is answered with half an archive', (body) => half(archiveFor(body))],
    ['is answered with an archive of which a byte is wrong', (body) => spoilt(archiveFor(body))],
    ['is answered with an archive that is not compressed', (body) => gunzipSync(archiveFor(body))],
    ['is answered with half a file in a whole archive', (body) => gzipSync(gunzipSync(archiveFor(body)).subarray(0, 600))],
  ])('a batch that %s costs no other batch, and what is held stays', async (_, answer) => {
    const artifact = hold(decisions.decide({ kind: 'LlmProvider' }));
    decisions.decide({ kind: 'LlmProvider', artifactId: artifact.id, deployedAt: at(1) });
    for (let n = 0; n < 60; n += 1) decisions.decide({ kind: 'Mcp' });
    let batches = 0;
    let second = 0;
    controlPlane.answer('POST /deployments/fetch-batch', (body) => {
      batches += 1;
      if (batches === 1) return answer;
      second = (body as { deploymentIds: string[] }).deploymentIds.length;
      return archiveFor(body);
    });
    const report = await syncAtStart(limitFor(answer));
    expect(second).toBe(11);
    expect(held(artifact.id)).toEqual(artifact);
    expect(store.artifacts()).toHaveLength(12);
    expect(report.steps.deployments).toMatchObject({ fetched: 11, failed: 50 });
  });

  /** Every deployment of a batch. */
  function archiveFor(body: unknown): Buffer {
    const { deploymentIds } = body as { deploymentIds: string[] };
    return archive(deploymentIds.map((id) => [`${id}/x.yaml`, definition('Mcp', `a-${id}`)]));
  }
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
  const spoilt = (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === bytes.length - 6 ? byte ^ 1 : byte)));

  describe.each([
    ['GET /apis/api-keys', 'apiKeys'],
    ['GET /subscription-plans', 'plans'],
    ['GET /secrets', 'secrets'],
    ['GET /apis/{id}/subscriptions', 'subscriptions'],
  ] as const)('%s', (question, step) => {
    test.each(faults)('%s: its credentials stay, and the rest goes on', async (_, answer) => {
      const { api, gone } = holdEverything();
      const before = everything().slice(1);
      controlPlane.answer('GET /subscription-plans', [listedPlan('gold')]);
      controlPlane.answer(
        'GET /apis/api-keys',
        keys().map((key) => listedKey(key)),
      );
      controlPlane.answer('GET /secrets', { list: [{ handle: 'unused', hash: 'h', status: 'ACTIVE' }], count: 1 });
      controlPlane.answer(
        `GET /apis/${api.id}/subscriptions`,
        subscriptions().map(({ id }) => listedSubscription(id, api.id)),
      );
      controlPlane.answer(question.replace('{id}', api.id), answer);
      const report = await syncAtStart(limitFor(answer));
      expect(everything().slice(1)).toEqual(before);
      expect(held(gone.id), 'the rest').toBeUndefined();
      expect(report.steps[step]).toSatisfy((done: object) => 'error' in done || ('failed' in done && done.failed === 1));
      for (const [name, done] of Object.entries(report.steps)) if (name !== step) expect(done).toMatchObject({ failed: 0 });
    });
  });
});

describe('order', () => {
  test('a provider is written before its proxy, and deleted after it', async () => {
    for (const kind of ['Mcp', 'RestApi', 'LlmProxy', 'LlmProvider'] as const) decisions.decide({ kind });
    const first = watched(store);
    await syncAtStart({ store: first.store });
    await gateway?.stop();
    expect(first.writes.filter((write) => write !== 'mark')).toEqual([
      'put LlmProvider',
      'put LlmProxy',
      'put RestApi',
      'put Mcp',
    ]);

    for (const { id } of store.artifacts()) decisions.delete(id);
    const second = watched(store);
    await syncAtStart({ store: second.store });
    expect(second.writes).toEqual(['remove Mcp', 'remove RestApi', 'remove LlmProxy', 'remove LlmProvider']);
  });

  test('what is new has the handle of what is deleted', async () => {
    const old = decisions.decide({ kind: 'RestApi' }, definition('RestApi', 'orders'));
    hold(old, definition('RestApi', 'orders'));
    decisions.delete(old.artifactId);
    const row = decisions.decide({ kind: 'RestApi' }, definition('RestApi', 'orders'));
    await syncAtStart();
    expect(store.artifacts()).toMatchObject([{ id: row.artifactId, handle: 'orders' }]);
  });

  test('what is new has the handle that another artifact gave up', async () => {
    const renamed = hold(decisions.decide({ kind: 'RestApi' }), definition('RestApi', 'orders'));
    const row = decisions.decide({ kind: 'RestApi' }, definition('RestApi', 'orders'));
    decisions.decide({ kind: 'RestApi', artifactId: renamed.id, deployedAt: at(1) }, definition('RestApi', 'old-orders'));
    // The one that takes the handle comes first.
    const { deployments } = await ask();
    controlPlane.answer('GET /deployments', {
      deployments: [...deployments].sort((a) => (a.artifactId === row.artifactId ? -1 : 1)),
    });
    await syncAtStart();
    expect(held(row.artifactId)).toMatchObject({ handle: 'orders' });
    expect(held(renamed.id)).toMatchObject({ handle: 'old-orders' });

    async function ask() {
      const answered = await fetch(new URL('/api/internal/v1/deployments', controlPlane.url));
      return (await answered.json()) as { deployments: Listed[] };
    }
  });

  test('two that want one handle: one gets it, the log says so of the other', async () => {
    decisions.decide({ kind: 'RestApi' }, definition('RestApi', 'orders'));
    decisions.decide({ kind: 'RestApi' }, definition('RestApi', 'orders'));
    const report = await syncAtStart();
    expect(store.artifacts()).toHaveLength(1);
    expect(report.steps.deployments).toMatchObject({ fetched: 1, failed: 1 });
    expect(said('another artifact has the handle, or name and version')).toHaveLength(1);
  });

  test('many are fetched in batches of 50', async () => {
    for (let n = 0; n < 120; n += 1) decisions.decide({ kind: 'Mcp' });
    await syncAtStart();
    expect(decisions.batches.map((batch) => batch.length)).toEqual([50, 50, 20]);
    expect(store.artifacts()).toHaveLength(120);
  });
});
