/** An artifact kind, spelled as in the YAML of a deployment and in `GET /deployments`. */
export type Kind = 'RestApi' | 'LlmProvider' | 'LlmProxy' | 'Mcp';

/** Everything in which the four kinds differ on the wire. All else is one code path. */
export interface KindTraits {
  readonly kind: Kind;
  /** First half of the event type: `api.deployed` (gateway protocol 1.5). */
  readonly eventPrefix: string;
  /** Payload field that carries the artifact's UUID (gateway protocol 1.5). */
  readonly idField: 'apiId' | 'providerId' | 'proxyId';
  /** `resourceType` of a deployment ack (gateway protocol 1.7). */
  readonly resourceType: string;
  /** Collection of the management API: `/api/v0.9/<collection>`. */
  readonly collection: string;
  /** Content route of the internal API: `/api/internal/v1/<contentPath>/<uuid>` (gateway protocol 2.2). */
  readonly contentPath: string;
  /** Prefix of the file name inside zip and tar archives (gateway protocol 2.2, 2.4). */
  readonly filePrefix: string;
  /** Middle part of the scopes: `ap:<scope>:deployment:create` (management API 5.1). */
  readonly scope: string;
  /** Prefix of the error codes: `<errorPrefix>_NOT_FOUND` (management API 5.1). */
  readonly errorPrefix: string;
  /** How people read it in messages. */
  readonly title: string;
}

export const kinds: readonly KindTraits[] = Object.freeze([
  {
    kind: 'RestApi',
    eventPrefix: 'api',
    idField: 'apiId',
    resourceType: 'api',
    collection: 'rest-apis',
    contentPath: 'apis',
    filePrefix: 'api',
    scope: 'rest_api',
    errorPrefix: 'REST_API',
    title: 'REST API',
  },
  {
    kind: 'LlmProvider',
    eventPrefix: 'llmprovider',
    idField: 'providerId',
    resourceType: 'llmprovider',
    collection: 'llm-providers',
    contentPath: 'llm-providers',
    filePrefix: 'llm-provider',
    scope: 'llm_provider',
    errorPrefix: 'LLM_PROVIDER',
    title: 'LLM provider',
  },
  {
    kind: 'LlmProxy',
    eventPrefix: 'llmproxy',
    idField: 'proxyId',
    resourceType: 'llmproxy',
    collection: 'llm-proxies',
    contentPath: 'llm-proxies',
    filePrefix: 'llm-proxy',
    scope: 'llm_proxy',
    errorPrefix: 'LLM_PROXY',
    title: 'LLM proxy',
  },
  {
    kind: 'Mcp',
    eventPrefix: 'mcpproxy',
    idField: 'proxyId',
    resourceType: 'mcpproxy',
    collection: 'mcp-proxies',
    contentPath: 'mcp-proxies',
    filePrefix: 'mcp-proxy',
    scope: 'mcp_proxy',
    errorPrefix: 'MCP_PROXY',
    title: 'MCP proxy',
  },
] as const satisfies readonly KindTraits[]);

const byKind = new Map(kinds.map((traits) => [traits.kind, traits]));
const byEventPrefix = new Map(kinds.map((traits) => [traits.eventPrefix, traits]));

/** Returns the traits of a kind. */
export function kindTraits(kind: Kind): KindTraits {
  return byKind.get(kind) as KindTraits;
}

/** Returns the traits of the kind whose events start with `prefix`, or undefined for a family that is not an artifact's. */
export function kindOfEventPrefix(prefix: string): KindTraits | undefined {
  return byEventPrefix.get(prefix);
}
