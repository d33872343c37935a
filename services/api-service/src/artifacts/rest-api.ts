import { oneOf } from '@gatecast/contracts';
import { Type } from 'typebox';
import { Context, closed, HttpUrl, Policies } from './definition-fields.js';
import { vhostDefault } from './deployment-metadata.js';
import { kindSchema } from './kind-schema.js';

const Upstream = closed({ url: HttpUrl });
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

export const restApi = kindSchema({
  kind: 'RestApi',
  project: 'always',
  versionPattern: '^v?\\d+(\\.\\d+){0,2}$',
  fields: {
    context: Context,
    upstream: closed({ main: Upstream, sandbox: Type.Optional(Upstream) }),
    operations: Type.Optional(
      Type.Array(Operation, { minItems: 1, maxItems: 1000, description: 'Without any, every method and path is passed on.' }),
    ),
    policies: Type.Optional(Policies),
    subscriptionPlans: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 })),
    lifeCycleStatus: Type.Optional(oneOf(['STAGED', 'CREATED', 'PUBLISHED', 'DEPRECATED', 'RETIRED', 'BLOCKED'])),
    transport: Type.Optional(Type.Array(oneOf(['http', 'https']), { minItems: 1, maxItems: 2 })),
  },
  problems: () => [],
  toSpec: ({ context, upstream, operations, policies, subscriptionPlans }, { endpointUrl, vhostMain, vhostSandbox }) => ({
    context,
    subscriptionPlans,
    vhosts: {
      main: vhostMain ?? vhostDefault,
      sandbox: vhostSandbox ?? (upstream.sandbox ? vhostDefault : undefined),
    },
    upstream: { main: { url: endpointUrl ?? upstream.main.url }, sandbox: upstream.sandbox },
    policies,
    operations: operations?.map(({ request }) => request) ?? everything,
  }),
});
