import { createPrivateKey, sign } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, startApi } from './setup.js';

let api: Api;
beforeAll(async () => {
  api = await startApi({ LOG_LEVEL: 'debug' });
});
afterAll(() => api?.stop());

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (claims: object, header: object = { alg: 'RS256' }) => {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), createPrivateKey(api.jwtKey)).toString('base64url')}`;
};

test('the first user signs in and gets a token with the claims of the contract', async () => {
  const { status, body } = await api.login({ username: 'admin', password: 'a password for tests' });
  expect(status).toBe(200);
  const claims = claimsOf(body.token);
  expect(claims).toMatchObject({ iss: 'platform-api', username: 'admin', org_handle: 'default', org_name: 'default' });
  expect(claims.exp - claims.iat).toBe(3600);
  expect(body.expires_at).toBe(claims.exp);
  expect(claims.scope.split(' ')).toContain('ap:gateway:manage');
  expect(claims.organization).toMatch(/^[0-9a-f-]{36}$/);
});

test('each sign-in gets a token of its own, also two in one second', async () => {
  const tokens = await Promise.all([1, 2, 3, 4, 5].map(() => api.token({})));
  expect(new Set(tokens).size).toBe(5);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const headers = { 'x-forwarded-for': '192.0.2.1' };
  const wrong = await api.login({ username: 'admin', password: 'no' }, headers);
  const unknown = await api.login({ username: 'nobody', password: 'no' }, headers);
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(unknown.body).toEqual(wrong.body);
  expect(wrong.body.code).toBe('UNAUTHORIZED');
});

test('the login takes a form and nothing else', async () => {
  const answer = await fetch(`${api.url}/api/portal/v0.9/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"admin","password":"x"}',
  });
  expect(answer.status).toBe(415);
  const { status, body } = await api.login({ username: 'admin' });
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ field: 'password', message: 'is required' }]);
});

test('a token can be asked for with fewer scopes, never with more', async () => {
  const token = await api.token({ scope: 'ap:project:read ap:gateway:create ap:nonsense:read' });
  expect(claimsOf(token).scope).toBe('ap:project:read ap:gateway:create');
  const narrow = await api.login({ username: 'admin', password: 'a password for tests', scope: 'ap:nonsense:read' });
  expect(claimsOf(narrow.body.token).scope).toBe('');
});

test('the token is for the organization that was asked for, if one is a member of it', async () => {
  await api.ask('POST', '/organizations', { id: 'second', displayName: 'Second' });
  expect(claimsOf(await api.token({ organization: 'second' })).org_handle).toBe('second');
  expect((await api.login({ username: 'admin', password: 'a password for tests', organization: 'third' })).status).toBe(401);
});

test('too many failed logins from an address are refused for a while, successful ones never count', async () => {
  const attacker = { 'x-forwarded-for': '192.0.2.66' };
  const answers = await Promise.all(
    Array.from({ length: 14 }, () => api.login({ username: 'admin', password: 'guess' }, attacker)),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.body.code).toBe('TOO_MANY_REQUESTS');
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await api.login({ username: 'admin', password: 'a password for tests' }, attacker)).status).toBe(429);

  const busy = { 'x-forwarded-for': '192.0.2.77' };
  const good = await Promise.all(
    Array.from({ length: 12 }, () => api.login({ username: 'admin', password: 'a password for tests' }, busy)),
  );
  expect(good.map(({ status }) => status)).toEqual(Array(12).fill(200));
});

test('a token that is missing, malformed, expired, unsigned or signed by another is refused', async () => {
  const claims = claimsOf(await api.token());
  const now = Math.floor(Date.now() / 1000);
  const refused = {
    missing: null,
    malformed: 'not.a.token',
    expired: signed({ ...claims, exp: now - 10 }),
    'of another issuer': signed({ ...claims, iss: 'someone' }),
    unsigned: `${encoded({ alg: 'none' })}.${encoded(claims)}.`,
    'signed otherwise': signed(claims).replace(/.{10}$/, 'AAAAAAAAAA'),
    'signed with the public key as a secret': signed(claims, { alg: 'HS256' }),
    'without an expiry': signed({ ...claims, exp: undefined }),
  };
  for (const [which, token] of Object.entries(refused)) {
    const { status, body } = await api.ask('GET', '/projects', undefined, { token });
    expect([which, status, body.code]).toEqual([which, 401, 'UNAUTHORIZED']);
  }
  expect((await api.ask('GET', '/projects', undefined, { token: signed(claims) })).status).toBe(200);
});

test('passwords and tokens never reach the log', async () => {
  const token = await api.token();
  await api.login({ username: 'admin', password: 'a-wrong-secret' }, { 'x-forwarded-for': '192.0.2.2' });
  await api.ask('GET', '/projects', undefined, { token });
  await api.process.logged('answered');
  expect(JSON.stringify(api.process.log)).not.toMatch(new RegExp(`a password for tests|a-wrong-secret|${token}`));
});
