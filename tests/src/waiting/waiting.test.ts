import { sql } from '@gatecast/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AskOptions, example, must, startApi } from '../api-service/setup.js';
import { scrape } from '../metrics/scrape.js';
import { until } from '../until.js';
import { openWorld, type WaitingWorld } from './world.js';

let world: WaitingWorld;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.stop());

const long = { headers: { prefer: 'wait=120' } };
const short = { headers: { prefer: 'wait=1' } };
const deploymentsOf = (artifact: string) => `/rest-apis/${artifact}/deployments`;
const request = (gatewayId: string) => ({ name: 'deployment', base: 'current', gatewayId });
const deploy = (artifact: string, gateway: string, options: AskOptions = {}, replica = 0) =>
  world.replicas[replica as 0].ask('POST', deploymentsOf(artifact), request(gateway), options);
const get = (path: string, options: AskOptions = {}) => world.replicas[0].ask('GET', path, undefined, options);
const place = async () => [await world.artifact(), await world.gateway()] as const;

describe('a request that prefers to wait', () => {
  test.each([
    ['the replica that decided', 0],
    ['another replica', 1],
  ])('is answered by %s with what the gateway acked', async (_, replica) => {
    const [artifact, gateway] = await place();
    const answered = deploy(artifact, gateway, long, replica);
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'));

    const { status, headers, body } = await answered;

    expect([status, headers.get('preference-applied'), body.status]).toEqual([201, 'wait=120', 'DEPLOYED']);
    expect(headers.get('location')).toBe(`/api/v0.9${deploymentsOf(artifact)}/${body.deploymentId}`);
    expect((await get(`${deploymentsOf(artifact)}/${body.deploymentId}`)).body).toEqual(body);
  });

  test('is answered with a refusal and its reason: that is an answer too', async () => {
    const [artifact, gateway] = await place();
    const answered = deploy(artifact, gateway, long);
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'), { status: 'failed', errorCode: 'X' });
    expect(await answered).toMatchObject({
      status: 201,
      body: { status: 'FAILED', statusReason: 'GATEWAY_PROCESSING_ERROR' },
    });
  });

  test('gets 202 and the deployment as it stands when the gateway does not come within the time', async () => {
    const [artifact, gateway] = await place();
    const { status, headers, body } = await deploy(artifact, gateway, short);
    expect([status, headers.get('preference-applied'), body.status]).toEqual([202, 'wait=1', 'DEPLOYING']);
  });

  test('waits for undeploy and restore as well', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'));
    const act = (verb: string) =>
      world.replicas[0].ask('POST', `${deploymentsOf(artifact)}/${deploymentId}/${verb}?gatewayId=${gateway}`, undefined, long);

    const undeployed = act('undeploy');
    await world.ack(await world.decided(artifact, gateway, 'UNDEPLOYED'));
    expect(await undeployed).toMatchObject({ status: 200, body: { status: 'UNDEPLOYED' } });

    const restored = act('restore');
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'));
    expect(await restored).toMatchObject({ status: 200, body: { status: 'DEPLOYED' } });
  });

  test('gets 202 at once when another decision has taken the place of its own', async () => {
    const [artifact, gateway] = await place();
    const answered = deploy(artifact, gateway, long);
    const { deploymentId } = await world.decided(artifact, gateway, 'DEPLOYED');
    await must(deploy(artifact, gateway));
    expect(await answered).toMatchObject({ status: 202, body: { deploymentId, status: 'ARCHIVED' } });
  });

  test('still waits when its decision is only issued again', async () => {
    const [artifact, gateway] = await place();
    const answered = deploy(artifact, gateway, long);
    const first = await world.decided(artifact, gateway, 'DEPLOYED');
    // Handled, and no ack came: settling issues it again.
    await world.confirm(gateway, first.revision);
    await until(async () => (await world.decided(artifact, gateway, 'DEPLOYED')).revision).toBeGreaterThan(first.revision);
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'));
    expect(await answered).toMatchObject({ status: 201, body: { deploymentId: first.deploymentId, status: 'DEPLOYED' } });
  });

  test('gets 202 and what was decided when that was deleted meanwhile', async () => {
    const [artifact, gateway] = await place();
    const answered = deploy(artifact, gateway, long);
    await world.decided(artifact, gateway, 'DEPLOYED');
    await must(world.replicas[1].ask('DELETE', `/rest-apis/${artifact}`));
    expect(await answered).toMatchObject({ status: 202, body: { status: 'DEPLOYING' } });
  });

  test.each(['', 'respond-async', 'wait=0', 'wait=soon', 'wait=-5'])('does not wait by the preference "%s"', async (prefer) => {
    const [artifact, gateway] = await place();
    const { status, headers, body } = await deploy(artifact, gateway, { headers: { prefer } });
    expect([status, headers.get('preference-applied'), body.status]).toEqual([201, null, 'DEPLOYING']);
  });

  test('waits for no error', async () => {
    const { status, headers } = await deploy('nothing', 'nowhere', long);
    expect([status, headers.get('preference-applied')]).toEqual([404, null]);
  });

  test('leaves nothing behind when its client goes away', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    const [{ url, token }] = world.replicas;
    const waiting = async () => (await scrape(url)).value('gatecast_requests_waiting');
    const headers = { authorization: `Bearer ${await token()}` };
    const client = new AbortController();
    const answers = Array.from({ length: 200 }, () =>
      fetch(`${url}/api/v0.9/deployments/${deploymentId}/wait?timeoutMs=120000`, { headers, signal: client.signal }),
    );
    await until(waiting).toBe(200);
    client.abort();
    await Promise.allSettled(answers);
    await until(waiting).toBe(0);
  });

  test('is answered without a broker too, a little later', async () => {
    const api = await startApi();
    try {
      await must(api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' }));
      await must(api.ask('POST', '/rest-apis', { ...example('rest-api'), id: 'alone', projectId: 'demo' }));
      await must(
        api.ask('POST', '/gateways', { id: 'far', displayName: 'Far', endpoints: ['https://x'], functionalityType: 'regular' }),
      );
      const answered = api.ask('POST', deploymentsOf('alone'), request('far'), long);
      await until(() => api.database.query(sql`UPDATE artifact_gateways SET status = 'DEPLOYED' RETURNING 1`)).toHaveLength(1);
      expect(await answered).toMatchObject({ status: 201, body: { status: 'DEPLOYED' } });
    } finally {
      await api.stop();
    }
  });

  test('is answered with 202 when the service stops', async () => {
    const [artifact, gateway] = await place();
    const api = await startApi({ DATABASE_URL: world.databaseUrl, NATS_URL: world.broker.server.url });
    const answered = api.ask('POST', deploymentsOf(artifact), request(gateway), long);
    await world.decided(artifact, gateway, 'DEPLOYED');
    api.process.kill('SIGTERM');
    expect(await answered).toMatchObject({ status: 202, body: { status: 'DEPLOYING' } });
    expect(await api.process.exited).toBe(0);
    await api.stop();
  });
});

