import { type KeyedKind, keyedKinds, kindTraits, oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { etagOf } from '../edits/etag.js';
import type { ErrorCode } from '../errors.js';
import { DateTime, DisplayName, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { handleParam } from '../handle.js';
import type { Caller } from '../login/access-tokens.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery } from '../pagination.js';
import { acceptedFor, type Scope } from '../scopes.js';
import type { ApiKey, ApiKeys, KeyUser } from './api-keys.js';
import { durationUnits } from './expiry.js';
import { generateKey } from './key-value.js';

/** As gateways take them (gateway protocol 1.6). */
const KeyHandle = Type.String({
  pattern: '^[a-z0-9]+([_-][a-z0-9]+)*$',
  minLength: 3,
  maxLength: 63,
  description: 'Unique within the artifact; never changes.',
});
const KeyValue = Type.String({
  minLength: 16,
  maxLength: 512,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'What callers will send: printable ASCII without spaces. Kept as a hash only.',
});
const Reference = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });

const content = {
  displayName: DisplayName,
  externalRefId: Type.Optional(Type.Unsafe<string>({ ...Reference, description: 'How the issuer calls it.' })),
  issuer: Type.Optional(
    Type.Unsafe<string>({ ...Reference, description: 'Who issued it; gateways may ask for the keys of one issuer alone.' }),
  ),
  expiresAt: Type.Optional(
    Type.Unsafe<string>({ ...DateTime, description: 'In the future. Without it and expiresIn the key never ends.' }),
  ),
  expiresIn: Type.Optional(
    Type.Object(
      { duration: Type.Integer({ minimum: 1, maximum: 1_000_000 }), unit: oneOf(durationUnits) },
      { additionalProperties: false, description: 'Instead of expiresAt.' },
    ),
  ),
  allowedTargets: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
      minItems: 1,
      maxItems: 1000,
      description: 'Ids of the gateways that may know it; `ALL`, or left out: all that have the artifact.',
    }),
  ),
};
const Content = Type.Object(content);

/** The caller chooses the keys of REST APIs; the others are generated (management API 5.2). */
const inputsOf = (kind: KeyedKind) => {
  const isChosen = kind === 'RestApi';
  return {
    Creation: Type.Unsafe<Static<typeof Content> & { readonly id?: string; readonly apiKey?: string }>(
      Type.Object(
        { id: Type.Optional(KeyHandle), ...content, ...(isChosen && { apiKey: KeyValue }) },
        { additionalProperties: false },
      ),
    ),
    Change: Type.Unsafe<Static<typeof Content> & { readonly id?: string; readonly apiKey?: string }>(
      Type.Object(
        {
          id: Type.Optional(KeyHandle),
          ...content,
          ...(isChosen && {
            apiKey: Type.Optional({ ...KeyValue, description: 'Takes the place of the old one; left out: that stays.' }),
          }),
        },
        { additionalProperties: false },
      ),
    ),
  };
};

const Answer = Type.Object({ status: Type.Literal('success'), message: Type.String(), id: KeyHandle }, { title: 'APIKeyAnswer' });
const NewKey = Type.Object(
  {
    status: Type.Literal('success'),
    message: Type.String(),
    id: KeyHandle,
    apiKey: Type.Optional(Type.String({ description: 'Where it was generated: shown here and never again.' })),
  },
  { title: 'NewAPIKey' },
);
export const KeyBody = Type.Object(
  {
    id: KeyHandle,
    displayName: DisplayName,
    artifactId: Type.String({ description: "The artifact's id." }),
    kind: oneOf(keyedKinds),
    maskedApiKey: Type.String(),
    status: oneOf(['active', 'expired']),
    externalRefId: Type.Optional(Type.String()),
    issuer: Type.Optional(Type.String()),
    expiresAt: Type.Optional(DateTime),
    allowedTargets: Type.Array(Type.String(), { description: 'Empty: all gateways that have the artifact.' }),
    createdBy: readOnly(Type.String()),
    ...timestamps,
  },
  { title: 'APIKey' },
);
const ArtifactParams = Type.Object({ artifactId: handleParam('artifact') });
const KeyParams = Type.Object({ artifactId: handleParam('artifact'), apiKeyId: handleParam('API key') });

const tag = 'API keys';

/** Adds the routes of API keys: the same ones for each kind that has them (management API 5.3), and those of the caller. */
export function apiKeyRoutes(app: HttpApp, apiKeys: ApiKeys): void {
  for (const kind of keyedKinds) kindRoutes(app, kind, apiKeys);

  app.get(
    `${apiPath}/me/api-keys`,
    operation(
      { scope: 'ap:api_key:read', tag, summary: 'List the API keys that you have made' },
      { querystring: Type.Object(pageQuery, { additionalProperties: false }), response: { 200: ListOf(KeyBody) } },
    ),
    async ({ caller, query }) => listBody(await apiKeys.listOf(caller.organizationId, caller.username, query), query, keyBody),
  );
}

