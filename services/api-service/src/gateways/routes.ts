import { oneOf, type Revocation } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { DateTime, Description, DisplayName, FreeForm, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery, sortQuery } from '../pagination.js';
import { functionalityTypes, type Gateway, type Gateways } from './gateways.js';

const Version = Type.String({
  pattern: '^(\\d{1,6}\\.\\d{1,6}|\\d{4}\\.\\d{1,2}\\.\\d{1,2})$',
  description: '`1.0`, or a calendar version such as `2026.05.13`.',
});

const content = {
  displayName: DisplayName,
  description: Type.Optional(Description),
  endpoints: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
    minItems: 1,
    maxItems: 100,
    description: 'Where callers reach it, as URLs.',
  }),
  properties: Type.Optional(FreeForm),
  isCritical: Type.Boolean({ default: false }),
  functionalityType: oneOf(functionalityTypes),
  version: Type.Unsafe<string>({ ...Version, default: '1.0' }),
};

const GatewayInput = Type.Object(
  {
    id: Type.Optional(Handle),
    ...content,
    isCritical: Type.Optional(content.isCritical),
    version: Type.Optional(content.version),
    organizationId: Type.Optional(readOnly(Handle)),
    isActive: Type.Optional(readOnly(Type.Boolean())),
    createdBy: Type.Optional(readOnly(Type.String())),
    createdAt: Type.Optional(timestamps.createdAt),
    updatedAt: Type.Optional(timestamps.updatedAt),
  },
  { additionalProperties: false },
);

/** The fields of a gateway in answers. */
export const gatewayFields = {
  id: Handle,
  organizationId: readOnly(Handle),
  ...content,
  isActive: readOnly(Type.Boolean({ description: 'Whether it is connected now, on whichever edge.' })),
  createdBy: readOnly(Type.String()),
  ...timestamps,
};
const GatewayBody = Type.Object(gatewayFields, { title: 'Gateway' });
const ManifestBody = Type.Object(
  {
    version: Type.Optional(Type.String({ description: 'The release that the gateway runs.' })),
    functionalityType: Type.Optional(Type.String()),
    policies: Type.Array(FreeForm, { description: 'The policies that it has loaded, as it describes them.' }),
    receivedAt: DateTime,
  },
  { title: 'Gateway manifest' },
);
const GatewayParams = Type.Object({ gatewayId: handleParam('gateway') });

const tag = 'Gateways';
const path = `${apiPath}/gateways`;

export interface GatewayRoutesParts {
  readonly gateways: Gateways;
  /** Tells every edge to close a gateway's sockets. */
  readonly announceRevocation: (revocation: Revocation) => void;
}

/** Adds the routes of gateways (management API 5.3). */
export function gatewayRoutes(app: HttpApp, { gateways, announceRevocation }: GatewayRoutesParts): void {
  app.post(
    path,
    operation(
      {
        scope: 'ap:gateway:create',
        tag,
        summary: 'Create a gateway',
        description: 'It connects with a token that is made afterwards.',
        errors: ['GATEWAY_NAME_CONFLICT', 'ORGANIZATION_NOT_FOUND'],
      },
      { body: GatewayInput, response: { 201: GatewayBody } },
    ),
    async ({ caller, body }, reply) => {
      const gateway = await gateways.create(caller.organizationId, caller.username, contentOf(body));
      return reply.code(201).header('location', `${path}/${gateway.handle}`).send(gatewayBody(gateway));
    },
  );

  app.get(
    path,
    operation(
      { scope: 'ap:gateway:read', tag, summary: 'List gateways' },
      {
        querystring: Type.Object({ ...pageQuery, ...sortQuery }, { additionalProperties: false }),
        response: { 200: ListOf(GatewayBody) },
      },
    ),
    async ({ caller, query }) => listBody(await gateways.list(caller.organizationId, query), query, gatewayBody),
  );

  app.get(
    `${path}/:gatewayId`,
    operation(
      { scope: 'ap:gateway:read', tag, summary: 'Get a gateway', errors: ['GATEWAY_NOT_FOUND'] },
      { params: GatewayParams, response: { 200: GatewayBody } },
    ),
    async ({ caller, params }) => gatewayBody(await gateways.get(caller.organizationId, params.gatewayId)),
  );

  app.get(
    `${path}/:gatewayId/manifest`,
    operation(
      {
        scope: 'ap:gateway:manifest:read',
        tag,
        summary: "Get a gateway's manifest",
        description: 'What the gateway said about itself when it last connected.',
        errors: ['GATEWAY_NOT_FOUND', 'GATEWAY_MANIFEST_NOT_FOUND'],
      },
      { params: GatewayParams, response: { 200: ManifestBody } },
    ),
    async ({ caller, params }) => {
      const { version, functionalityType, policies, receivedAt } = await gateways.manifest(
        caller.organizationId,
        params.gatewayId,
      );
      return {
        ...(version !== null && { version }),
        ...(functionalityType !== null && { functionalityType }),
        policies: [...policies],
        receivedAt: receivedAt.toISOString(),
      };
    },
  );

  app.put(
    `${path}/:gatewayId`,
    operation(
      { scope: 'ap:gateway:update', tag, summary: 'Change a gateway', errors: ['GATEWAY_NOT_FOUND'] },
      { params: GatewayParams, body: GatewayInput, response: { 200: GatewayBody } },
    ),
    async ({ caller, params, body }) => {
      requireSameId(body.id, params.gatewayId);
      return gatewayBody(await gateways.update(caller.organizationId, params.gatewayId, contentOf(body)));
    },
  );

  app.delete(
    `${path}/:gatewayId`,
    operation(
      {
        scope: 'ap:gateway:delete',
        tag,
        summary: 'Delete a gateway',
        description: 'With its tokens and deployments; its connections are closed at once.',
        errors: ['GATEWAY_NOT_FOUND'],
      },
      { params: GatewayParams, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      announceRevocation({ gatewayId: await gateways.remove(caller.organizationId, params.gatewayId) });
      return reply.code(204).send(null);
    },
  );
}

function contentOf(body: Static<typeof GatewayInput>) {
  return { ...body, isCritical: body.isCritical ?? false, version: body.version ?? '1.0' };
}

/** Returns a gateway as the management API shows it. */
export function gatewayBody(gateway: Gateway) {
  const {
    handle,
    organizationHandle,
    description,
    properties,
    displayName,
    endpoints,
    isCritical,
    functionalityType,
    version,
    isActive,
    createdBy,
  } = gateway;
  return {
    id: handle,
    organizationId: organizationHandle,
    displayName,
    ...(description !== null && { description }),
    ...(properties !== null && { properties: { ...properties } }),
    endpoints: [...endpoints],
    isCritical,
    functionalityType,
    version,
    isActive,
    createdBy,
    ...timestampsOf(gateway),
  };
}
