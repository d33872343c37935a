import { oneOf } from '@gatecast/contracts';
import { Type } from 'typebox';
import { findTemplate, llmProviderTemplates } from '../llm-provider-templates/templates.js';
import {
  authProblems,
  Context,
  closed,
  MainUpstream,
  OperationPolicies,
  Policies,
  refusals,
  upstreamSpec,
  Vhost,
} from './definition-fields.js';
import { kindSchema } from './kind-schema.js';

const AccessException = closed({
  path: Type.String({ pattern: '^/', maxLength: 2048 }),
  methods: Type.Array(oneOf(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', '*']), { minItems: 1 }),
});

const named = {
  id: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  displayName: Type.String({ minLength: 1, maxLength: 128 }),
};
const Model = closed({ ...named, description: Type.Optional(Type.String({ maxLength: 4000 })) });

export const llmProvider = kindSchema({
  kind: 'LlmProvider',
  project: 'never',
  versionPattern: '^v\\d+\\.\\d+$',
  fields: {
    context: Type.Optional(Context),
    vhost: Type.Optional(Vhost),
    template: Type.String({ maxLength: 200, description: 'The id of an LLM provider template, such as `openai`.' }),
    openapi: Type.Optional(Type.String({ description: "The provider's own API, as an OpenAPI document; for readers." })),
    modelProviders: Type.Optional(
      Type.Array(closed({ ...named, models: Type.Optional(Type.Array(Model, { maxItems: 1000 })) }), { maxItems: 100 }),
    ),
    upstream: MainUpstream,
    accessControl: closed({
      mode: oneOf(['allow_all', 'deny_all']),
      exceptions: Type.Optional(Type.Array(AccessException, { maxItems: 1000 })),
    }),
    globalPolicies: Type.Optional(Policies),
    operationPolicies: Type.Optional(OperationPolicies),
    policies: Type.Optional(OperationPolicies),
  },
  refusedFields: {
    security: refusals.security,
    rateLimiting: refusals.rateLimiting,
    associatedGateways: refusals.associatedGateways,
    'upstream.main.ref': refusals.ref,
    'upstream.sandbox': 'is nothing that gateways read: make a second LLM provider for it',
  },
  problems: ({ template, upstream }) => [
    ...(findTemplate(template)
      ? []
      : [{ field: 'template', message: `is none of ${llmProviderTemplates.map(({ id }) => id).join(', ')}` }]),
    ...authProblems(upstream.main.auth, 'upstream.main.auth'),
  ],
  toSpec: ({ context, vhost, template, upstream, accessControl, globalPolicies, operationPolicies, policies }) => ({
    context,
    vhost,
    template,
    upstream: upstreamSpec(upstream),
    accessControl,
    globalPolicies,
    operationPolicies,
    policies,
  }),
  placesOf: ({ endpointUrl, vhostMain }) => [
    { field: 'endpointUrl', path: ['upstream', 'url'], value: endpointUrl },
    { field: 'vhostMain', path: ['vhost'], value: vhostMain },
  ],
});
