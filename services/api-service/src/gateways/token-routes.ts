import { oneOf, type Revocation } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { DateTime } from '../fields.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import type { GatewayToken, GatewayTokens } from './tokens.js';

const NewToken = Type.Object(
  {
    id: Type.String(),
    token: Type.String({ description: 'Shown here and never again.' }),
    createdAt: DateTime,
    message: Type.String(),
  },
  { title: 'NewGatewayToken' },
);
const TokenInfo = Type.Object({ id: Type.String(), status: oneOf(['active']), createdAt: DateTime }, { title: 'GatewayToken' });
const GatewayParams = Type.Object({ gatewayId: handleParam('gateway') });
const TokenParams = Type.Object({ gatewayId: handleParam('gateway'), tokenId: Type.String() });

const tag = 'Gateways';
const path = `${apiPath}/gateways/:gatewayId/tokens`;

export interface TokenRoutesParts {
  readonly gatewayTokens: GatewayTokens;
  /** Tells every edge to close the sockets that were opened with a token. */
  readonly announceRevocation: (revocation: Revocation) => void;
}

/** Adds the routes of gateways' tokens (management API 5.3, gateway protocol 4.4). */
export function tokenRoutes(app: HttpApp, { gatewayTokens, announceRevocation }: TokenRoutesParts): void {
  app.get(
    path,
    operation(
      { scope: 'ap:gateway:token:read', tag, summary: "List a gateway's active tokens", errors: ['GATEWAY_NOT_FOUND'] },
      {
        params: GatewayParams,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(TokenInfo) },
      },
    ),
    async ({ caller, params, query }) =>
      listBody(await gatewayTokens.list(caller.organizationId, params.gatewayId, query), query, toBody),
  );

  app.post(
    path,
    operation(
      {
        scope: 'ap:gateway:token:create',
        tag,
        summary: 'Make a token for a gateway',
        description: 'At most two are active, so that one can be replaced by another without a gap.',
        errors: ['GATEWAY_NOT_FOUND', 'GATEWAY_TOKEN_LIMIT_REACHED'],
        secretField: 'token',
      },
      { params: GatewayParams, response: { 201: NewToken } },
    ),
    async ({ caller, params }, reply) => {
      const { id, token, createdAt } = await gatewayTokens.create(caller.organizationId, params.gatewayId);
      const message = 'Store the token now: it is not shown again.';
      return reply.code(201).send({ id, token, createdAt: createdAt.toISOString(), message });
    },
  );

  app.delete(
    `${path}/:tokenId`,
    operation(
      {
        scope: 'ap:gateway:token:delete',
        tag,
        summary: "Revoke a gateway's token",
        description: 'Connections that were opened with it are closed at once.',
        errors: ['GATEWAY_NOT_FOUND', 'GATEWAY_TOKEN_NOT_FOUND'],
      },
      { params: TokenParams, response: { 200: Type.Object({ message: Type.String() }) } },
    ),
    async ({ caller, params: { gatewayId: gateway, tokenId } }) => {
      announceRevocation({ gatewayId: await gatewayTokens.revoke(caller.organizationId, gateway, tokenId), tokenId });
      return { message: 'Token revoked successfully' };
    },
  );
}

function toBody({ id, createdAt }: GatewayToken) {
  return { id, status: 'active' as const, createdAt: createdAt.toISOString() };
}
