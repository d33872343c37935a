import { applicationTypes, keyedKinds, oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import type { ApiKeys } from '../api-keys/api-keys.js';
import { KeyBody, keyBody, userOf } from '../api-keys/routes.js';
import { invalid } from '../errors.js';
import { Description, DisplayName, readOnly, requireSameId, timestamps, timestampsOf } from '../fields.js';
import { Handle, handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery, sortQuery } from '../pagination.js';
import { type Application, type ApplicationContent, type Applications, applicationKeysMax } from './applications.js';

const content = {
  displayName: DisplayName,
  description: Type.Optional(Description),
  projectId: Type.Optional(Type.String({ description: "The project's id." })),
};
const ApplicationInput = Type.Object(
  {
    id: Type.Optional(Handle),
    ...content,
    type: Type.Optional(oneOf(applicationTypes, { default: 'web' })),
    createdBy: Type.Optional(readOnly(Type.String())),
    createdAt: Type.Optional(timestamps.createdAt),
    updatedAt: Type.Optional(timestamps.updatedAt),
  },
  { additionalProperties: false },
);
const ApplicationBody = Type.Object(
  { id: Handle, ...content, type: oneOf(applicationTypes), createdBy: readOnly(Type.String()), ...timestamps },
  { title: 'Application' },
);
const keyReference = {
  artifactId: Type.String({ maxLength: 40, description: "The artifact's id." }),
  kind: oneOf(keyedKinds, { default: 'RestApi' }),
};
const MappingInput = Type.Object(
  {
    apiKeys: Type.Array(
      Type.Object(
        {
          id: Type.String({ maxLength: 63, description: "The API key's id." }),
          ...keyReference,
          kind: Type.Optional(keyReference.kind),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
  },
  { additionalProperties: false },
);
const ApplicationParams = Type.Object({ applicationId: handleParam('application') });
const MappingParams = Type.Object({ applicationId: handleParam('application'), apiKeyId: handleParam('API key') });

const tag = 'Applications';
const path = `${apiPath}/applications`;

export interface ApplicationRoutesParts {
  readonly applications: Applications;
  readonly apiKeys: Pick<ApiKeys, 'listOfApplication'>;
}

/** Adds the routes of applications and of the API keys that are mapped to them (management API 5.3). */
export function applicationRoutes(app: HttpApp, { applications, apiKeys }: ApplicationRoutesParts): void {
  app.post(
    path,
    operation(
      {
        scope: 'ap:application:create',
        tag,
        summary: 'Create an application',
        errors: ['APPLICATION_EXISTS', 'PROJECT_REF_NOT_FOUND'],
      },
      { body: ApplicationInput, response: { 201: ApplicationBody } },
    ),
    async ({ caller, body }, reply) => {
      const application = await applications.create(caller.organizationId, caller.username, contentOf(body));
      return reply.code(201).header('location', `${path}/${application.handle}`).send(toBody(application));
    },
  );

  app.get(
    path,
    operation(
      { scope: 'ap:application:read', tag, summary: 'List applications', errors: ['PROJECT_NOT_FOUND'] },
      {
        querystring: Type.Object(
          { ...pageQuery, ...sortQuery, projectId: Type.Optional(Type.String({ description: 'Only those of this project.' })) },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(ApplicationBody) },
      },
    ),
    async ({ caller, query }) => listBody(await applications.list(caller.organizationId, query), query, toBody),
  );

  app.get(
    `${path}/:applicationId`,
    operation(
      { scope: 'ap:application:read', tag, summary: 'Get an application', errors: ['APPLICATION_NOT_FOUND'] },
      { params: ApplicationParams, response: { 200: ApplicationBody } },
    ),
    async ({ caller, params }) => toBody(await applications.get(caller.organizationId, params.applicationId)),
  );

  app.put(
    `${path}/:applicationId`,
    operation(
      {
        scope: 'ap:application:update',
        tag,
        summary: 'Change an application',
        errors: ['APPLICATION_NOT_FOUND', 'PROJECT_REF_NOT_FOUND'],
      },
      { params: ApplicationParams, body: ApplicationInput, response: { 200: ApplicationBody } },
    ),
    async ({ caller, params, body }) => {
      requireSameId(body.id, params.applicationId);
      return toBody(await applications.update(caller.organizationId, params.applicationId, contentOf(body), caller.username));
    },
  );

  app.delete(
    `${path}/:applicationId`,
    operation(
      {
        scope: 'ap:application:delete',
        tag,
        summary: 'Delete an application',
        description: 'Not while it has subscriptions. Its API keys stay.',
        errors: ['APPLICATION_NOT_FOUND', 'APPLICATION_IN_USE'],
      },
      { params: ApplicationParams, response: { 204: Type.Null() } },
    ),
    async ({ caller, params }, reply) => {
      await applications.remove(caller.organizationId, params.applicationId, caller.username);
      return reply.code(204).send(null);
    },
  );

  app.get(
    `${path}/:applicationId/api-keys`,
    operation(
      { scope: 'ap:application:api_key:read', tag, summary: "List an application's API keys", errors: ['APPLICATION_NOT_FOUND'] },
      {
        params: ApplicationParams,
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(KeyBody) },
      },
    ),
    async ({ caller, params, query }) => {
      const { id } = await applications.get(caller.organizationId, params.applicationId);
      return listBody(await apiKeys.listOfApplication(id, query), query, keyBody);
    },
  );

  app.post(
    `${path}/:applicationId/api-keys`,
    operation(
      {
        scope: 'ap:application:api_key:create',
        tag,
        summary: 'Map API keys to an application',
        description: `Besides those that are mapped to it; ${applicationKeysMax} at most in all.`,
        errors: ['APPLICATION_NOT_FOUND', 'ARTIFACT_REF_NOT_FOUND', 'API_KEY_REF_NOT_FOUND'],
      },
      { params: ApplicationParams, body: MappingInput, response: { 200: ListOf(KeyBody) } },
    ),
    async ({ caller, params, body }) => {
      const references = body.apiKeys.map(({ id, artifactId, kind = 'RestApi' }) => ({ id, artifactId, kind }));
      await applications.mapKeys(caller.organizationId, params.applicationId, references, userOf(caller));
      const { id } = await applications.get(caller.organizationId, params.applicationId);
      return listBody(await apiKeys.listOfApplication(id, {}), {}, keyBody);
    },
  );

  app.delete(
    `${path}/:applicationId/api-keys/:apiKeyId`,
    operation(
      {
        scope: 'ap:application:api_key:delete',
        tag,
        summary: 'Take an API key away from an application',
        description: 'artifactId and kind tell which one, if several are called so.',
        errors: ['APPLICATION_NOT_FOUND', 'API_KEY_NOT_FOUND'],
      },
      {
        params: MappingParams,
        querystring: Type.Object(
          {
            artifactId: Type.Optional(keyReference.artifactId),
            entityID: Type.Optional(
              Type.String({ maxLength: 40, description: 'Another name of artifactId (management API 5.3).' }),
            ),
            kind: Type.Optional(oneOf(keyedKinds)),
          },
          { additionalProperties: false },
        ),
        response: { 204: Type.Null() },
      },
    ),
    async ({ caller, params, query: { entityID, ...query } }, reply) => {
      if (entityID !== undefined && query.artifactId !== undefined)
        throw invalid([{ field: 'entityID', message: 'is another name of artifactId: leave one of them out' }]);
      await applications.unmapKey(
        caller.organizationId,
        params.applicationId,
        { id: params.apiKeyId, ...query, ...(entityID !== undefined && { artifactId: entityID }) },
        caller.username,
      );
      return reply.code(204).send(null);
    },
  );
}

function contentOf(input: Static<typeof ApplicationInput>): ApplicationContent & { readonly id?: string } {
  return { ...input, type: input.type ?? 'web' };
}

function toBody(application: Application): Static<typeof ApplicationBody> {
  const { handle, displayName, description, type, projectHandle, createdBy } = application;
  return {
    id: handle,
    displayName,
    ...(description !== null && { description }),
    ...(projectHandle !== null && { projectId: projectHandle }),
    type,
    createdBy,
    ...timestampsOf(application),
  };
}
