import { randomBytes } from 'node:crypto';
import { sql } from '@gatecast/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetKeptAnswers } from '../../../services/api-service/dist/idempotency/kept-answers.js';
import { type Api, type AskOptions, example, gatewayInput, type Json, must, startApi } from '../api-service/setup.js';
import { createDatabase } from '../setup.js';
import { until } from '../until.js';

let settings: Readonly<Record<string, string>>;
let replicas: readonly [Api, Api];
beforeAll(async () => {
  settings = { DATABASE_URL: await createDatabase(), SECRETS_KEY: randomBytes(32).toString('hex') };
  replicas = [await startApi(settings), await startApi(settings)];
  await must(post('/projects', { id: 'demo', displayName: 'Demo' }));
  await must(post('/rest-apis', { ...example('rest-api'), id: 'api', projectId: 'demo' }));
  await must(post('/gateways', gatewayInput('gateway')));
});
afterAll(() => Promise.all(replicas?.map((replica) => replica.stop()) ?? []));

const post = (path: string, body?: unknown, options: AskOptions = {}, replica = 0) =>
  replicas[replica as 0].ask('POST', path, body, options);
const under = (key: string) => ({ headers: { 'idempotency-key': key } });
const deployment = { name: 'deployment', base: 'current', gatewayId: 'gateway' };
const deploymentsPath = '/rest-apis/api/deployments';
/** What decisions leave behind. */
const effects = async () => {
  const [row] = await replicas[0].database.query<{ deployments: number; events: number }>(sql`
    SELECT (SELECT count(*) FROM deployments) AS deployments, (SELECT count(*) FROM events WHERE type IN ('api.deployed', 'api.undeployed')) AS events`);
  return row as { deployments: number; events: number };
};
const oneMoreThan = ({ deployments, events }: Awaited<ReturnType<typeof effects>>) => ({
  deployments: deployments + 1,
  events: events + 1,
});
const isRepeated = (headers: Headers) => headers.get('idempotent-replayed') === 'true';

test('the same key fired fifty times at two replicas has one effect and one answer', async () => {
  const before = await effects();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => post(deploymentsPath, deployment, under('fifty'), index % 2)),
  );

  const [{ body }] = answers as [Json];
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 201, body });
    expect(answer.headers.get('location')).toBe(`/api/v0.9${deploymentsPath}/${body.deploymentId}`);
  }
  expect(answers.filter(({ headers }) => !isRepeated(headers))).toHaveLength(1);
  expect(await effects()).toEqual(oneMoreThan(before));
});

test('everything that can be posted can be repeated', async () => {
  const { deploymentId } = (await must(post(deploymentsPath, deployment))).body;
  await must(post('/rest-apis/api/api-keys', { id: 'mapped', displayName: 'Mapped', apiKey: 'a-key-for-the-application' }));
  await must(post('/applications', { id: 'mapping', displayName: 'Mapping' }));
  const { id: _, ...api } = example('rest-api');
  const posts: Readonly<Record<string, unknown>> = {
    '/organizations': { displayName: 'Repeated' },
    '/projects': { displayName: 'Repeated' },
    '/gateways': { ...gatewayInput('repeated'), id: undefined },
    '/gateways/gateway/tokens': undefined,
    '/rest-apis': { ...api, displayName: 'Repeated', context: '/repeated', projectId: 'demo' },
    [deploymentsPath]: deployment,
    [`${deploymentsPath}/${deploymentId}/restore?gatewayId=gateway`]: undefined,
    [`${deploymentsPath}/${deploymentId}/undeploy?gatewayId=gateway`]: undefined,
    '/rest-apis/api/api-keys': { displayName: 'Repeated', apiKey: 'a-key-that-is-long-enough' },
    '/secrets': { displayName: 'Repeated', value: 'secret' },
    '/subscription-plans': { displayName: 'Repeated' },
    '/subscriptions': { artifactId: 'api', subscriberId: 'someone' },
    '/applications': { displayName: 'Repeated' },
    '/applications/mapping/api-keys': { apiKeys: [{ id: 'mapped', artifactId: 'api' }] },
  };
  for (const [path, body] of Object.entries(posts)) {
    const first = await post(path, body, under(`each ${path}`));
    const before = await effects();
    const second = await post(path, body, under(`each ${path}`), 1);
    expect([first.status, isRepeated(first.headers)], path).toEqual([expect.toSatisfy((status) => status < 300), false]);
    expect([second.status, isRepeated(second.headers), second.body], path).toEqual([first.status, true, first.body]);
    expect(second.headers.get('location'), path).toBe(first.headers.get('location'));
    expect(await effects(), path).toEqual(before);
  }
});

test('the document names the key at every route that posts, and what is answered', async () => {
  const document = (await (await fetch(`${replicas[0].url}/api/v0.9/docs/json`)).json()) as Json;
  const posts = Object.entries<Json>(document.paths).flatMap(([path, { post }]) =>
    post && path.includes('/v0.9/') && post.security ? [[path, post]] : [],
  );
  expect(posts.length).toBeGreaterThan(10);
  for (const [path, operation] of posts) {
    expect(
      operation.parameters.map(({ in: where, name }: Json) => `${where} ${name}`),
      path,
    ).toContain('header idempotency-key');
    expect(operation.responses['409'].description, path).toContain('IDEMPOTENCY_KEY_CONFLICT');
  }
});

