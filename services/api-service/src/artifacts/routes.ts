import { type KindTraits, kinds } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import type { Deployments } from '../deployments/deployments.js';
import { type ErrorCode, invalid } from '../errors.js';
import { requireSameId } from '../fields.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageQuery, sortQuery } from '../pagination.js';
import type { Scope } from '../scopes.js';
import { awaitedDeletion, confirmedFirst, DeletionBody } from '../waiting/deletion.js';
import { PreferHeader, preferredWaitSeconds } from '../waiting/preference.js';
import type { Waiting } from '../waiting/waiting.js';
import { type ArtifactInput, artifactBody, artifactSchemas, definitionOf, summaryBody } from './artifact-body.js';
import type { Artifacts } from './artifacts.js';
import type { KindSchema } from './kind-schema.js';
import { kindSchemas } from './kind-schemas.js';
import { artifactNotFound } from './reference.js';

export interface ArtifactRoutesParts {
  readonly artifacts: Artifacts;
  readonly deleteArtifact: Deployments['deleteArtifact'];
  readonly waiting: Waiting;
}

/** Adds the routes of artifacts: the same ones for each kind (management API 5.3). */
export function artifactRoutes(app: HttpApp, parts: ArtifactRoutesParts): void {
  for (const traits of kinds) kindRoutes(app, traits, kindSchemas[traits.kind], parts);
  proxiesRoute(app, parts.artifacts);
}

/** Adds the route that tells which LLM proxies use an LLM provider. */
function proxiesRoute(app: HttpApp, artifacts: Artifacts): void {
  const { Summary } = artifactSchemas(kindSchemas.LlmProxy);
  app.get(
    `${apiPath}/llm-providers/:artifactId/llm-proxies`,
    operation(
      {
        scope: 'ap:llm_proxy:deployment:read',
        tag: 'LLM providers',
        summary: 'List the LLM proxies of an LLM provider',
        description: 'Without the definitions.',
        errors: ['LLM_PROVIDER_NOT_FOUND'],
      },
      {
        params: Type.Object({ artifactId: handleParam('LLM provider') }),
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(Summary) },
      },
    ),
    async ({ caller, params, query }) => {
      const { handle } = await artifacts.get(caller.organizationId, 'LlmProvider', params.artifactId);
      const proxies = await artifacts.list(caller.organizationId, 'LlmProxy', { ...query, provider: handle });
      return listBody(proxies, query, summaryBody);
    },
  );
}

function kindRoutes(
  app: HttpApp,
  traits: KindTraits,
  schema: KindSchema,
  { artifacts, deleteArtifact, waiting }: ArtifactRoutesParts,
): void {
  const { kind, collection, title } = traits;
  const path = `${apiPath}/${collection}`;
  const tag = `${title.replace(/y$/, 'ie')}s`;
  const { Input, Body, Summary } = artifactSchemas(schema);
  const Params = Type.Object({ artifactId: handleParam(title) });
  const scope = (verb: string): Scope => `ap:${traits.scope}:${verb}`;
  const notFound = `${traits.errorPrefix}_NOT_FOUND` as ErrorCode;
  const refused: ErrorCode[] = [
    `${traits.errorPrefix}_EXISTS` as ErrorCode,
    ...(schema.project === 'never' ? [] : (['PROJECT_REF_NOT_FOUND'] as const)),
    ...(schema.providersOf ? (['LLM_PROVIDER_REF_NOT_FOUND'] as const) : []),
  ];

  // Before the schema, which would only say that they are no fields.
  const preValidation = async ({ body }: { body: unknown }) => refuseFields(schema, body);

  app.post(
    path,
    {
      ...operation(
        { scope: scope('create'), tag, summary: `Create: ${title}`, errors: refused },
        { body: Input, response: { 201: Body } },
      ),
      preValidation,
    },
    async ({ caller, body }, reply) => {
      const artifact = await artifacts.create(caller.organizationId, kind, caller.username, contentOf(schema, body));
      return reply.code(201).header('location', `${path}/${artifact.handle}`).send(artifactBody(artifact));
    },
  );

  const ofProject = { projectId: Type.Optional(Type.String({ description: 'Only those of this project.' })) };
  const listQuery = { ...pageQuery, ...sortQuery, ...(schema.project === 'never' ? ({} as typeof ofProject) : ofProject) };
  app.get(
    path,
    operation(
      {
        scope: scope('read'),
        tag,
        summary: `List: ${title}`,
        description: 'Without the definitions.',
        errors: schema.project === 'never' ? [] : ['PROJECT_NOT_FOUND'],
      },
      { querystring: Type.Object(listQuery, { additionalProperties: false }), response: { 200: ListOf(Summary) } },
    ),
    async ({ caller, query }) => listBody(await artifacts.list(caller.organizationId, kind, query), query, summaryBody),
  );

  app.get(
    `${path}/:artifactId`,
    operation(
      { scope: scope('read'), tag, summary: `Get: ${title}`, errors: [notFound] },
      { params: Params, response: { 200: Body } },
    ),
    async ({ caller, params }) => artifactBody(await artifacts.get(caller.organizationId, kind, params.artifactId)),
  );

  app.put(
    `${path}/:artifactId`,
    {
      ...operation(
        {
          scope: scope('update'),
          tag,
          summary: `Change: ${title}`,
          description: 'Gateways get the change by the next deployment.',
          errors: [notFound, ...refused],
        },
        { params: Params, body: Input, response: { 200: Body } },
      ),
      preValidation,
    },
    async ({ caller, params, body }) => {
      requireSameId(body.id, params.artifactId);
      return artifactBody(await artifacts.update(caller.organizationId, kind, params.artifactId, contentOf(schema, body)));
    },
  );

  app.delete(
    `${path}/:artifactId`,
    {
      ...operation(
        {
          scope: scope('delete'),
          tag,
          summary: `Delete: ${title}`,
          description:
            'With its deployments; every gateway of the organization is told. Gateways do not ack that: `Prefer: wait` waits until those that had it and are connected have handled it, else for 202.',
          errors: [notFound],
        },
        { params: Params, headers: PreferHeader, response: { 202: DeletionBody, 204: Type.Null() } },
      ),
      preSerialization: confirmedFirst(waiting),
    },
    async (request, reply) => {
      const { caller, params } = request;
      const { organizationId, username } = caller;
      const { id } = await artifacts.get(organizationId, kind, params.artifactId);
      const isAwaited = preferredWaitSeconds(request) !== undefined;
      const gatewayIds = isAwaited ? await waiting.connectedHolders(id) : [];
      const correlationId = await deleteArtifact({ id, kind, organizationId }, username);
      if (correlationId === undefined) throw artifactNotFound(kind, params.artifactId);
      return isAwaited ? reply.code(202).send(awaitedDeletion(correlationId, gatewayIds)) : reply.code(204).send(null);
    },
  );
}

/** @throws HttpError 400 naming what a schema can't say. */
function contentOf(schema: KindSchema, input: ArtifactInput) {
  const definition = definitionOf(schema, input);
  const problems = schema.problems(definition);
  if (problems.length > 0) throw invalid(problems);
  return { ...input, definition, providers: schema.providersOf?.(definition) ?? [] };
}

/** @throws HttpError 400 naming fields that have no place in what gateways read. */
function refuseFields({ refusedFields }: KindSchema, body: unknown): void {
  const problems = Object.entries(refusedFields)
    .filter(([path]) => valueAt(body, path) !== undefined)
    .map(([field, message]) => ({ field, message }));
  if (problems.length > 0) throw invalid(problems);
}

function valueAt(body: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), body);
}
