import { randomBytes } from 'node:crypto';
import { newId, sql } from '@gatecast/database';
import { createLogger, createSealing, type Sealing } from '@gatecast/service-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../services/artifacts-service/dist/app.js';
import { until } from '../until.js';
import { ownMetrics } from './own-metrics.js';
import { type SeededGateway, seedArtifact, seedDecision, seedDeployment, seedGateway, seedOrganization } from './seed.js';
import { type Parts, startParts } from './setup.js';

const key = randomBytes(32);
const sealing = createSealing(key);
let parts: Parts;
let gateway: SeededGateway;
beforeAll(async () => {
  parts = await startParts({ SECRETS_KEY: key.toString('hex'), LOG_LEVEL: 'trace' });
});
beforeEach(async () => {
  gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
});
afterAll(() => parts?.stop());

const updatedAt = '2026-01-02T03:04:05.678Z';
async function seedSecret(handle: string, value: string, wrong: { type?: string; status?: string; sealed?: Buffer } = {}) {
  const id = newId();
  const identity = { organizationId: gateway.organizationId, handle };
  const hash = sealing.hash(value, identity);
  await parts.database.query(sql`
    INSERT INTO secrets (id, organization_id, handle, display_name, type, status, sealed, hash, created_by, created_at, updated_at)
    VALUES (${id}, ${gateway.organizationId}, ${handle}, ${`Name of ${handle}`}, ${wrong.type ?? 'GENERIC'}, ${wrong.status ?? 'ACTIVE'},
      ${wrong.sealed ?? sealing.seal(value, identity)}, ${hash}, 'test', '2026-01-01T00:00:00Z', ${updatedAt})`);
  return { id, hash };
}
/** Something on a gateway that refers to secrets. */
async function seedReference(handles: readonly string[], desiredState: 'DEPLOYED' | 'UNDEPLOYED' = 'DEPLOYED', on = gateway) {
  const artifact = await seedArtifact(parts.database, on.organizationId, 'RestApi');
  const deploymentId = await seedDeployment(parts.database, artifact, on, 'kind: x\n');
  await parts.database.query(sql`UPDATE deployments SET secret_handles = ${handles} WHERE id = ${deploymentId}`);
  await seedDecision(parts.database, artifact, on, { deploymentId, desiredState, performedAt: '2026-01-01T00:00:00Z' });
}
const get = (path: string, { token } = gateway) => fetch(`${parts.url}${path}`, { headers: { 'api-key': token } });
const holders = () =>
  parts.database.query<{ handle: string; hash: string; stale: boolean; reissue_at: Date | null }>(
    sql`SELECT * FROM secret_holders WHERE gateway_id = ${gateway.gatewayId} ORDER BY handle`,
  );

