import { oneOf } from '@gatecast/contracts';
import type { HttpApp } from '@gatecast/service-kit';
import { Type } from 'typebox';
import { apiError } from '../errors.js';
import { readOnly } from '../fields.js';
import { handleParam } from '../handle.js';
import { apiPath, operation } from '../operation.js';
import { ListOf, listBody, pageOf, pageQuery } from '../pagination.js';
import { findTemplate, type LlmProviderTemplate, llmProviderTemplates } from './templates.js';

const Place = Type.Object({ location: oneOf(['payload', 'header', 'pathParam']), identifier: Type.String() });
const TemplateBody = Type.Object(
  {
    id: Type.String(),
    displayName: Type.String(),
    managedBy: Type.Literal('wso2', { description: 'Built into gateways.' }),
    readOnly: readOnly(Type.Boolean()),
    metadata: Type.Object({
      endpointUrl: Type.Optional(Type.String()),
      auth: Type.Optional(
        Type.Object({ type: Type.Literal('apiKey'), header: Type.String(), valuePrefix: Type.Optional(Type.String()) }),
      ),
    }),
    promptTokens: Place,
    completionTokens: Place,
    totalTokens: Type.Optional(Place),
    remainingTokens: Type.Optional(Place),
    requestModel: Place,
    responseModel: Place,
    resourceMappings: Type.Optional(
      Type.Object({
        resources: Type.Array(Type.Object({ resource: Type.String(), promptTokens: Place, completionTokens: Place })),
      }),
    ),
  },
  { title: 'LLM provider template' },
);
const TemplateParams = Type.Object({ llmProviderTemplateId: handleParam('template') });

const tag = 'LLM provider templates';
const path = `${apiPath}/llm-provider-templates`;
const onePath = `${path}/:llmProviderTemplateId`;

/** Adds the routes of LLM provider templates (management API 5.3). They are what gateways have built in, so they are only read. */
export function llmProviderTemplateRoutes(app: HttpApp): void {
  app.get(
    path,
    operation(
      { scope: 'ap:llm_template:read', tag, summary: 'List LLM provider templates' },
      {
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ListOf(TemplateBody) },
      },
    ),
    async ({ query }) => {
      const { limit, offset } = pageOf(query);
      const items = llmProviderTemplates.slice(offset, offset + limit);
      return listBody({ items, total: llmProviderTemplates.length }, query, toBody);
    },
  );

  app.get(
    onePath,
    operation(
      {
        scope: 'ap:llm_template:read',
        tag,
        summary: 'Get an LLM provider template',
        errors: ['LLM_PROVIDER_TEMPLATE_NOT_FOUND'],
      },
      { params: TemplateParams, response: { 200: TemplateBody } },
    ),
    async ({ params }) => {
      const template = findTemplate(params.llmProviderTemplateId);
      if (template) return toBody(template);
      const ids = llmProviderTemplates.map(({ id }) => id).join(', ');
      throw apiError(
        'LLM_PROVIDER_TEMPLATE_NOT_FOUND',
        `There is no LLM provider template '${params.llmProviderTemplateId}', but ${ids}.`,
      );
    },
  );

  const writes = [
    ['POST', path, 'create', 'Create an LLM provider template'],
    ['POST', `${path}/copy`, 'create', 'Copy an LLM provider template'],
    ['PUT', onePath, 'update', 'Change an LLM provider template'],
    ['PATCH', onePath, 'update', 'Change a part of an LLM provider template'],
    ['DELETE', onePath, 'delete', 'Delete an LLM provider template'],
  ] as const;
  for (const [method, url, verb, summary] of writes) {
    app.route({
      method,
      url,
      ...operation(
        {
          scope: `ap:llm_template:${verb}`,
          tag,
          summary,
          description: 'Not possible: always 405.',
          errors: ['METHOD_NOT_ALLOWED'],
        },
        { response: {} },
      ),
      handler: async (_request, reply) => {
        reply.header('allow', 'GET');
        throw apiError(
          'METHOD_NOT_ALLOWED',
          'LLM provider templates are built into gateways and can only be read: create an LLM provider that names one as its template.',
        );
      },
    });
  }
}

function toBody({ alsoKnownAs: _, ...template }: LlmProviderTemplate) {
  return { ...template, managedBy: 'wso2' as const, readOnly: true };
}
