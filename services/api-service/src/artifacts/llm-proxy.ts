import { Type } from 'typebox';
import { Handle } from '../handle.js';
import { authProblems, Context, closed, OperationPolicies, refusals, UpstreamAuth, Vhost } from './definition-fields.js';
import { kindSchema } from './kind-schema.js';

const Provider = closed({ id: Handle, auth: Type.Optional(UpstreamAuth) });
const AdditionalProvider = closed({
  id: Handle,
  as: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  auth: Type.Optional(UpstreamAuth),
});

export const llmProxy = kindSchema({
  kind: 'LlmProxy',
  project: 'always',
  versionPattern: '^v\\d+\\.\\d+$',
  fields: {
    context: Type.Optional(Context),
    vhost: Type.Optional(Vhost),
    provider: Provider,
    additionalProviders: Type.Optional(Type.Array(AdditionalProvider, { maxItems: 100 })),
    policies: Type.Optional(OperationPolicies),
  },
  refusedFields: { security: refusals.security, associatedGateways: refusals.associatedGateways },
  problems: ({ provider, additionalProviders = [] }) => [
    ...authProblems(provider.auth, 'provider.auth'),
    ...additionalProviders.flatMap(({ auth }, index) => authProblems(auth, `additionalProviders.${index}.auth`)),
  ],
  providersOf: ({ provider, additionalProviders = [] }) => [provider.id, ...additionalProviders.map(({ id }) => id)],
  toSpec: ({ context, vhost, provider, additionalProviders, policies }) => ({
    context,
    vhost,
    provider,
    additionalProviders,
    policies,
  }),
  placesOf: ({ vhostMain }) => [{ field: 'vhostMain', path: ['vhost'], value: vhostMain }],
});
