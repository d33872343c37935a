import { sql } from '@gatecast/database';
import { createHttpApp, createLogger } from '@gatecast/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccessTokens, signingKey } from '../../../services/api-service/dist/login/access-tokens.js';
import { addAuthorization } from '../../../services/api-service/dist/login/authorization.js';
import { type Api, type Json, startApi } from './setup.js';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly scopes: readonly string[];
}

let api: Api;
let operations: readonly Operation[];
beforeAll(async () => {
  api = await startApi();
  const document = (await (await fetch(`${api.url}/api/v0.9/docs/json`)).json()) as Json;
  operations = Object.entries(document.paths as Record<string, Json>)
    .filter(([path]) => path.startsWith('/api/v0.9/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, Json>).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.replace('/api/v0.9', '').replace(/\{[^}]+\}/g, 'does-not-exist'),
        scopes: operation.security?.map(({ bearer }: Json) => bearer[0]) ?? [],
      })),
    );
});
afterAll(() => api?.stop());

/** A token as the login would issue it, without the time that a login takes on purpose. */
async function tokenWith(scopes: readonly string[]): Promise<string> {
  const [row] = await api.database.query<{ userId: string; organizationId: string }>(
    sql`SELECT user_id AS "userId", organization_id AS "organizationId" FROM memberships`,
  );
  const organization = { id: row?.organizationId ?? '', handle: 'default', displayName: 'Default' };
  const tokens = createAccessTokens(signingKey(api.jwtKey), 600_000);
  return (await tokens.issue({ userId: row?.userId ?? '', username: 'admin', organization, scopes })).token;
}

const resourceOf = (scope: string) => scope.split(':')[1];

test('every route names its scope', () => {
  expect(operations.length).toBeGreaterThan(50);
  for (const { method, path, scopes } of operations) {
    expect(scopes.length, `${method} ${path}`).toBeGreaterThan(0);
    for (const scope of scopes) expect(scope, `${method} ${path}`).toMatch(/^ap:[a-z_]+(:[a-z_]+)?:[a-z]+$/);
  }
});

test('every route refuses a request without a token', async () => {
  for (const { method, path } of operations) {
    const { status, body } = await api.ask(method, path, undefined, { token: null });
    expect([method, path, status, body.code]).toEqual([method, path, 401, 'UNAUTHORIZED']);
  }
});

test('every route refuses a token that has every scope but its own, and names the one that is missing', async () => {
  const allScopes = [...new Set(operations.flatMap(({ scopes }) => scopes))];
  for (const own of [...new Set(operations.map(({ scopes }) => scopes.join(' or ')))]) {
    const token = await tokenWith(allScopes.filter((scope) => !own.split(' or ').includes(scope)));
    for (const { method, path } of operations.filter(({ scopes }) => scopes.join(' or ') === own)) {
      const { status, body } = await api.ask(method, path, undefined, { token });
      expect([method, path, status, body.code]).toEqual([method, path, 403, 'FORBIDDEN']);
      expect(body.message).toContain(own);
    }
  }
});

test("the manage scope of a resource covers all of its routes and no other resource's", async () => {
  for (const resource of new Set(operations.flatMap(({ scopes }) => scopes.map(resourceOf)))) {
    const token = await tokenWith([`ap:${resource}:manage`]);
    const answers = await Promise.all(operations.map(({ method, path }) => api.ask(method, path, undefined, { token })));
    expect(operations.map(({ method, path }, index) => [method, path, answers[index]?.status === 403])).toEqual(
      operations.map(({ method, path, scopes }) => [method, path, !scopes.some((scope) => resourceOf(scope) === resource)]),
    );
  }
});

test('the manage scope of a sub-resource covers that alone', async () => {
  const token = await api.token({ scope: 'ap:gateway:token:manage' });
  expect((await api.ask('POST', '/gateways/does-not-exist/tokens', undefined, { token })).status).toBe(404);
  expect((await api.ask('GET', '/gateways/does-not-exist', undefined, { token })).status).toBe(403);
});

test('a route that declares no scope, or one that does not exist, fails the start', () => {
  const app = createHttpApp({ logger: createLogger('test', 'silent'), errorBody: () => ({}), ready: async () => {} });
  addAuthorization(app, { verify: () => Promise.reject(new Error('not asked')) });
  const handler = async () => ({});
  expect(() => app.get('/api/v0.9/forgotten', handler)).toThrow('GET /api/v0.9/forgotten declares no scope.');
  expect(() => app.get('/api/v0.9/misspelt', { config: { scope: 'ap:gatewy:read' } }, handler)).toThrow('which is not a scope');
  expect(() => app.get('/api/v0.9/public', { config: { scope: 'public' } }, handler)).not.toThrow();
});
