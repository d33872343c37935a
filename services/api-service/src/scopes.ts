import { keyedKinds, kinds, kindTraits } from '@gatecast/contracts';

/** What a token allows: `ap:<resource>[:<sub-resource>]:<verb>` (management API 5.1). */
export type Scope = `ap:${string}:${string}`;

const writing = ['create', 'read', 'update', 'delete'];
const deploying = ['create', 'read', 'delete', 'undeploy', 'restore'];

/** The resources and what can be done with each. Every scope comes from here. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  organization: ['create', 'read'],
  project: writing,
  gateway: writing,
  'gateway:token': ['create', 'read', 'delete'],
  secret: writing,
  llm_template: writing,
  event: ['read'],
  'gateway:manifest': ['read'],
  'rest_api:gateway': ['read'],
  ...Object.fromEntries(
    kinds.flatMap(({ scope }) => [
      [scope, writing],
      [`${scope}:deployment`, deploying],
    ]),
  ),
  ...Object.fromEntries(keyedKinds.map((kind) => [`${kindTraits(kind).scope}:api_key`, writing])),
  api_key: ['read'],
  // Its `manage` is for the keys of others.
  'api_key:all': [],
  subscription_plan: writing,
  subscription: writing,
  application: writing,
  'application:api_key': ['create', 'read', 'delete'],
};

/** Every scope there is. */
const allScopes: readonly Scope[] = Object.entries(verbs).flatMap(([resource, list]) =>
  [...list, 'manage'].map((verb): Scope => `ap:${resource}:${verb}`),
);

/** The fewest scopes that allow everything. */
export const fullScopes: readonly Scope[] = allScopes.filter((scope) => /^ap:[^:]+:manage$/.test(scope));

const known = new Set<string>(allScopes);

/** Whether a scope exists. */
export function isScope(scope: string): scope is Scope {
  return known.has(scope);
}

/**
 * Returns the scopes of which any one allows what `scope` allows: itself and the `manage` of its resource and of the resource
 * above it, which cover all verbs (management API 5.1).
 */
export function acceptedFor(scope: Scope): Scope[] {
  const path = scope.split(':').slice(1, -1);
  const manage = path.map((_, depth): Scope => `ap:${path.slice(0, depth + 1).join(':')}:manage`).reverse();
  return [scope, ...manage];
}
