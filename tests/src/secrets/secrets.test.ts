import { randomBytes } from 'node:crypto';
import { sql } from '@gatecast/database';
import { createSealing } from '@gatecast/service-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, example, gatewayInput, startApi } from '../api-service/setup.js';

const key = randomBytes(32);
let api: Api;
beforeAll(async () => {
  api = await startApi({ SECRETS_KEY: key.toString('base64'), LOG_LEVEL: 'trace' });
  await api.ask('POST', '/projects', { id: 'demo', displayName: 'Demo' });
  await api.ask('POST', '/gateways', gatewayInput('gateway-one'));
});
afterAll(() => api?.stop());

const row = async (handle: string) => {
  const [found] = await api.database.query<{ sealed: Buffer; hash: string; organization_id: string; updated_at: Date }>(
    sql`SELECT * FROM secrets WHERE handle = ${handle}`,
  );
  if (!found) throw new Error(`no secret ${handle}`);
  return found;
};
const openedValue = async (handle: string) => {
  const { sealed, organization_id: organizationId } = await row(handle);
  return createSealing(key).open(sealed, { organizationId, handle }).value;
};
const create = (id: string, value: string) => api.ask('POST', '/secrets', { id, displayName: id, value });

async function form(method: string, path: string, fields: Record<string, string | Blob>, token?: string) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const response = await fetch(`${api.url}/api/v0.9${path}`, {
    method,
    headers: { authorization: `Bearer ${token ?? (await api.token())}` },
    body,
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('a secret', () => {
  test('is made from a form, kept sealed, and shown without its value', async () => {
    const { status, body } = await form('POST', '/secrets', {
      id: 'from-form',
      displayName: 'From a form',
      description: 'Größe ✓',
      value: 'sk-größe ✓\n',
      type: 'CERTIFICATE',
    });
    expect(status).toBe(201);
    const { hash } = await row('from-form');
    const shown = {
      id: 'from-form',
      displayName: 'From a form',
      description: 'Größe ✓',
      type: 'CERTIFICATE',
      provider: 'IN_BUILT',
      status: 'ACTIVE',
      hash,
      createdBy: 'admin',
      createdAt: expect.any(String),
      updatedAt: body.createdAt,
    };
    expect(body).toEqual(shown);
    expect((await api.ask('GET', '/secrets/from-form')).body).toEqual(shown);
    expect((await api.ask('GET', '/secrets?limit=100')).body.list).toContainEqual(shown);
    // A form's parser writes line ends as forms have them.
    expect((await openedValue('from-form')).replace('\r\n', '\n')).toBe('sk-größe ✓\n');
    expect((await row('from-form')).sealed.toString('latin1')).not.toContain('sk-');
  });

  test('is made from a file in a form, byte by byte', async () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\r\n\n-----END CERTIFICATE-----\n';
    const made = await form('POST', '/secrets', { displayName: 'From a file', value: new Blob([certificate]) });
    expect([made.status, made.body.id, made.body.type]).toEqual([201, 'from-a-file', 'GENERIC']);
    expect(await openedValue('from-a-file')).toBe(certificate);
  });

  test('is made from JSON', async () => {
    const { status, body, headers } = await create('from-json', 'the value');
    expect([status, body.type]).toEqual([201, 'GENERIC']);
    expect(headers.get('location')).toBe('/api/v0.9/secrets/from-json');
    expect(await openedValue('from-json')).toBe('the value');
  });

  test('is changed: another value is another hash, the same value is the same hash', async () => {
    const { body: made } = await create('changing', 'first');
    const { status, body } = await form('PUT', '/secrets/changing', { displayName: 'Changed', value: 'second' });
    expect([status, body.displayName, body.createdAt]).toEqual([200, 'Changed', made.createdAt]);
    expect(body.hash).not.toBe(made.hash);
    expect(await openedValue('changing')).toBe('second');
    const sealed = (await row('changing')).sealed;
    const again = await api.ask('PUT', '/secrets/changing', { ...body, value: 'second', type: 'CERTIFICATE' });
    expect([again.status, again.body.hash, again.body.type]).toEqual([200, body.hash, 'CERTIFICATE']);
    expect((await row('changing')).sealed).not.toEqual(sealed);
  });

  test('is deleted', async () => {
    await create('going', 'x');
    expect((await api.ask('DELETE', '/secrets/going')).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await api.ask(method, '/secrets/going');
      expect([method, status, body.code]).toEqual([method, 404, 'SECRET_NOT_FOUND']);
    }
    expect((await api.ask('PUT', '/secrets/going', { displayName: 'x', value: 'x' })).body.code).toBe('SECRET_NOT_FOUND');
  });

  test('keeps its id to itself', async () => {
    await create('taken', 'x');
    const { status, body } = await create('taken', 'y');
    expect([status, body.code]).toEqual([409, 'SECRET_EXISTS']);
    expect(await openedValue('taken')).toBe('x');
    const renamed = await api.ask('PUT', '/secrets/taken', { id: 'other-id', displayName: 'x', value: 'x' });
    expect([renamed.status, renamed.body.errors[0].field]).toEqual([400, 'id']);
  });
});

describe('what does not fit is refused', () => {
  test.each<[string, unknown, string]>([
    ['no value', { displayName: 'x' }, 'value'],
    ['an empty value', { displayName: 'x', value: '' }, 'value'],
    ['a value that is too long', { displayName: 'x', value: 'x'.repeat(65_537) }, 'value'],
    ['another type', { displayName: 'x', value: 'x', type: 'API_KEY' }, 'type'],
    ['an unknown field', { displayName: 'x', value: 'x', valeu: 'x' }, 'valeu'],
    ['an id that is none', { id: 'A b', displayName: 'x', value: 'x' }, 'id'],
  ])('%s', async (_what, body, field) => {
    const json = await api.ask('POST', '/secrets', body);
    expect([json.status, json.body.errors[0].field]).toEqual([400, field]);
    const sent = await form('POST', '/secrets', body as Record<string, string>);
    expect([sent.status, sent.body.errors[0].field]).toEqual([400, field]);
  });

  const boundary = 'multipart/form-data; boundary=B';
  const part = (name: string, value: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  test.each<[string, string | Uint8Array, string]>([
    ['a form that breaks off', `${part('displayName', 'x')}--B\r\nContent-Disp`, boundary],
    ['a form without its boundary', part('displayName', 'x'), 'multipart/form-data'],
    ['a field twice', `${part('value', 'x')}${part('value', 'y')}--B--\r\n`, boundary],
    ['what is not UTF-8', Buffer.from(`${part('displayName', 'x')}${part('value', 'gr\xf6sse')}--B--\r\n`, 'latin1'), boundary],
    ['another content type', 'value=x', 'application/x-www-form-urlencoded'],
  ])('%s', async (_what, body, contentType) => {
    const { status, body: answer } = await api.ask('POST', '/secrets', body, { contentType });
    expect([400, 415]).toContain(status);
    expect(answer.code).toBe('VALIDATION_FAILED');
  });

  test('a form larger than a body may be', async () => {
    const { status, body } = await form('POST', '/secrets', { displayName: 'x', value: 'x'.repeat(2 * 1024 * 1024) });
    expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });
});

describe('a reference', () => {
  const path = '/llm-providers/uses-secret';
  const provider = (value: string) => ({
    ...example('llm-provider'),
    id: 'uses-secret',
    displayName: 'Uses a secret',
    upstream: { main: { url: 'https://api.mistral.ai', auth: { type: 'api-key', header: 'Authorization', value } } },
  });
  const deploy = (base = 'current', gatewayId = 'gateway-one') =>
    api.ask('POST', `${path}/deployments`, { name: 'first', base, gatewayId });
  const handlesOf = async (deploymentId: string) => {
    const [found] = await api.database.query<{ secret_handles: string[] }>(
      sql`SELECT secret_handles FROM deployments WHERE id = ${deploymentId}`,
    );
    return found?.secret_handles;
  };
  beforeAll(async () => {
    await api.ask('POST', '/gateways', gatewayInput('gateway-two'));
    expect((await api.ask('POST', '/llm-providers', provider('Bearer {{ secret "not-there" }}'))).status).toBe(201);
    await create('provider-key', 'sk-1');
    await create('second-key', 'sk-2');
  });

  test('to a secret that does not exist is refused at the deploy, and nothing is decided', async () => {
    const { status, body } = await deploy();
    expect([status, body.code]).toEqual([400, 'SECRET_REF_NOT_FOUND']);
    expect(body.message).toContain("'not-there'");
    expect((await api.ask('GET', `${path}/deployments`)).body.count).toBe(0);
  });

  test.each([
    '{{ secret provider-key }}',
    '{{- secret "provider-key" -}}',
    "{{ secret 'provider-key' }}",
    '{{ secret "provider-key }}',
  ])('written as %s is refused at the deploy', async (value) => {
    await api.ask('PUT', path, provider(value));
    const { status, body } = await deploy();
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.message).toContain('{{ secret "id" }}');
  });

  test('reaches the gateway as it was written, and is stored with the deployment', async () => {
    await api.ask('PUT', path, provider('{{ secret "provider-key" }}{{secret "second-key"}} {{  secret   "provider-key"  }}'));
    const { status, body } = await deploy();
    expect(status).toBe(201);
    expect(await handlesOf(body.deploymentId)).toEqual(['provider-key', 'second-key']);
    const [found] = await api.database.query<{ content: string }>(
      sql`SELECT content FROM deployments WHERE id = ${body.deploymentId}`,
    );
    expect(found?.content).toContain(
      'value: "{{ secret \\"provider-key\\" }}{{secret \\"second-key\\"}} {{  secret   \\"provider-key\\"  }}"',
    );
  });

  test('is kept in a deployment that starts from an earlier one', async () => {
    const { body: first } = await deploy();
    await api.ask('PUT', path, provider('no secret'));
    const { body: second } = await deploy(first.deploymentId, 'gateway-two');
    expect(await handlesOf(second.deploymentId)).toEqual(['provider-key', 'second-key']);
    const { body: third } = await deploy();
    expect(await handlesOf(third.deploymentId)).toEqual([]);
  });

  test('keeps its secret from being deleted, and the refusal says where it is', async () => {
    const refused = await api.ask('DELETE', '/secrets/provider-key');
    expect([refused.status, refused.body.code]).toEqual([409, 'SECRET_IN_USE']);
    expect(refused.body.message).toContain("LLM provider 'uses-secret' deployed on gateway 'gateway-two'");
    expect(refused.body.message).not.toContain('gateway-one');

    const [current] = (await api.ask('GET', `${path}/deployments?gatewayId=gateway-two`)).body.list;
    await api.ask('POST', `${path}/deployments/${current.deploymentId}/undeploy?gatewayId=gateway-two`);
    await api.ask('PUT', path, provider('{{ secret "provider-key" }}'));
    const mentioned = await api.ask('DELETE', '/secrets/provider-key');
    expect([mentioned.status, mentioned.body.code]).toEqual([409, 'SECRET_IN_USE']);
    expect(mentioned.body.message).toContain("in use by LLM provider 'uses-secret':");

    await api.ask('PUT', path, provider('no secret'));
    expect((await api.ask('DELETE', '/secrets/provider-key')).status).toBe(204);
    const restored = await api.ask('POST', `${path}/deployments/${current.deploymentId}/restore?gatewayId=gateway-two`);
    expect([restored.status, restored.body.code]).toEqual([400, 'SECRET_REF_NOT_FOUND']);
  });
});

test('no value is in the log, whatever went wrong', async () => {
  await create('logged', 'VALUE-THAT-MUST-NOT-BE-LOGGED');
  await create('logged', 'VALUE-THAT-MUST-NOT-BE-LOGGED');
  await api.ask('PUT', '/secrets/logged', { displayName: 'x', value: 'VALUE-THAT-MUST-NOT-BE-LOGGED', type: 'NONE' });
  await form('PUT', '/secrets/logged', { displayName: 'x', value: 'VALUE-THAT-MUST-NOT-BE-LOGGED' });
  expect(JSON.stringify(api.process.log)).not.toContain('VALUE-THAT-MUST-NOT-BE-LOGGED');
});

test('without a key every route of secrets is a 503 that says what to do; all else is served', async () => {
  const keyless = await startApi();
  try {
    for (const [method, path] of [
      ['POST', '/secrets'],
      ['GET', '/secrets'],
      ['GET', '/secrets/some'],
      ['PUT', '/secrets/some'],
      ['DELETE', '/secrets/some'],
    ] as const) {
      const { status, body } = await keyless.ask(
        method,
        path,
        method.startsWith('P') ? { displayName: 'x', value: 'x' } : undefined,
      );
      expect([method, path, status, body.code]).toEqual([method, path, 503, 'SERVICE_UNAVAILABLE']);
      expect(body.message).toContain('SECRETS_KEY_FILE');
    }
    expect((await keyless.ask('GET', '/gateways')).status).toBe(200);
  } finally {
    await keyless.stop();
  }
});
