import formbody from '@fastify/formbody';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { apiError } from '../errors.js';
import { operation } from '../operation.js';
import { acceptedFor, isScope } from '../scopes.js';
import type { AccessTokens } from './access-tokens.js';
import { createFailedLogins } from './failed-logins.js';
import type { User, Users } from './users.js';

const LoginForm = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: 200 }),
    password: Type.String({ minLength: 1, maxLength: 1000, format: 'password' }),
    organization: Type.Optional(Type.String({ description: "An organization's id; without it the first that the user joined." })),
    scope: Type.Optional(
      Type.String({ description: 'Scopes separated by spaces, to get a token that allows no more than these.' }),
    ),
  },
  { additionalProperties: false },
);

const Login = Type.Object({
  token: Type.String(),
  expires_at: Type.Integer({ description: 'Seconds since 1970.' }),
});

/** Adds the login. Failed attempts are limited per address. */
export async function loginRoutes(
  app: HttpApp,
  { users, accessTokens }: { users: Pick<Users, 'signIn'>; accessTokens: Pick<AccessTokens, 'issue'> },
): Promise<void> {
  const failedLogins = createFailedLogins({ failuresMax: 10, windowMs: 60_000, addressesMax: 10_000 });
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    await scope.register(formbody);
    (scope as unknown as HttpApp).post(
      '/api/portal/v0.9/auth/login',
      operation(
        {
          scope: 'public',
          tag: 'Login',
          summary: 'Sign in',
          consumes: ['application/x-www-form-urlencoded'],
          errors: ['UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
        },
        { body: LoginForm, response: { 200: Login } },
      ),
      async ({ ip, body }, reply) => {
        const outcome = await failedLogins.attempt(ip, () => users.signIn(body.username, body.password));
        if ('retryAfterMs' in outcome) {
          reply.header('retry-after', String(Math.ceil(outcome.retryAfterMs / 1000)));
          throw apiError('TOO_MANY_REQUESTS', 'Too many failed logins from this address: wait a minute.');
        }
        if (!outcome.result) throw apiError('UNAUTHORIZED', 'User name or password is wrong.');
        const { token, expiresAtSeconds } = await accessTokens.issue(grantOf(outcome.result, body));
        return { token, expires_at: expiresAtSeconds };
      },
    );
  });
}

function grantOf(user: User, wanted: { organization?: string; scope?: string }) {
  const membership = user.memberships.find(
    ({ organization }) => organization.handle === (wanted.organization ?? organization.handle),
  );
  if (!membership) throw apiError('UNAUTHORIZED', 'The user is not a member of this organization.');
  const held = new Set(membership.scopes);
  const narrower = wanted.scope
    ?.split(' ')
    .filter((scope) => isScope(scope) && acceptedFor(scope).some((accepted) => held.has(accepted)));
  return {
    userId: user.id,
    username: user.username,
    organization: membership.organization,
    scopes: narrower ?? membership.scopes,
  };
}
