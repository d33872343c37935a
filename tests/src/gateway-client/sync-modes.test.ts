import { describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { keyOf, listedKey } from './rows.js';
import { controlPlane, decisions, ended, gateway, held, hold, said, socket, start, store } from './sync-setup.js';

const healing = (times: object = {}) => ({ sync: { mode: 'healing', onPremises: false, times } }) as const;
const lists = () => controlPlane.questions.filter((question) => question === 'GET /deployments').length;
const hour = 3_600_000;

describe('plain', () => {
  test('a process syncs once, however often it connects', async () => {
    const started = await start();
    await ended(started);
    const row = decisions.decide({ kind: 'Mcp' });
    socket.cut();
    await controlPlane.connected();
    await controlPlane.manifest();
    await until(() => started.state).toBe('CONNECTED');
    expect(lists()).toBe(1);
    expect(held(row.artifactId)).toBeUndefined();
  });

  test('a sync that failed is not repeated', async () => {
    controlPlane.answer('GET /deployments', 503);
    const started = await start({ sync: { mode: 'plain', onPremises: false, times: { retryFirstMs: 1 } } });
    await ended(started);
    socket.cut();
    await controlPlane.connected();
    expect(lists()).toBe(1);
    expect(started.sync).toMatchObject({ mode: 'plain', isRunning: false, last: { reason: 'start' } });
  });

  test('what a sync brought is not acked when its event comes', async () => {
    const row = decisions.decide({ kind: 'RestApi' });
    await ended(await start());
    socket.change({ ...row, verb: 'deployed', performedAt: new Date(row.deployedAt) }, row.etag);
    socket.ping('through');
    expect(await socket.next()).toEqual({ pong: 'through' });
  });
});

describe('healing', () => {
  test('a gateway syncs again after each reconnect', async () => {
    const started = await start(healing({ reconnectMaxMs: 1 }));
    expect((await ended(started)).reason).toBe('start');
    let connection = socket;
    for (let time = 0; time < 2; time += 1) {
      const row = decisions.decide({ kind: 'Mcp' });
      connection.cut();
      connection = await controlPlane.connected();
      await until(() => held(row.artifactId)).toBeDefined();
      await until(() => started.sync).toMatchObject({ isRunning: false, last: { reason: 'reconnect' } });
    }
  });

  test('a reconnect during a sync makes another one', async () => {
    let answer: (value: object) => void = () => undefined;
    controlPlane.answer('GET /subscription-plans', () => new Promise<object>((resolve) => (answer = resolve)));
    const started = await start(healing({ reconnectMaxMs: 1 }));
    await until(() => controlPlane.questions).toContain('GET /subscription-plans');
    const row = decisions.decide({ kind: 'Mcp' });
    socket.cut();
    await controlPlane.connected();
    await until(() => started.state).toBe('CONNECTED');
    controlPlane.answer('GET /subscription-plans', []);
    answer([]);
    await until(() => held(row.artifactId)).toBeDefined();
  });

  test('a gateway syncs now and then', async () => {
    const started = await start(healing({ intervalMs: 20 }));
    await ended(started);
    const row = decisions.decide({ kind: 'Mcp' });
    await until(() => held(row.artifactId)).toBeDefined();
    await until(() => started.sync?.last?.reason).toBe('interval');
  });

  test.each(['GET /deployments', 'POST /artifacts/exists', 'GET /apis/api-keys'])(
    'a sync in which %s fails is repeated soon, and until it is complete',
    async (question) => {
      const artifact = hold(decisions.decide({ kind: 'RestApi' }));
      decisions.delete(artifact.id);
      const { artifactId } = decisions.decide({ kind: 'RestApi' });
      let failures = 0;
      const good = {
        'GET /deployments': () => ({ deployments: [] }),
        'POST /artifacts/exists': () => ({ artifacts: [{ artifactId: artifact.id, exists: false }] }),
        'GET /apis/api-keys': () => [listedKey(keyOf(artifactId, 'a-key'))],
      }[question] as () => object;
      controlPlane.answer(question, () => {
        failures += 1;
        return failures < 4 ? 503 : good();
      });
      const started = await start(healing({ intervalMs: hour, retryFirstMs: 2 }));
      await until(() => failures).toBe(4);
      await until(() => started.sync).toMatchObject({ isRunning: false, last: { reason: 'retry' } });
      expect(said('synced')).toHaveLength(4);
    },
  );

  test('the wait between failing syncs is no longer than the interval', async () => {
    controlPlane.answer('GET /deployments', 503);
    await start(healing({ intervalMs: 5, retryFirstMs: 1 }));
    await until(() => lists()).toBeGreaterThan(20);
  });

  test('what a sync brought is acked when its event comes: there is no need to decide it again', async () => {
    const row = decisions.decide({ kind: 'RestApi' });
    await ended(await start(healing()));
    socket.change({ ...row, verb: 'deployed', performedAt: new Date(row.deployedAt) }, row.etag);
    expect(await socket.next()).toMatchObject({
      ack: { artifactId: row.artifactId, deploymentId: row.deploymentId, action: 'deploy', status: 'success' },
    });
  });

  test('what is held otherwise than the event says is not acked', async () => {
    const row = decisions.decide({ kind: 'RestApi' });
    await ended(await start(healing()));
    const performedAt = new Date(row.deployedAt);
    socket.change({ ...row, verb: 'deployed', deploymentId: 'another', performedAt });
    socket.change({ ...row, verb: 'deployed', performedAt: new Date(performedAt.getTime() - 1) });
    socket.change({ ...row, verb: 'undeployed', performedAt });
    socket.ping('through');
    expect(await socket.next()).toEqual({ pong: 'through' });
  });
});

test('a gateway that is stopped gives up its sync and leaves the store alone', async () => {
  controlPlane.answer('GET /deployments', 'never');
  const started = await start(healing({ retryFirstMs: 1, intervalMs: 1 }));
  await until(() => lists()).toBe(1);
  await started.stop();
  expect(started.sync?.isRunning).toBe(false);
  expect(lists()).toBe(1);
  expect(gateway?.state).toBe('STOPPED');
});

test('a gateway that is not to sync asks for nothing', async () => {
  const { sync, ...options } = healing();
  expect(sync.mode).toBe('healing');
  const started = await start({ ...options, sync: undefined as never });
  await controlPlane.manifest();
  socket.ping('through');
  await socket.next();
  expect(controlPlane.questions).toEqual([]);
  expect(started.sync).toBeUndefined();
  expect(store.artifacts()).toEqual([]);
});