function kindRoutes(app: HttpApp, kind: KeyedKind, apiKeys: ApiKeys): void {
  const traits = kindTraits(kind);
  const path = `${apiPath}/${traits.collection}/:artifactId/api-keys`;
  const scope = (verb: string): Scope => `ap:${traits.scope}:api_key:${verb}`;
  const noArtifact = `${traits.errorPrefix}_NOT_FOUND` as ErrorCode;
  const { Creation, Change } = inputsOf(kind);
  const referenceOf = ({ organizationId }: Caller, { artifactId }: { artifactId: string }) => ({
    organizationId,
    kind,
    handle: artifactId,
  });

  app.post(
    path,
    operation(
      {
        scope: scope('create'),
        tag,
        summary: `Make an API key: ${traits.title}`,
        description: 'Gateways that have the artifact learn its hash at once, others when they get the artifact.',
        errors: [noArtifact, 'API_KEY_EXISTS', 'GATEWAY_REF_NOT_FOUND'],
        secretField: 'apiKey',
      },
      { params: ArtifactParams, body: Creation, response: { 201: NewKey } },
    ),
    async ({ caller, params, body }, reply) => {
      const generated = body.apiKey === undefined ? generateKey() : undefined;
      const made = await apiKeys.create(referenceOf(caller, params), userOf(caller), body, body.apiKey ?? (generated as string));
      const message = generated ? 'Store the key now: it is not shown again.' : 'The key is known; only its hash is kept.';
      return reply
        .code(201)
        .header('location', `${apiPath}/${traits.collection}/${params.artifactId}/api-keys/${made.handle}`)
        .header('etag', etagOf(keyBody(made)))
        .send({ status: 'success', message, id: made.handle, ...(generated && { apiKey: generated }) });
    },
  );

  app.get(
    path,
    operation(
      {
        scope: scope('read'),
        tag,
        summary: `List API keys: ${traits.title}`,
        description: 'Your own; those of others too with the scope ap:api_key:all:manage.',
        errors: [noArtifact],
      },
      {
        params: ArtifactParams,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(KeyBody) },
      },
    ),
    async ({ caller, params, query }) =>
      listBody(await apiKeys.list(referenceOf(caller, params), userOf(caller), query), query, keyBody),
  );

  app.get(
    `${path}/:apiKeyId`,
    operation(
      {
        scope: scope('read'),
        tag,
        summary: `Get an API key: ${traits.title}`,
        description: 'One of yours; those of others too with the scope ap:api_key:all:manage. The key itself is never shown.',
        errors: [noArtifact, 'API_KEY_NOT_FOUND'],
      },
      { params: KeyParams, response: { 200: KeyBody } },
    ),
    async ({ caller, params }) => keyBody(await apiKeys.get(referenceOf(caller, params), params.apiKeyId, userOf(caller))),
  );

  app.put(
    `${path}/:apiKeyId`,
    operation(
      {
        scope: scope('update'),
        tag,
        summary: `Change an API key: ${traits.title}`,
        description: 'Gateways that are not among allowedTargets any more lose it.',
        errors: [noArtifact, 'API_KEY_NOT_FOUND', 'GATEWAY_REF_NOT_FOUND'],
      },
      { params: KeyParams, body: Change, response: { 200: Answer } },
    ),
    async ({ caller, params, body }, reply) => {
      const { apiKeyId: id } = params;
      requireSameId(body.id, id);
      const changed = await apiKeys.update(referenceOf(caller, params), id, userOf(caller), body, body.apiKey);
      return reply.header('etag', etagOf(keyBody(changed))).send({ status: 'success', message: 'The key is changed.', id });
    },
  );

  app.delete(
    `${path}/:apiKeyId`,
    operation(
      {
        scope: scope('delete'),
        tag,
        summary: `Revoke an API key: ${traits.title}`,
        errors: [noArtifact, 'API_KEY_NOT_FOUND'],
      },
      { params: KeyParams, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      await apiKeys.remove(referenceOf(caller, params), params.apiKeyId, userOf(caller));
      return reply.code(204).send(null);
    },
  );
}

/** Returns a caller as the owner of keys. */
export function userOf({ username, scopes }: Caller): KeyUser {
  return { username, mayManageAll: acceptedFor('ap:api_key:all:manage').some((scope) => scopes.has(scope)) };
}

/** Returns an API key as the management API shows it. */
export function keyBody(key: ApiKey): Static<typeof KeyBody> {
  const { handle, displayName, artifactHandle, maskedKey, isExpired, externalRefId, issuer, expiresAt, allowedTargets } = key;
  return {
    id: handle,
    displayName,
    artifactId: artifactHandle,
    kind: key.kind as KeyedKind,
    maskedApiKey: maskedKey,
    status: isExpired ? 'expired' : 'active',
    ...(externalRefId !== null && { externalRefId }),
    ...(issuer !== null && { issuer }),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    allowedTargets: [...allowedTargets],
    createdBy: key.createdBy,
    ...timestampsOf(key),
  };
}
