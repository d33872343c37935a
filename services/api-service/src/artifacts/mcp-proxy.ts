import { oneOf } from '@gatecast/contracts';
import { Type } from 'typebox';
import { FreeForm } from '../fields.js';
import { authProblems, Context, closed, MainUpstream, Policies, refusals, upstreamSpec, Vhost } from './definition-fields.js';
import { kindSchema } from './kind-schema.js';

const Capabilities = closed({
  tools: Type.Optional(Type.Array(FreeForm, { maxItems: 1000 })),
  resources: Type.Optional(Type.Array(FreeForm, { maxItems: 1000 })),
  prompts: Type.Optional(Type.Array(FreeForm, { maxItems: 1000 })),
});

export const mcpProxy = kindSchema({
  kind: 'Mcp',
  project: 'optionally',
  versionPattern: '^v\\d+\\.\\d+$',
  fields: {
    context: Type.Optional(Context),
    vhost: Type.Optional(Vhost),
    upstream: MainUpstream,
    mcpSpecVersion: Type.Optional(oneOf(['2025-06-18', '2025-11-25'])),
    policies: Type.Optional(Policies),
    capabilities: Type.Optional(Capabilities),
  },
  refusedFields: {
    associatedGateways: refusals.associatedGateways,
    'upstream.main.ref': refusals.ref,
    'upstream.sandbox': 'is nothing that gateways read: make a second MCP proxy for it',
  },
  problems: ({ upstream }) => authProblems(upstream.main.auth, 'upstream.main.auth'),
  toSpec: ({ context, vhost, upstream, mcpSpecVersion, policies }) => ({
    context,
    vhost,
    specVersion: mcpSpecVersion,
    upstream: upstreamSpec(upstream),
    policies,
  }),
  placesOf: ({ endpointUrl, vhostMain }) => [
    { field: 'endpointUrl', path: ['upstream', 'url'], value: endpointUrl },
    { field: 'vhostMain', path: ['vhost'], value: vhostMain },
  ],
});
