import type { paths } from './generated/management-api.js';

// Names for what the management API answers, so that nobody declares it anew.

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;

/** A page of a list. */
export type ListOf<Item> = Omit<Answer<'/api/v0.9/gateway-statuses'>, 'list'> & { readonly list: readonly Item[] };

/** An artifact of any kind. */
export type Artifact = Answer<
  | '/api/v0.9/rest-apis/{artifactId}'
  | '/api/v0.9/llm-providers/{artifactId}'
  | '/api/v0.9/llm-proxies/{artifactId}'
  | '/api/v0.9/mcp-proxies/{artifactId}'
>;

/** Where a gateway stands. */
export type GatewayStatus = Answer<'/api/v0.9/gateway-statuses'>['list'][number];

/** Where a gateway stands, with its manifest and its tokens. */
export type GatewayStatusDetail = Answer<'/api/v0.9/gateways/{gatewayId}/status'>;

/** What was decided for an artifact on a gateway, and what the gateway last acked. */
export type Place = Answer<'/api/v0.9/gateways/{gatewayId}/artifacts'>['list'][number];

/** A deployment as it stands. */
export type Deployment = Answer<'/api/v0.9/rest-apis/{artifactId}/deployments/{deploymentId}'>;

/** The counts of a whole organization. */
export type OrganizationStatus = Answer<'/api/v0.9/organization-status'>;

/** An event with its life. */
export type ApiEvent = Answer<'/api/v0.9/events/{correlationId}'>;

/** Events, the newest first; `nextBefore` is where the older ones go on. */
export type EventPage = Answer<'/api/v0.9/events'>;
