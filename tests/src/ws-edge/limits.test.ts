import { sql } from '@gatecast/database';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { type EdgeWorld, openWorld, type TestGateway } from './world.js';

const connectionsMax = 3;
const failedAttemptsMax = 5;
const nobody = { token: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };

let world: EdgeWorld;
let gateway: TestGateway;
let edge: string;

beforeAll(async () => {
  world = await openWorld({
    settings: {
      'ws-edge': { FAILED_ATTEMPTS_MAX: String(failedAttemptsMax) },
      'ws-edge-1': { CONNECTIONS_MAX: String(connectionsMax) },
    },
  });
  gateway = await world.newGateway();
  [edge] = world.edges;
});
afterEach(() => world.cutAll());
afterAll(() => world?.close());

const from = (address: string) => ({ 'x-forwarded-for': address });
/** The answer to a dial; 101 when it became a connection. */
async function dialled(target: string, { token }: { token: string }, headers: Readonly<Record<string, string>> = {}) {
  return world.dial(target, { token }, headers).then(
    () => 101,
    (error: Error) => Number(/\d{3}$/.exec(error.message)?.[0]),
  );
}

describe('an edge that holds as many connections as it may', () => {
  test('answers 503 with Retry-After to the dial, keeps those it has, and takes the next when one has gone', async () => {
    const held = [];
    for (let n = 0; n < connectionsMax; n += 1) held.push(await world.dial(edge, gateway));

    const answer = await world.refusal(edge, { 'api-key': gateway.token });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'error', code: 'SERVICE_UNAVAILABLE' });

    for (const { closed } of held) expect(closed()).toBeUndefined();
    await held[0]?.cut();
    await until(() => dialled(edge, gateway)).toBe(101);
  });

  test('takes no more than that of those that dial at once', async () => {
    const answers = await Promise.all(Array.from({ length: 4 * connectionsMax }, () => dialled(edge, gateway)));
    expect(answers.filter((status) => status === 101)).toHaveLength(connectionsMax);
    expect(answers.filter((status) => status === 503)).toHaveLength(3 * connectionsMax);
  });

  test('counts neither these refusals nor good dials as failed attempts', async () => {
    for (let n = 0; n < connectionsMax; n += 1) await world.dial(edge, gateway, from('192.0.2.1'));
    for (let n = 0; n < 2 * failedAttemptsMax; n += 1) expect(await dialled(edge, gateway, from('192.0.2.1'))).toBe(503);
    await world.cutAll();
    for (let n = 0; n < 2 * failedAttemptsMax; n += 1) {
      await until(() => dialled(edge, gateway, from('192.0.2.1'))).toBe(101);
      await world.cutAll();
    }
  });
});

test('a dial that says of itself what is no address is seen at its own, and its edge still tells of its connections', async () => {
  const [, other] = world.edges;
  const odd = await world.newGateway();
  await world.dial(other, odd, from('x'.repeat(200)));
  const seenAt = () =>
    world.database
      .query<{ remote_address: string }>(sql`
        SELECT remote_address FROM gateway_connections JOIN gateways ON gateways.id = gateway_id WHERE handle = ${odd.id}`)
      .then((rows) => rows.map((row) => row.remote_address));
  await until(seenAt).toEqual(['127.0.0.1']);
});

describe('an address from which too many attempts have failed', () => {
  test('is answered by 429 with Retry-After, whatever its token, and no other address is', async () => {
    const other = world.edges[1];
    const failed = [];
    for (let n = 0; n < failedAttemptsMax; n += 1) failed.push(await dialled(other, nobody, from('198.51.100.7')));
    expect(failed).toEqual(Array.from({ length: failedAttemptsMax }, () => 401));

    // The count begins anew each minute, which may be just now.
    await until(() => dialled(other, nobody, from('198.51.100.7'))).toBe(429);
    const answer = await world.refusal(other, { 'api-key': gateway.token, ...from('198.51.100.7') });
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 'error', code: 'TOO_MANY_REQUESTS' });

    expect(await dialled(other, nobody, from('198.51.100.8'))).toBe(401);
    expect(await dialled(other, gateway, from('198.51.100.8'))).toBe(101);
  });

  test('is the one that the front door sees, not one that the dial names', async () => {
    let n = 0;
    const answer = () =>
      world.refusal(world.stack.endpoints.frontDoor, { 'api-key': nobody.token, ...from(`203.0.113.${++n % 250}`) });
    await until(async () => (await answer()).status).toBe(429);
  });
});
