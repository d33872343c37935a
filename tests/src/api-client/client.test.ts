import { ApiError, answer, openApiClient, UnreachableError } from '@gatecast/api-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, gatewayInput, startApi } from '../api-service/setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

const credentials = { username: 'admin', password: 'a password for tests' };

/** Counts the logins that go through it. */
function countingTransport() {
  const counted = {
    logins: 0,
    Request,
    fetch(request: Request) {
      if (request.url.endsWith('/auth/login')) counted.logins += 1;
      return fetch(request);
    },
  };
  return counted;
}

test('a call is typed by its path and resolves with the answer', async () => {
  const client = openApiClient({ url: api.url, token: await api.token() });
  const made = await answer(
    client.POST('/api/v0.9/gateways', { body: { ...gatewayInput('typed-one'), functionalityType: 'regular' } }),
  );
  const { list } = await answer(client.GET('/api/v0.9/gateways', { params: { query: { query: 'typed', limit: 1 } } }));
  expect(list.map(({ id }) => id)).toEqual([made.id]);
});

test('a refusal is an ApiError with code, message and fields', async () => {
  const client = openApiClient({ url: api.url, token: await api.token() });
  const missing = await answer(client.GET('/api/v0.9/gateways/{gatewayId}', { params: { path: { gatewayId: 'none' } } })).catch(
    (error) => error,
  );
  expect(missing).toBeInstanceOf(ApiError);
  expect(missing).toMatchObject({ status: 404, code: 'GATEWAY_NOT_FOUND', message: expect.stringContaining("'none'") });
  const body = { ...gatewayInput('UPPER CASE'), functionalityType: 'regular' } as const;
  await expect(answer(client.POST('/api/v0.9/gateways', { body }))).rejects.toMatchObject({
    status: 400,
    code: 'VALIDATION_FAILED',
    fields: [{ field: 'id', message: expect.any(String) }],
  });
});

test('a token that is refused is renewed once for all who found it so, and each call is sent again with its body', async () => {
  const transport = countingTransport();
  const client = openApiClient({ url: api.url, token: 'no longer good', credentials, transport });
  const made = await Promise.all(
    ['one', 'two', 'three'].map((id) =>
      answer(client.POST('/api/v0.9/projects', { body: { id: `renewed-${id}`, displayName: `Renewed ${id}` } })),
    ),
  );
  expect(made.map(({ id }) => id)).toEqual(['renewed-one', 'renewed-two', 'renewed-three']);
  expect(transport.logins).toBe(1);
  await answer(client.GET('/api/v0.9/projects'));
  expect(transport.logins).toBe(1);
});

test('without credentials a refused token is an error, and so are credentials that are refused', async () => {
  const stale = openApiClient({ url: api.url, token: 'no longer good' });
  await expect(answer(stale.GET('/api/v0.9/projects'))).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
  const wrong = openApiClient({ url: api.url, credentials: { ...credentials, password: 'wrong' } });
  await expect(answer(wrong.GET('/api/v0.9/projects'))).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
});

test('no answer is an UnreachableError with its reason', async () => {
  const client = openApiClient({ url: 'http://127.0.0.1:1', token: 'any' });
  const error = await answer(client.GET('/api/v0.9/projects')).catch((reason) => reason);
  expect(error).toBeInstanceOf(UnreachableError);
});
