import { oneOf, type SubscriptionState, subscriptionStatuses, Type, Uuid, wholeSeconds } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { type HttpApp, HttpError } from '@gatecast/service-kit';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';
import { etagOf, noteListing, sendArray } from './listings.js';
import { isUuid } from './uuid.js';

const Instant = Type.String({ format: 'date-time', description: 'Whole seconds, UTC.' });
const Subscription = Type.Object({
  id: Uuid,
  apiId: Uuid,
  applicationId: Type.Optional(Uuid),
  subscriptionToken: Type.String(),
  subscriptionPlanId: Type.Optional(Uuid),
  status: oneOf(subscriptionStatuses),
  createdAt: Instant,
  updatedAt: Instant,
  etag: Uuid,
});

const pageSize = 1_000;

type Row = SubscriptionState & { readonly subscriberId: string; readonly createdAt: Date; readonly updatedAt: Date };

/** Lists the subscriptions of a REST API that has a place on the asking gateway (gateway protocol 2.7). */
export function subscriptionRoutes(app: HttpApp, database: Queryable): void {
  app.get(
    '/apis/:id/subscriptions',
    {
      schema: {
        operationId: 'listSubscriptions',
        tags: ['credentials'],
        summary: 'Subscriptions of a REST API',
        description: 'A list that breaks off must not be used.',
        security: apiKeySecurity,
        params: Type.Object({ id: Type.String({ description: "The API's UUID." }) }),
        response: {
          200: {
            description: 'The subscriptions.',
            content: { 'application/json': { schema: Type.Unsafe<NodeJS.ReadableStream>(Type.Array(Subscription)) } },
          },
          ...errorAnswers(403, 404),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const isHere = isUuid(id) ? await isOnGateway(database, request.gateway, id) : undefined;
      if (isHere === undefined) throw new HttpError(404, 'NOT_FOUND', 'API not found');
      if (!isHere) throw new HttpError(403, 'FORBIDDEN', 'API is not associated with this gateway');
      await noteListing(database, request.gateway, 'subscription');
      return sendArray(request, reply, subscriptionsOf(database, id));
    },
  );
}

/** Undefined: there is no such REST API in the gateway's organization. */
async function isOnGateway(
  database: Queryable,
  { gatewayId, organizationId }: Gateway,
  artifactId: string,
): Promise<boolean | undefined> {
  const [found] = await database.query<{ isHere: boolean }>(sql`
    SELECT EXISTS (
      SELECT FROM artifact_gateways AS place WHERE place.artifact_id = artifacts.id AND place.gateway_id = ${gatewayId}
    ) AS "isHere"
    FROM artifacts WHERE id = ${artifactId} AND organization_id = ${organizationId} AND kind = 'RestApi'`);
  return found?.isHere;
}

async function* subscriptionsOf(database: Queryable, artifactId: string) {
  for (let after = '', isLast = false; !isLast; ) {
    const page = await database.query<Row & Record<string, unknown>>(sql`
      SELECT id, artifact_id AS "artifactId", application_id AS "applicationId", token, plan_id AS "planId", status,
        subscriber_id AS "subscriberId", created_at AS "createdAt", updated_at AS "updatedAt"
      FROM subscriptions WHERE artifact_id = ${artifactId} AND subscriber_id > ${after} ORDER BY subscriber_id LIMIT ${pageSize}`);
    yield page.map(wireSubscription);
    after = page.at(-1)?.subscriberId ?? after;
    isLast = page.length < pageSize;
  }
}

function wireSubscription({ id, artifactId, applicationId, token, planId, status, createdAt, updatedAt }: Row) {
  return {
    id,
    apiId: artifactId,
    ...(applicationId !== null && { applicationId }),
    subscriptionToken: token,
    ...(planId !== null && { subscriptionPlanId: planId }),
    status,
    createdAt: wholeSeconds(createdAt),
    updatedAt: wholeSeconds(updatedAt),
    etag: etagOf(id, updatedAt),
  };
}
