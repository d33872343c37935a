import type { HttpApp } from '@gatecast/service-kit';
import type { FastifyRequest } from 'fastify';
import { apiError } from '../errors.js';
import { apiPath } from '../operation.js';
import { acceptedFor, isScope, type Scope } from '../scopes.js';
import type { AccessTokens, Caller } from './access-tokens.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the caller's token must allow, one of several; `public` needs no token. */
    scope?: Scope | readonly Scope[] | 'public';
  }
  interface FastifyRequest {
    /** Who asks. There on every route that is not public. */
    caller: Caller;
  }
}

/**
 * Lets a request through when its token allows what its route declares: 401 without a valid token, 403 naming the missing scope.
 * Holds for all routes registered afterwards.
 * @throws Error at the start when a route of the management API declares no scope, or one that does not exist.
 */
export function addAuthorization(app: HttpApp, accessTokens: Pick<AccessTokens, 'verify'>): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const scope = config?.scope;
    const isManagement = url.startsWith(`${apiPath}/`) && !url.startsWith(`${apiPath}/docs`);
    if (isManagement && !scope) throw new Error(`${method} ${url} declares no scope.`);
    const unknown = scope && scope !== 'public' ? [scope].flat().find((one) => !isScope(one)) : undefined;
    if (unknown) throw new Error(`${method} ${url} declares ${unknown}, which is not a scope.`);
  });

  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config;
    if (!scope || scope === 'public') return;
    request.caller = await accessTokens.verify(bearerToken(request));
    const scopes = [scope].flat();
    if (!scopes.some((one) => allows(request.caller, one))) {
      throw apiError('FORBIDDEN', `The token lacks the scope ${scopes.join(' or ')}.`);
    }
  });
}

/** Whether a caller's token allows what a scope allows. */
export function allows({ scopes }: Caller, scope: Scope): boolean {
  return acceptedFor(scope).some((accepted) => scopes.has(accepted));
}

function bearerToken({ headers }: FastifyRequest): string {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (!token) throw apiError('UNAUTHORIZED', 'A bearer token is needed: send it as "Authorization: Bearer <token>".');
  return token;
}
