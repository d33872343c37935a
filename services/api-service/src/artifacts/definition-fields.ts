import { oneOf } from '@gatecast/contracts';
import type { FieldError } from '@gatecast/service-kit';
import { type Static, type TProperties, Type } from 'typebox';
import { FreeForm } from '../fields.js';

/** Fields that several kinds' definitions have. */

/** An object that takes no other fields. */
export const closed = <const Fields extends TProperties>(fields: Fields, options: object = {}) =>
  Type.Object(fields, { additionalProperties: false, ...options });

export const HttpUrl = Type.String({ format: 'uri', pattern: '^https?://', maxLength: 2048 });

export const Context = Type.String({
  pattern: '^/([A-Za-z0-9_.~$-]+(/[A-Za-z0-9_.~$-]+)*)?$',
  maxLength: 232,
  description: 'Base path of all routes: `/` first, none at the end.',
});

export const Vhost = Type.String({
  pattern: '^(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
  maxLength: 253,
  description: 'Host name; `*.` may stand for its first label.',
});

const policyName = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  version: Type.String({ pattern: '^v\\d+$', description: 'Major version only.' }),
};
const ExecutionCondition = Type.String({ minLength: 1, maxLength: 4000 });

/** A policy with its parameters; the gateway must know its definition. */
export const Policies = Type.Array(
  closed({ ...policyName, params: Type.Optional(FreeForm), executionCondition: Type.Optional(ExecutionCondition) }),
  { maxItems: 200 },
);

/** A policy for some paths and methods. */
export const OperationPolicies = Type.Array(
  closed({
    ...policyName,
    executionCondition: Type.Optional(ExecutionCondition),
    paths: Type.Array(
      closed({
        path: Type.String({ minLength: 1, maxLength: 2048 }),
        methods: Type.Array(oneOf(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', '*']), { minItems: 1 }),
        params: FreeForm,
      }),
      { minItems: 1 },
    ),
  }),
  { maxItems: 200 },
);

/** How the gateway proves itself to an upstream. Gateways need the policy `set-headers` for it (gateway protocol 2.11). */
export const UpstreamAuth = closed({
  type: oneOf(['api-key', 'other', 'none']),
  header: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  value: Type.Optional(Type.String({ minLength: 1, maxLength: 8192, description: 'May refer to a secret: `{{ secret "…" }}`.' })),
});

/** The one upstream of LLM providers and MCP proxies. */
export const MainUpstream = closed({ main: closed({ url: HttpUrl, auth: Type.Optional(UpstreamAuth) }) });

/** Returns a main upstream as the YAML has it: without the level `main`. */
export function upstreamSpec({ main }: Static<typeof MainUpstream>) {
  return { url: main.url, auth: main.auth };
}

/** Returns what is wrong with an upstream's authentication. */
export function authProblems(auth: Static<typeof UpstreamAuth> | undefined, field: string): FieldError[] {
  if (auth?.type !== 'api-key' || (auth.header && auth.value)) return [];
  return [{ field, message: 'needs header and value when its type is api-key' }];
}

const ask = 'is nothing that gateways read:';
/** Why fields are refused that several kinds have elsewhere. */
export const refusals = {
  associatedGateways: `${ask} deploy the artifact to the gateways that are to have it`,
  security: `${ask} add a policy that the gateway has, such as one that checks API keys, to \`policies\``,
  rateLimiting: `${ask} add a policy that the gateway has, such as one that limits rates, to \`policies\``,
  ref: `${ask} give the \`url\``,
};