describe('a key', () => {
  test('that was used for another body or another route is refused, and nothing happens', async () => {
    await must(post('/projects', { displayName: 'First' }, under('other')));
    const before = await effects();
    for (const answer of [
      await post('/projects', { displayName: 'Second' }, under('other')),
      await post('/applications', { displayName: 'First' }, under('other')),
      await post(deploymentsPath, deployment, under('other'), 1),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_CONFLICT' } });
    }
    expect(await effects()).toEqual(before);
  });

  test("is the user's own, within one organization", async () => {
    const { body: first } = await must(post('/projects', { displayName: 'Own' }, under('own')));
    await must(post('/organizations', { id: 'strangers', displayName: 'Strangers' }));
    const token = await replicas[0].token({ organization: 'strangers' });
    const other = await must(post('/projects', { displayName: 'Own' }, { ...under('own'), token }));
    expect(isRepeated(other.headers)).toBe(false);
    expect([first.id, other.body.id]).toEqual(['own', 'own']);
  });

  test('of a request that failed is free for the next', async () => {
    const body = { ...deployment, gatewayId: 'later' };
    expect((await post(deploymentsPath, body, under('failed'))).status).toBe(404);
    await must(post('/gateways', gatewayInput('later')));
    const { status, headers } = await post(deploymentsPath, body, under('failed'));
    expect([status, isRepeated(headers)]).toEqual([201, false]);
    expect(isRepeated((await post(deploymentsPath, body, under('failed'))).headers)).toBe(true);
  });

  test.each(['', 'k'.repeat(256)])('that is empty or too long is refused', async (key) => {
    expect(await post('/projects', { displayName: 'Long' }, under(key))).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  test('is free again after 24 hours, and forgotten then', async () => {
    const { database } = replicas[0];
    const age = (hours: number) =>
      database.query(sql`UPDATE idempotency_keys SET created_at = now() - ${hours} * interval '1 hour' WHERE key = 'old'`);
    const make = async () => (await must(post('/projects', { displayName: 'Old' }, under('old')))).body.id;
    const first = await make();
    await age(23);
    expect(await make()).toBe(first);
    await age(25);
    expect(await make()).not.toBe(first);

    const kept = () => database.query(sql`SELECT 1 FROM idempotency_keys WHERE key = 'old'`);
    await forgetKeptAnswers(database);
    expect(await kept()).toHaveLength(1);
    await age(25);
    await forgetKeptAnswers(database);
    expect(await kept()).toEqual([]);
  });
});

describe('a replica that is killed', () => {
  test('before the commit has done nothing: the repeat does it', async () => {
    const api = await startApi(settings);
    const { database } = replicas[0];
    const before = await effects();
    const waiting = () =>
      database.query<{ pid: number }>(
        sql`SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
    const killed = await database.transaction(async (transaction) => {
      // Everything is done but its event and the answer.
      await transaction.query(sql`SELECT FROM organization_heads FOR UPDATE`);
      const asked = api.ask('POST', deploymentsPath, deployment, under('killed before')).catch((error: unknown) => error);
      await until(waiting).toHaveLength(1);
      api.process.kill('SIGKILL');
      return await asked;
    });
    expect(killed).toBeInstanceOf(Error);

    const { status, headers } = await post(deploymentsPath, deployment, under('killed before'), 1);

    expect([status, isRepeated(headers)]).toEqual([201, false]);
    expect(await effects()).toEqual(oneMoreThan(before));
    await api.stop();
  });

  test('after the commit and before its answer has done it: the repeat gets the answer', async () => {
    const api = await startApi(settings);
    const before = await effects();
    // The answer is held back until a gateway that is not there has spoken.
    const headers = { 'idempotency-key': 'killed after', prefer: 'wait=120' };
    const asked = api.ask('POST', deploymentsPath, deployment, { headers }).catch((error: unknown) => error);
    await until(effects).toEqual(oneMoreThan(before));
    api.process.kill('SIGKILL');
    expect(await asked).toBeInstanceOf(Error);

    const repeat = await post(deploymentsPath, deployment, under('killed after'), 1);

    expect([repeat.status, isRepeated(repeat.headers)]).toEqual([201, true]);
    expect(await effects()).toEqual(oneMoreThan(before));
    await api.stop();
  });
});

describe('an answer with a secret in it', () => {
  const kept = async (api: Api, key: string) =>
    api.database.query<{ body: string | null; sealed: Buffer | null }>(
      sql`SELECT body, sealed FROM idempotency_keys WHERE key = ${key}`,
    );

  test('is kept sealed', async () => {
    await must(post('/gateways', gatewayInput('sealed')));
    const { body } = await must(post('/gateways/sealed/tokens', undefined, under('sealed')));
    expect((await post('/gateways/sealed/tokens', undefined, under('sealed'), 1)).body).toEqual(body);
    const [row] = await kept(replicas[0], 'sealed');
    expect(row?.body).toBeNull();
    expect(row?.sealed?.toString('latin1')).not.toContain(body.token);
  });

  test('is not kept without a key to seal it with: the repeat says so and makes nothing', async () => {
    const api = await startApi();
    try {
      await must(api.ask('POST', '/gateways', gatewayInput('plain')));
      await must(api.ask('POST', '/gateways/plain/tokens', undefined, under('plain')));
      expect(await api.ask('POST', '/gateways/plain/tokens', undefined, under('plain'))).toMatchObject({
        status: 409,
        body: { code: 'IDEMPOTENCY_ANSWER_NOT_KEPT' },
      });
      expect((await api.ask('GET', '/gateways/plain/tokens')).body.count).toBe(1);
      expect(await kept(api, 'plain')).toEqual([{ body: null, sealed: null }]);
    } finally {
      await api.stop();
    }
  });
});