describe('waiting for a deployment', () => {
  const wait = (deploymentId: string, query = '', options: AskOptions = {}) =>
    get(`/deployments/${deploymentId}/wait?timeoutMs=120000&${query}`, options);

  test('ends with the ack, and is over at once when it has come before', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    const waited = wait(deploymentId);
    await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'));
    expect(await waited).toMatchObject({ status: 200, body: { deploymentId, status: 'DEPLOYED' } });
    expect(await wait(deploymentId, 'for=acked')).toMatchObject({ status: 200, body: { status: 'DEPLOYED' } });
  });

  test('for its confirmation ends with the receipt, whatever the gateway makes of it', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    const { revision } = await world.decided(artifact, gateway, 'DEPLOYED');
    await world.confirm(gateway, revision - 1);
    expect((await get(`/deployments/${deploymentId}/wait?for=confirmed&timeoutMs=0`)).status).toBe(202);
    const waited = wait(deploymentId, 'for=confirmed');
    await world.confirm(gateway, revision);
    expect(await waited).toMatchObject({ status: 200, body: { deploymentId } });
  });

  test.each([{}, { status: 'failed', errorCode: 'X' }] as const)(
    'for its confirmation ends with an ack (%j) too: who answers has handled it, also before the receipt is stored',
    async (wrong) => {
      const [artifact, gateway] = await place();
      const { deploymentId } = (await must(deploy(artifact, gateway))).body;
      const waited = wait(deploymentId, 'for=confirmed');
      await world.ack(await world.decided(artifact, gateway, 'DEPLOYED'), wrong);
      expect(await waited).toMatchObject({ status: 200, body: { deploymentId } });
    },
  );

  test('for its confirmation does not end because the gateway was silent', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    await world.replicas[0].database.query(sql`
      UPDATE artifact_gateways SET status = 'FAILED', status_reason = 'DEPLOYMENT_TIMEOUT' WHERE deployment_id = ${deploymentId}`);
    expect((await get(`/deployments/${deploymentId}/wait?for=confirmed&timeoutMs=0`)).status).toBe(202);
  });

  test('gives 202 and the state after the time, 200 at once for one that is archived', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    expect(await get(`/deployments/${deploymentId}/wait?timeoutMs=-1`)).toMatchObject({
      status: 202,
      body: { status: 'DEPLOYING' },
    });
    await must(deploy(artifact, gateway));
    for (const what of ['acked', 'confirmed']) {
      expect(await wait(deploymentId, `for=${what}`)).toMatchObject({ status: 200, body: { status: 'ARCHIVED' } });
    }
  });

  test('ends with 404 when it is deleted meanwhile', async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    const waited = wait(deploymentId);
    await must(world.replicas[1].ask('DELETE', `/rest-apis/${artifact}`));
    expect(await waited).toMatchObject({ status: 404, body: { code: 'DEPLOYMENT_NOT_FOUND' } });
  });

  test("finds neither what is not there nor another organization's, nor what the token may not read", async () => {
    const [artifact, gateway] = await place();
    const { deploymentId } = (await must(deploy(artifact, gateway))).body;
    const [{ ask, token }] = world.replicas;
    await must(ask('POST', '/organizations', { id: 'strangers', displayName: 'Strangers' }));
    for (const [id, options] of [
      ['not-an-id', {}],
      ['00000000-0000-7000-8000-000000000000', {}],
      [deploymentId, { token: await token({ organization: 'strangers' }) }],
      [deploymentId, { token: await token({ scope: 'ap:mcp_proxy:deployment:read' }) }],
    ] as const) {
      expect(await wait(id, '', options)).toMatchObject({ status: 404, body: { code: 'DEPLOYMENT_NOT_FOUND' } });
    }
  });
});

