import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json } from '../api-service/setup.js';
import { type StatusWorld, startStatusWorld } from './world.js';

let world: StatusWorld;
beforeAll(async () => {
  world = await startStatusWorld();
  for (const id of ['books', 'films']) await world.restApi(id);
  for (const id of ['one', 'two', 'three']) await world.gateway(id);
});
afterAll(() => world?.stop());

test("an artifact's places tell of every gateway what was decided and what it confirmed", async () => {
  const deploymentId = await world.deploy('books', 'one');
  await world.verdict('books', 'one');
  await world.deploy('books', 'two');
  const { list, pagination } = await world.get('/rest-apis/books/places');
  expect(pagination.total).toBe(2);
  expect(list[0]).toEqual({
    artifact: { kind: 'RestApi', id: 'books', displayName: 'books' },
    gateway: { id: 'one', displayName: 'Gateway one', isConnected: false },
    desired: { state: 'DEPLOYED', deploymentId, since: expect.any(String) },
    actual: { state: 'DEPLOYED', deploymentId, since: expect.any(String) },
    status: 'DEPLOYED',
    isInStep: true,
    correlationId: expect.any(String),
    revision: expect.any(Number),
    reissues: 0,
  });
  expect(list[1]).toMatchObject({
    gateway: { id: 'two' },
    status: 'DEPLOYING',
    isInStep: false,
    driftedForMs: expect.any(Number),
  });
  expect(list[1].actual).toBeUndefined();

  const of = async (query: string) =>
    (await world.get(`/rest-apis/books/places?${query}`)).list.map(({ gateway }: Json) => gateway.id);
  expect(await of('drifted=true')).toEqual(['two']);
  expect(await of('drifted=false')).toEqual(['one']);
  expect(await of('query=GATEWAY%20T')).toEqual(['two']);
  expect([await of('limit=1'), await of('limit=1&offset=1')]).toEqual([['one'], ['two']]);
});

test('a new decision is what is desired since then, the same one issued again is not', async () => {
  const place = async (): Promise<Json> => (await world.get('/rest-apis/films/places')).list[0];
  const deploymentId = await world.deploy('films', 'three');
  const decided = (await place()).desired;
  await world.verdict('films', 'three');
  await world.done('POST', `/rest-apis/films/deployments/${deploymentId}/undeploy?gatewayId=three`);
  const undeployed = await place();
  expect(undeployed).toMatchObject({
    desired: { state: 'UNDEPLOYED' },
    actual: { state: 'DEPLOYED', deploymentId },
    status: 'UNDEPLOYING',
    isInStep: false,
  });
  expect(undeployed.desired.since > decided.since).toBe(true);
  await world.done('POST', `/rest-apis/films/deployments/${deploymentId}/undeploy?gatewayId=three`);
  const again = await place();
  expect([again.desired, again.revision > undeployed.revision]).toEqual([undeployed.desired, true]);
});

test('the counts of the organization are those of its places', async () => {
  expect(await world.get('/organization-status')).toMatchObject({
    gateways: { total: 3, connected: 0 },
    artifacts: { total: 2 },
    places: { DEPLOYING: 1, DEPLOYED: 1, UNDEPLOYING: 1, UNDEPLOYED: 0, FAILED: 0, drifted: 2 },
    events: { head: await world.head(), unpublished: await world.head() },
    edges: [],
  });
});

test('nothing of another organization is in any answer', async () => {
  const other = await world.otherOrganization('other');
  for (const path of [
    '/gateway-statuses',
    '/gateways/one/artifacts',
    '/rest-apis/books/places',
    '/organization-status',
    '/events',
  ])
    expect(JSON.stringify(await world.get(path))).not.toContain('other-');
  const theirs = async (path: string) => (await world.ask('GET', path, undefined, { token: other })).body;
  expect((await theirs('/gateway-statuses')).list.map(({ id }: Json) => id)).toEqual(['other-gateway']);
  expect((await theirs('/events')).list.map(({ gatewayId }: Json) => gatewayId)).toEqual(['other-gateway']);
  expect(await theirs('/organization-status')).toMatchObject({ gateways: { total: 1 }, artifacts: { total: 1 } });

  const [{ correlationId, entity }] = (await world.get('/events')).list;
  for (const [path, code] of [
    ['/gateways/one/status', 'GATEWAY_NOT_FOUND'],
    ['/gateways/one/artifacts', 'GATEWAY_NOT_FOUND'],
    ['/rest-apis/books/places', 'REST_API_NOT_FOUND'],
    [`/events/${correlationId}`, 'EVENT_NOT_FOUND'],
    ['/events?gatewayId=one', 'GATEWAY_NOT_FOUND'],
  ])
    expect([path, (await theirs(path as string)).code]).toEqual([path, code]);
  expect((await theirs(`/events?artifactId=${entity.id}`)).list).toEqual([]);
});