test('the list is what the contract says, byte by byte', async () => {
  const certificate = await seedSecret('a-certificate', 'MIIB', { type: 'CERTIFICATE' });
  const generic = await seedSecret('b-key', 'sk-"größe"\n');
  const deprecated = await seedSecret('c-old', 'x', { status: 'DEPRECATED' });
  await seedReference(['b-key', 'a-certificate', 'c-old']);
  const row = (id: string, handle: string, type: string, status: string, hash: string, value = '') =>
    `{"uuid":"${id}","handle":"${handle}","name":"Name of ${handle}","type":"${type}","provider":"IN_BUILT","status":"${status}","hash":"${hash}","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"${updatedAt}"${value}}`;

  const plain = await get('/secrets');
  expect([plain.status, plain.headers.get('content-type'), plain.headers.get('cache-control')]).toEqual([
    200,
    'application/json; charset=utf-8',
    'no-store',
  ]);
  expect(await plain.text()).toBe(
    `{"list":[${[
      row(certificate.id, 'a-certificate', 'CERTIFICATE', 'ACTIVE', certificate.hash),
      row(generic.id, 'b-key', 'GENERIC', 'ACTIVE', generic.hash),
      row(deprecated.id, 'c-old', 'GENERIC', 'DEPRECATED', deprecated.hash),
    ].join(',')}],"count":3}`,
  );

  const valued = await get('/secrets?includeValues=true');
  expect([valued.status, valued.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(await valued.text()).toBe(
    `{"list":[${[
      row(certificate.id, 'a-certificate', 'CERTIFICATE', 'ACTIVE', certificate.hash, ',"value":"MIIB"'),
      row(generic.id, 'b-key', 'GENERIC', 'ACTIVE', generic.hash, ',"value":"sk-\\"größe\\"\\n"'),
      row(deprecated.id, 'c-old', 'GENERIC', 'DEPRECATED', deprecated.hash),
    ].join(',')}],"count":3}`,
  );

  expect(await (await get('/secrets?includeValues=false')).text()).not.toContain('"value"');
});

test('a value is what the contract says, byte by byte', async () => {
  await seedSecret('b-key', 'sk-"größe"\n');
  await seedReference(['b-key']);
  const answer = await get('/secrets/b-key/value');
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(await answer.text()).toBe('{"value":"sk-\\"größe\\"\\n"}');
});

test('a gateway without any gets an empty list', async () => {
  expect(await (await get('/secrets?includeValues=true')).text()).toBe('{"list":[],"count":0}');
});

describe('only what is to be deployed on the asking gateway gives a right to a secret', () => {
  const refused = async (handle: string) => {
    const answer = await get(`/secrets/${encodeURIComponent(handle)}/value`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { code: 404, message: 'Not Found', description: 'Secret not found' },
    ]);
    expect(await (await get('/secrets?includeValues=true')).text()).not.toContain('sk-1');
  };

  test('not a secret that nothing refers to, nor one that is not there', async () => {
    await seedSecret('b-key', 'sk-1');
    await refused('b-key');
    await refused('not-there');
    await refused("b-key' OR true --");
  });

  test('not what is undeployed', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key'], 'UNDEPLOYED');
    await refused('b-key');
  });

  test('not what is deployed on a sibling', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key'], 'DEPLOYED', await seedGateway(parts.database, gateway.organizationId));
    await refused('b-key');
  });

  test('not an archived deployment', async () => {
    await seedSecret('b-key', 'sk-1');
    const artifact = await seedArtifact(parts.database, gateway.organizationId, 'RestApi');
    const [archived, current] = [
      await seedDeployment(parts.database, artifact, gateway, 'kind: x\n'),
      await seedDeployment(parts.database, artifact, gateway, 'kind: x\n'),
    ];
    await parts.database.query(sql`UPDATE deployments SET secret_handles = '{b-key}' WHERE id = ${archived}`);
    await seedDecision(parts.database, artifact, gateway, {
      deploymentId: current,
      desiredState: 'DEPLOYED',
      performedAt: updatedAt,
    });
    await refused('b-key');
  });

  test("not another organization's secret of the same id", async () => {
    await seedSecret('b-key', 'sk-1');
    gateway = await seedGateway(parts.database, await seedOrganization(parts.database));
    await seedReference(['b-key']);
    await refused('b-key');
  });

  test('not a value of a deprecated one', async () => {
    await seedSecret('b-key', 'sk-1', { status: 'DEPRECATED' });
    await seedReference(['b-key']);
    await refused('b-key');
  });
});

