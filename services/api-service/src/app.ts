import { type BrokerConnection, notify } from '@gatecast/broker';
import { type Revocation, subjects } from '@gatecast/contracts';
import { type Database, isForeignKeyViolation, isUnavailable } from '@gatecast/database';
import { createHttpApp, type HttpApp, type Logger, type Metrics, serveApiDocument, type Traces } from '@gatecast/service-kit';
import type { ApiKeys } from './api-keys/api-keys.js';
import { apiKeyRoutes } from './api-keys/routes.js';
import type { Applications } from './applications/applications.js';
import { applicationRoutes } from './applications/routes.js';
import type { Artifacts } from './artifacts/artifacts.js';
import { artifactRoutes } from './artifacts/routes.js';
import { consoleRoutes } from './console/routes.js';
import type { Deployments } from './deployments/deployments.js';
import { deploymentRoutes } from './deployments/routes.js';
import { makeEditsConditional } from './edits/editable-routes.js';
import { apiError, ErrorBody, errorBody } from './errors.js';
import type { Events } from './events/events.js';
import { eventRoutes } from './events/routes.js';
import { artifactGatewayRoutes } from './gateways/artifact-gateway-routes.js';
import type { Gateways } from './gateways/gateways.js';
import { gatewayRoutes } from './gateways/routes.js';
import { tokenRoutes } from './gateways/token-routes.js';
import type { GatewayTokens } from './gateways/tokens.js';
import type { KeptAnswers } from './idempotency/kept-answers.js';
import { makePostsRepeatable } from './idempotency/repeatable-routes.js';
import type { LiveEvents } from './live-events/live-events.js';
import { liveEventRoutes } from './live-events/routes.js';
import { llmProviderTemplateRoutes } from './llm-provider-templates/routes.js';
import type { AccessTokens } from './login/access-tokens.js';
import { addAuthorization } from './login/authorization.js';
import { loginRoutes } from './login/routes.js';
import type { Users } from './login/users.js';
import { apiPath } from './operation.js';
import type { Organizations } from './organizations/organizations.js';
import { organizationRoutes } from './organizations/routes.js';
import type { Projects } from './projects/projects.js';
import { projectRoutes } from './projects/routes.js';
import { traceRequests } from './request-traces.js';
import { secretRoutes } from './secrets/routes.js';
import type { Secrets } from './secrets/secrets.js';
import { gatewayStatusRoutes } from './status/gateway-status-routes.js';
import type { GatewayStatuses } from './status/gateway-statuses.js';
import type { OrganizationStatuses } from './status/organization-status.js';
import { organizationStatusRoutes } from './status/organization-status-routes.js';
import { placeRoutes } from './status/place-routes.js';
import type { Places } from './status/places.js';
import { refuseUnstorableInput } from './storable-input.js';
import { subscriptionPlanRoutes } from './subscription-plans/routes.js';
import type { SubscriptionPlans } from './subscription-plans/subscription-plans.js';
import { subscriptionRoutes } from './subscriptions/routes.js';
import type { Subscriptions } from './subscriptions/subscriptions.js';
import { waitingRoutes } from './waiting/routes.js';
import type { Waiting } from './waiting/waiting.js';

export interface AppParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly traces?: Traces | undefined;
  readonly database: Database;
  readonly broker: BrokerConnection;
  readonly accessTokens: AccessTokens;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly projects: Projects;
  readonly gateways: Gateways;
  readonly gatewayTokens: GatewayTokens;
  readonly artifacts: Artifacts;
  readonly deployments: Deployments;
  readonly secrets: Secrets;
  readonly apiKeys: ApiKeys;
  readonly subscriptionPlans: SubscriptionPlans;
  readonly subscriptions: Subscriptions;
  readonly applications: Applications;
  readonly gatewayStatuses: GatewayStatuses;
  readonly places: Places;
  readonly organizationStatuses: OrganizationStatuses;
  readonly events: Events;
  readonly liveEvents: LiveEvents;
  readonly waiting: Waiting;
  readonly keptAnswers: KeptAnswers;
  /** Where the built web console is. */
  readonly consoleFolder: string;
}

/** Builds the management API with everything that it serves. It is ready when the database answers. */
export async function buildApp(parts: AppParts): Promise<HttpApp> {
  const { logger, metrics, broker } = parts;
  const app = createHttpApp({ logger, metrics, errorBody, ready: () => parts.database.ping() });
  app.addSchema(ErrorBody);
  await serveApiDocument(app, {
    title: 'Gatecast management API',
    version: '0.9.0',
    description: 'Decides what every gateway serves. Ids in paths and bodies are handles; the organization is that of the token.',
    path: `${apiPath}/docs`,
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token from the login.' } },
  });
  if (parts.traces) traceRequests(app, parts.traces);
  addAuthorization(app, parts.accessTokens);
  refuseUnstorableInput(app);
  await consoleRoutes(app, parts.consoleFolder);

  await app.register(async (scope) => {
    const api = scope as unknown as HttpApp;
    api.removeContentTypeParser('text/plain');
    api.setErrorHandler((error) => {
      throw isUnavailable(error)
        ? unavailable(error)
        : isForeignKeyViolation(error, 'organization_id')
          ? organizationGone()
          : error;
    });
    await loginRoutes(api, parts);
    makePostsRepeatable(api, parts.keptAnswers);
    makeEditsConditional(api, parts.database);
    organizationRoutes(api, parts.organizations);
    projectRoutes(api, parts.projects);
    gatewayRoutes(api, { gateways: parts.gateways, announceRevocation });
    tokenRoutes(api, { gatewayTokens: parts.gatewayTokens, announceRevocation });
    artifactRoutes(api, {
      artifacts: parts.artifacts,
      deleteArtifact: parts.deployments.deleteArtifact,
      waiting: parts.waiting,
    });
    deploymentRoutes(api, parts);
    waitingRoutes(api, parts.waiting);
    artifactGatewayRoutes(api, parts);
    await secretRoutes(api, parts.secrets);
    llmProviderTemplateRoutes(api);
    apiKeyRoutes(api, parts.apiKeys);
    subscriptionPlanRoutes(api, parts.subscriptionPlans);
    subscriptionRoutes(api, parts.subscriptions);
    applicationRoutes(api, parts);
    gatewayStatusRoutes(api, parts.gatewayStatuses);
    placeRoutes(api, parts.places);
    organizationStatusRoutes(api, parts.organizationStatuses);
    eventRoutes(api, parts.events);
    liveEventRoutes(api, parts);
  });
  return app;

  /** After the commit. While the broker is away nobody hears it: edges verify their connections again when it is back. */
  function announceRevocation(revocation: Revocation): void {
    parts.database.afterCommit(() => {
      const sent = notify(broker, subjects.revocations, revocation);
      logger.info({ ...revocation, sent }, 'gateway access revoked');
    });
  }
}

/** A doubt is told as a doubt, never as a verdict: even a write may have been committed when the link broke. */
function unavailable(cause: unknown): Error {
  const error = apiError('SERVICE_UNAVAILABLE', 'The database cannot be reached now: try again.');
  error.cause = cause;
  return error;
}

/** A token lives longer than its organization may. */
function organizationGone(): Error {
  return apiError('ORGANIZATION_NOT_FOUND', "The token's organization does not exist any more.");
}