describe('a deploy to several gateways', () => {
  const several = (artifact: string, gatewayIds: readonly string[], query = '', options: AskOptions = {}) =>
    world.replicas[0].ask(
      'POST',
      `${deploymentsOf(artifact)}${query}`,
      { name: 'deployment', base: 'current', gatewayIds },
      options,
    );
  const gateways = (count: number) => Promise.all(Array.from({ length: count }, () => world.gateway()));

  test('is decided for all, and answered with one deployment for each in the order asked', async () => {
    const artifact = await world.artifact();
    const ids = (await gateways(3)).toReversed();
    const { status, body } = await several(artifact, ids);
    expect(status).toBe(201);
    expect(body).toMatchObject({ count: 3, acked: 0, refused: 0, pending: 3 });
    expect(body.list.map(({ gatewayId, status }: { gatewayId: string; status: string }) => [gatewayId, status])).toEqual(
      ids.map((id) => [id, 'DEPLOYING']),
    );
    const revisions = await Promise.all(ids.map(async (id) => (await world.decided(artifact, id, 'DEPLOYED')).revision));
    expect(Math.max(...revisions) - Math.min(...revisions)).toBe(2);
  });

  test('is decided for none when one of them does not exist', async () => {
    const artifact = await world.artifact();
    const ids = await gateways(2);
    const { status, body } = await several(artifact, [ids[0] as string, 'nowhere', ids[1] as string]);
    expect([status, body.code]).toEqual([404, 'GATEWAY_NOT_FOUND']);
    expect(body.message).toContain("'nowhere'");
    expect((await get(deploymentsOf(artifact))).body.count).toBe(0);
  });

  test('is refused when it says twice, not at all or doubly where to', async () => {
    const [artifact, gateway] = await place();
    const { ask } = world.replicas[0];
    for (const wrong of [
      {},
      { gatewayId: gateway, gatewayIds: [gateway] },
      { gatewayIds: [] },
      { gatewayIds: [gateway, gateway] },
    ]) {
      const { status, body } = await ask('POST', deploymentsOf(artifact), { name: 'd', base: 'current', ...wrong });
      expect([status, body.code], JSON.stringify(wrong)).toEqual([400, 'VALIDATION_FAILED']);
    }
    expect((await several(artifact, [gateway], '?minAcks=2')).status).toBe(400);
  });

  test('waits until every gateway has answered, and counts what they said', async () => {
    const artifact = await world.artifact();
    const [good, bad] = (await gateways(2)) as [string, string];
    const answered = several(artifact, [good, bad], '', long);
    await world.ack(await world.decided(artifact, good, 'DEPLOYED'));
    await world.ack(await world.decided(artifact, bad, 'DEPLOYED'), { status: 'failed', errorCode: 'X' });
    expect(await answered).toMatchObject({
      status: 201,
      body: { acked: 1, refused: 1, pending: 0, list: [{ status: 'DEPLOYED' }, { status: 'FAILED' }] },
    });
  });

  test('waits for no more acks than asked', async () => {
    const artifact = await world.artifact();
    const ids = await gateways(3);
    const answered = several(artifact, ids, '?minAcks=2', long);
    for (const id of ids.slice(1)) await world.ack(await world.decided(artifact, id, 'DEPLOYED'));
    expect(await answered).toMatchObject({ status: 201, body: { acked: 2, refused: 0, pending: 1 } });
  });

  test('stops waiting when so many acks cannot be reached any more', async () => {
    const artifact = await world.artifact();
    const ids = await gateways(3);
    const answered = several(artifact, ids, '?minAcks=3', long);
    await world.ack(await world.decided(artifact, ids[1] as string, 'DEPLOYED'), { status: 'failed', errorCode: 'X' });
    expect(await answered).toMatchObject({ status: 201, body: { acked: 0, refused: 1, pending: 2 } });
  });

  test('gets 202 with what is known after the time', async () => {
    const artifact = await world.artifact();
    const ids = (await gateways(2)) as [string, string];
    const answered = several(artifact, ids, '?minAcks=2', { headers: { prefer: 'wait=3' } });
    await world.ack(await world.decided(artifact, ids[0], 'DEPLOYED'));
    expect(await answered).toMatchObject({ status: 202, body: { acked: 1, refused: 0, pending: 1 } });
  });
});

