export { type AccessToken, type Credentials, signIn } from './access.js';
export { ApiError, type FieldError, UnreachableError } from './api-error.js';
export type {
  ApiEvent,
  Artifact,
  Deployment,
  EventPage,
  GatewayStatus,
  GatewayStatusDetail,
  ListOf,
  OrganizationStatus,
  Place,
} from './bodies.js';
export { type ApiClient, type ApiClientOptions, answer, openApiClient } from './client.js';
export type { paths } from './generated/management-api.js';
export {
  type LifeMessage,
  type LiveEventsOptions,
  type LiveMessage,
  liveEvents,
  type PresenceMessage,
} from './live-events.js';
export type { Transport } from './transport.js';