describe('updatedAfter', () => {
  const handlesAfter = async (instant: string) => {
    const answer = await get(`/secrets?updatedAfter=${encodeURIComponent(instant)}`);
    const { list, count } = (await answer.json()) as { list: { handle: string }[]; count: number };
    expect(count).toBe(list.length);
    return list.map(({ handle }) => handle);
  };

  test('leaves out what was not changed after it', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    expect(await handlesAfter('2026-01-02T03:04:05.677Z')).toEqual(['b-key']);
    expect(await handlesAfter('2026-01-02T03:04:05Z')).toEqual(['b-key']);
    expect(await handlesAfter(updatedAt)).toEqual([]);
    expect(await handlesAfter('2026-01-02T04:04:05.678+01:00')).toEqual([]);
  });

  test.each(['yesterday', '2026-01-02', '2026-13-02T00:00:00Z', ''])("that is '%s' is a 400", async (instant) => {
    const answer = await get(`/secrets?updatedAfter=${instant}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 400, message: 'Bad Request' });
  });
});

describe('a value that cannot be opened is a 503 and no value', () => {
  const unavailable = async () => {
    for (const path of ['/secrets/b-key/value', '/secrets?includeValues=true']) {
      const answer = await get(path);
      const body = await answer.text();
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
      expect(body).not.toContain('sk-');
      expect(JSON.parse(body)).toMatchObject({ code: 503, message: 'Service Unavailable' });
    }
    expect((await get('/secrets')).status).toBe(200);
  };

  test('when a byte of it was changed', async () => {
    const { id } = await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    await parts.database.query(sql`UPDATE secrets SET sealed = set_byte(sealed, 13, get_byte(sealed, 13) # 1) WHERE id = ${id}`);
    await unavailable();
  });

  test('when it was cut', async () => {
    const { id } = await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    await parts.database.query(sql`UPDATE secrets SET sealed = '' WHERE id = ${id}`);
    await unavailable();
  });

  test("when it is another secret's, and also when it is another organization's", async () => {
    const other = sealing.seal('sk-other', { organizationId: gateway.organizationId, handle: 'a-key' });
    const { id } = await seedSecret('b-key', 'sk-1', { sealed: other });
    await seedReference(['b-key']);
    await unavailable();
    const foreign = sealing.seal('sk-foreign', { organizationId: newId(), handle: 'b-key' });
    await parts.database.query(sql`UPDATE secrets SET sealed = ${foreign} WHERE id = ${id}`);
    await unavailable();
  });

  test('when the service has another key, or none, and not when the right one is its old key', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    const ask = async (path: string, keys: Sealing | undefined) => {
      const app = await createApp(createLogger('test', 'silent'), parts.database, keys, ownMetrics());
      const { statusCode, body } = await app.inject({ url: `/api/internal/v1${path}`, headers: { 'api-key': gateway.token } });
      await app.close();
      return { status: statusCode, body };
    };
    for (const path of ['/secrets/b-key/value', '/secrets?includeValues=true']) {
      for (const keys of [undefined, createSealing(randomBytes(32))]) {
        const { status, body } = await ask(path, keys);
        expect([path, status, JSON.parse(body).code]).toEqual([path, 503, 503]);
        expect(body).not.toContain('sk-1');
      }
      const turned = await ask(path, createSealing(randomBytes(32), key));
      expect([path, turned.status]).toEqual([path, 200]);
      expect(turned.body).toContain('"value":"sk-1"');
    }
  });
});

describe('what a gateway was given is noted', () => {
  test('from the list with values and from a value, not from the list alone', async () => {
    const a = await seedSecret('a-key', 'sk-a');
    const b = await seedSecret('b-key', 'sk-b');
    await seedReference(['a-key', 'b-key']);
    await get('/secrets');
    expect(await holders()).toEqual([]);
    await get('/secrets/b-key/value');
    await until(holders).toMatchObject([{ handle: 'b-key', hash: b.hash, stale: false, reissue_at: null }]);
    await get('/secrets?includeValues=true');
    await until(holders).toMatchObject([
      { handle: 'a-key', hash: a.hash, stale: false, reissue_at: null },
      { handle: 'b-key', hash: b.hash, stale: false, reissue_at: null },
    ]);
  });

  test('a value that replaces another one makes what refers to it due to be issued again', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    await get('/secrets/b-key/value');
    await until(holders).toMatchObject([{ stale: false }]);
    await parts.database.query(sql`UPDATE secret_holders SET stale = true WHERE gateway_id = ${gateway.gatewayId}`);
    await get('/secrets');
    expect(await holders()).toMatchObject([{ stale: true, reissue_at: null }]);
    await get('/secrets/b-key/value');
    await until(holders).toMatchObject([{ stale: false, reissue_at: expect.any(Date) }]);
  });

  test('a value that was replaced meanwhile does not count as the new one', async () => {
    await seedSecret('b-key', 'sk-1');
    await seedReference(['b-key']);
    await get('/secrets/b-key/value');
    await until(holders).toMatchObject([{ stale: false }]);
    await parts.database.query(sql`
      UPDATE secret_holders SET stale = true, hash = 'hmac-sha256:of-another-value' WHERE gateway_id = ${gateway.gatewayId}`);
    await get('/secrets/b-key/value');
    await get('/secrets?includeValues=true');
    // Whatever the answers noted, they noted it before a later one was asked for.
    await get('/secrets');
    expect(await holders()).toMatchObject([{ stale: true }]);
  });
});

test('no value is in the log, whatever went wrong', async () => {
  const { id } = await seedSecret('b-key', 'VALUE-THAT-MUST-NOT-BE-LOGGED');
  await seedReference(['b-key']);
  await get('/secrets?includeValues=true');
  await get('/secrets/b-key/value');
  await parts.database.query(sql`UPDATE secrets SET sealed = sealed || '\\x00' WHERE id = ${id}`);
  await get('/secrets?includeValues=true');
  await get('/secrets/b-key/value');
  expect(JSON.stringify(parts.service.log)).toContain('cannot be opened');
  expect(JSON.stringify(parts.service.log)).not.toContain('VALUE-THAT-MUST-NOT-BE-LOGGED');
});
