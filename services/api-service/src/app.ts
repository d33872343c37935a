import type { BrokerConnection } from '@gatecast/broker';
import { type Database, isUnavailable } from '@gatecast/database';
import { createHttpApp, type HttpApp, type Logger, serveApiDocument } from '@gatecast/service-kit';
import type { Deployments } from './deployments/deployments.js';
import { deploymentRoutes } from './deployments/routes.js';
import { apiError, ErrorBody, errorBody } from './errors.js';
import type { AccessTokens } from './login/access-tokens.js';
import { addAuthorization } from './login/authorization.js';
import { loginRoutes } from './login/routes.js';
import type { Users } from './login/users.js';
import { apiPath } from './operation.js';
import type { Organizations } from './organizations/organizations.js';
import { organizationRoutes } from './organizations/routes.js';
import { refuseUnstorableInput } from './storable-input.js';

export interface AppParts {
  readonly logger: Logger;
  readonly database: Database;
  readonly broker: BrokerConnection;
  readonly accessTokens: AccessTokens;
  readonly users: Users;
  readonly organizations: Organizations;
  readonly deployments: Deployments;
}

/** Builds the management API with everything that it serves. It is ready when the database answers. */
export async function buildApp(parts: AppParts): Promise<HttpApp> {
  const app = createHttpApp({ logger: parts.logger, errorBody, ready: () => parts.database.ping() });
  app.addSchema(ErrorBody);
  await serveApiDocument(app, {
    title: 'Gatecast management API',
    version: '0.9.0',
    description: 'Decides what every gateway serves. Ids in paths and bodies are handles; the organization is that of the token.',
    path: `${apiPath}/docs`,
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token from the login.' } },
  });
  addAuthorization(app, parts.accessTokens);
  refuseUnstorableInput(app);

  await app.register(async (scope) => {
    const api = scope as unknown as HttpApp;
    api.removeContentTypeParser('text/plain');
    api.setErrorHandler((error) => {
      throw isUnavailable(error) ? unavailable(error) : error;
    });
    await loginRoutes(api, parts);
    organizationRoutes(api, parts.organizations);
    deploymentRoutes(api, parts.deployments);
  });
  return app;
}

/** Nothing was decided and nothing was written: a doubt is told as a doubt. */
function unavailable(cause: unknown): Error {
  const error = apiError('SERVICE_UNAVAILABLE', 'The database can not be reached now: try again.');
  error.cause = cause;
  return error;
}