describe('a deletion that prefers to wait', () => {
  const remove = (artifact: string, options: AskOptions) =>
    world.replicas[0].ask('DELETE', `/rest-apis/${artifact}`, undefined, options);
  const headOf = async () => {
    const [head] = await world.replicas[0].database.query<{ revision: number }>(
      sql`SELECT max(revision) AS revision FROM events`,
    );
    return head?.revision ?? 0;
  };

  test('ends when the connected gateways that had it have handled it', async () => {
    const [artifact, connected] = await place();
    const offline = await world.gateway();
    for (const gateway of [connected, offline]) await must(deploy(artifact, gateway));
    await world.connect(connected);
    const before = await headOf();
    const answered = remove(artifact, long);
    await until(headOf).toBeGreaterThan(before);
    await world.confirm(connected, await headOf());
    const { status, headers } = await answered;
    expect([status, headers.get('preference-applied')]).toEqual([204, 'wait=120']);
  });

  test('gets 202 and how many have, after the time', async () => {
    const [artifact, first] = await place();
    const second = await world.gateway();
    for (const gateway of [first, second]) {
      await must(deploy(artifact, gateway));
      await world.connect(gateway);
    }
    await world.confirm(second, 1_000_000);
    expect(await remove(artifact, short)).toMatchObject({ status: 202, body: { gateways: { total: 2, confirmed: 1 } } });
    expect((await get(`/rest-apis/${artifact}`)).status).toBe(404);
  });

  test('ends at once when no gateway that had it is connected', async () => {
    const [artifact, gateway] = await place();
    await must(deploy(artifact, gateway));
    expect((await remove(artifact, long)).status).toBe(204);
  });
});
