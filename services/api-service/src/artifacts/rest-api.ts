import { oneOf } from '@gatecast/contracts';
import type { FieldError } from '@gatecast/service-kit';
import { type Static, Type } from 'typebox';
import { Context, closed, HttpUrl, Policies, refusals } from './definition-fields.js';
import { vhostDefault } from './deployment-metadata.js';
import { kindSchema } from './kind-schema.js';

const Upstream = closed({
  url: Type.Optional(HttpUrl),
  ref: Type.Optional(
    Type.String({ maxLength: 100, description: 'In place of `url`: the name of one of `upstreamDefinitions`.' }),
  ),
});
const UpstreamDefinition = closed({
  name: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 100 }),
  basePath: Type.Optional(Type.String({ pattern: '^/', maxLength: 2048 })),
  timeout: Type.Optional(
    closed({ connect: Type.Optional(Type.String({ pattern: '^\\d+(\\.\\d+)?(ms|s|m|h)$', description: 'Such as `5s`.' })) }),
  ),
  upstreams: Type.Array(closed({ url: HttpUrl, weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })) }), {
    minItems: 1,
    maxItems: 100,
  }),
});
type Upstream = Static<typeof Upstream>;
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'] as const;

const Operation = closed({
  name: Type.Optional(Type.String({ maxLength: 200 })),
  description: Type.Optional(Type.String({ maxLength: 4000 })),
  request: closed({
    method: oneOf(methods),
    path: Type.String({ pattern: '^/', maxLength: 2048 }),
    policies: Type.Optional(Policies),
  }),
});

/** The gateway demands at least one operation: without any, everything is passed on. */
const everything = methods.map((method) => ({ method, path: '/*' }));

const authByPolicy =
  'is nothing that gateways read: add the policy `set-headers` to `policies`; its parameters may have {{ secret "id" }}';

export const restApi = kindSchema({
  kind: 'RestApi',
  project: 'always',
  versionPattern: '^v?\\d+(\\.\\d+){0,2}$',
  fields: {
    context: Context,
    upstream: closed({ main: Upstream, sandbox: Type.Optional(Upstream) }),
    upstreamDefinitions: Type.Optional(Type.Array(UpstreamDefinition, { maxItems: 100 })),
    operations: Type.Optional(
      Type.Array(Operation, { minItems: 1, maxItems: 1000, description: 'Without any, every method and path is passed on.' }),
    ),
    policies: Type.Optional(Policies),
    subscriptionPlans: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 })),
    lifeCycleStatus: Type.Optional(oneOf(['STAGED', 'CREATED', 'PUBLISHED', 'DEPRECATED', 'RETIRED', 'BLOCKED'])),
    transport: Type.Optional(Type.Array(oneOf(['http', 'https']), { minItems: 1, maxItems: 2 })),
  },
  refusedFields: {
    channels: 'is for event gateways, which are not served here',
    associatedGateways: refusals.associatedGateways,
    'upstream.main.auth': authByPolicy,
    'upstream.sandbox.auth': authByPolicy,
  },
  problems: ({ upstream, upstreamDefinitions = [] }) => {
    const names = upstreamDefinitions.map(({ name }) => name);
    return [
      ...targetProblems('upstream.main', upstream.main, names),
      ...(upstream.sandbox ? targetProblems('upstream.sandbox', upstream.sandbox, names) : []),
      ...names
        .filter((name, index) => names.indexOf(name) !== index)
        .map((name) => ({ field: 'upstreamDefinitions', message: `has the name '${name}' twice` })),
    ];
  },
  toSpec: ({ context, upstream, upstreamDefinitions, operations, policies, subscriptionPlans }) => ({
    context,
    subscriptionPlans,
    vhosts: { main: vhostDefault, sandbox: upstream.sandbox ? vhostDefault : undefined },
    upstreamDefinitions,
    upstream,
    policies,
    operations: operations?.map(({ request }) => request) ?? everything,
  }),
  placesOf: ({ endpointUrl, vhostMain, vhostSandbox }) => [
    { field: 'endpointUrl', path: ['upstream', 'main'], value: endpointUrl && { url: endpointUrl } },
    { field: 'vhostMain', path: ['vhosts', 'main'], value: vhostMain },
    { field: 'vhostSandbox', path: ['vhosts', 'sandbox'], value: vhostSandbox },
  ],
});

/** Returns what is wrong with where an upstream leads. */
function targetProblems(field: string, { url, ref }: Upstream, names: readonly string[]): FieldError[] {
  if ((url === undefined) === (ref === undefined)) return [{ field, message: 'needs either url or ref' }];
  if (ref === undefined || names.includes(ref)) return [];
  return [{ field: `${field}.ref`, message: `names none of upstreamDefinitions: '${ref}'` }];
}
