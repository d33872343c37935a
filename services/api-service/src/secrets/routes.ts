import { oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { Description, DisplayName, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import { acceptFormData } from './form-data.js';
import { type Secret, type Secrets, secretTypes } from './secrets.js';

const decided = {
  displayName: DisplayName,
  description: Type.Optional(Description),
  type: Type.Optional(oneOf(secretTypes, { description: 'GENERIC unless it is said.' })),
};
const given = {
  provider: readOnly(Type.Literal('IN_BUILT')),
  status: readOnly(oneOf(['ACTIVE', 'DEPRECATED'])),
  hash: readOnly(Type.String({ description: 'Changes with the value and tells nothing of it.' })),
  createdBy: readOnly(Type.String()),
  ...timestamps,
};

const SecretInput = Type.Object(
  {
    id: Type.Optional(Handle),
    ...decided,
    value: Type.String({ minLength: 1, maxLength: 65_536, writeOnly: true, description: 'Kept sealed and never shown again.' }),
    ...Object.fromEntries(Object.entries(given).map(([name, type]) => [name, Type.Optional(type)])),
  },
  { additionalProperties: false },
);
const SecretBody = Type.Object({ id: Handle, ...decided, ...given }, { title: 'Secret', description: 'Without its value.' });
const SecretParams = Type.Object({ secretId: handleParam('secret') });

const tag = 'Secrets';
const path = `${apiPath}/secrets`;
const consumes = ['multipart/form-data', 'application/json'];

/** Adds the routes of secrets (management API 5.3). Bodies are forms or JSON; no answer has a value. */
export async function secretRoutes(app: HttpApp, secrets: Secrets): Promise<void> {
  await app.register(async (scope) => {
    const api = scope as unknown as HttpApp;
    acceptFormData(api);
    api.addHook('preHandler', async () => void secrets.requireKey());

    api.post(
      path,
      operation(
        {
          scope: 'ap:secret:create',
          tag,
          summary: 'Create a secret',
          description:
            'Artifacts refer to it as `{{ secret "id" }}`; only gateways to which such an artifact is deployed get its value.',
          errors: ['SECRET_EXISTS', 'ORGANIZATION_NOT_FOUND'],
          consumes,
        },
        { body: SecretInput, response: { 201: SecretBody } },
      ),
      async ({ caller, body }, reply) => {
        const secret = await secrets.create(caller.organizationId, caller.username, body);
        return reply.code(201).header('location', `${path}/${secret.handle}`).send(toBody(secret));
      },
    );

    api.get(
      path,
      operation(
        { scope: 'ap:secret:read', tag, summary: 'List secrets' },
        {
          querystring: Type.Object(pageQuery, { additionalProperties: false }),
          response: { 200: ListOf(SecretBody) },
        },
      ),
      async ({ caller, query }) => listBody(await secrets.list(caller.organizationId, query), query, toBody),
    );

    api.get(
      `${path}/:secretId`,
      operation(
        { scope: 'ap:secret:read', tag, summary: 'Get a secret', errors: ['SECRET_NOT_FOUND'] },
        { params: SecretParams, response: { 200: SecretBody } },
      ),
      async ({ caller, params }) => toBody(await secrets.get(caller.organizationId, params.secretId)),
    );

    api.put(
      `${path}/:secretId`,
      operation(
        {
          scope: 'ap:secret:update',
          tag,
          summary: 'Change a secret',
          description:
            'Gateways read a new value when they connect: those concerned lose their connection for a moment, and what they serve with it is deployed again.',
          errors: ['SECRET_NOT_FOUND'],
          consumes,
        },
        { params: SecretParams, body: SecretInput, response: { 200: SecretBody } },
      ),
      async ({ caller, params, body }) => {
        requireSameId(body.id, params.secretId);
        return toBody(await secrets.update(caller.organizationId, params.secretId, body));
      },
    );

    api.delete(
      `${path}/:secretId`,
      operation(
        {
          scope: 'ap:secret:delete',
          tag,
          summary: 'Delete a secret',
          description: 'Not while an artifact, or a deployment that a gateway is to serve, refers to it.',
          errors: ['SECRET_NOT_FOUND', 'SECRET_IN_USE'],
        },
        { params: SecretParams, response: { 204: Type.Null() } },
      ),
      async ({ caller, params }, reply) => {
        await secrets.remove(caller.organizationId, params.secretId);
        return reply.code(204).send(null);
      },
    );
  });
}

function toBody(secret: Secret) {
  const { handle, displayName, description, type, status, hash, createdBy } = secret;
  return {
    id: handle,
    displayName,
    ...(description !== null && { description }),
    type: type as (typeof secretTypes)[number],
    provider: 'IN_BUILT' as const,
    status: status as 'ACTIVE' | 'DEPRECATED',
    hash,
    createdBy,
    ...timestampsOf(secret),
  };
}
