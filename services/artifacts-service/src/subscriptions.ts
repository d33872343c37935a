import { isUuid, oneOf, type SubscriptionState, subscriptionStatuses, Type, Uuid, wholeSeconds } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { type HttpApp, HttpError } from '@gatecast/service-kit';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';
import { etagOf } from './etag.js';
import { listingNote } from './listings.js';
import { sendArray } from './send-array.js';
import { together } from './together.js';

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
/** A gateway asks for each of its APIs by itself, so most of what is asked together is of one. */
const questionsMax = 50;
const firstPageSize = 100;

const columns = sql`id, artifact_id AS "artifactId", application_id AS "applicationId", token, plan_id AS "planId", status,
  subscriber_id AS "subscriberId", created_at AS "createdAt", updated_at AS "updatedAt"`;

type Row = SubscriptionState & { readonly subscriberId: string; readonly createdAt: Date; readonly updatedAt: Date };
/** A subscription, or nulls where there is none. */
type Found = { readonly position: number; readonly isHere: boolean } & { readonly [K in keyof Row]: Row[K] | null };

/** Lists the subscriptions of a REST API that has a place on the asking gateway (gateway protocol 2.7). */
export function subscriptionRoutes(app: HttpApp, database: Queryable): void {
  const listOf = together(questionsMax, (questions: readonly Question[]) => listsOf(database, questions));
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
      const list = isUuid(id) ? await listOf({ gateway: request.gateway, artifactId: id }) : undefined;
      if (!list) throw new HttpError(404, 'NOT_FOUND', 'API not found');
      if (!list.isHere) throw new HttpError(403, 'FORBIDDEN', 'API is not associated with this gateway');
      return sendArray(request, reply, subscriptionsOf(database, id, list.first));
    },
  );
}

/** A gateway that asks for the subscriptions of a REST API. */
interface Question {
  readonly gateway: Gateway;
  readonly artifactId: string;
}

interface List {
  /** The API has a place on the gateway. */
  readonly isHere: boolean;
  /** Its first subscriptions; the last ones too when there are fewer than {@link firstPageSize}. */
  readonly first: Row[];
}

/**
 * Notes that gateways are about to be told subscriptions, and returns the lists in the order of the questions; undefined: there is no
 * such REST API in the gateway's organization.
 */
async function listsOf(database: Queryable, questions: readonly Question[]): Promise<(List | undefined)[]> {
  const rows = await database.query<Found>(sql`
    WITH noted AS (${listingNote(
      questions.map(({ gateway }) => gateway),
      'subscription',
    )})
    SELECT asked.position, found.*
    FROM unnest(${questions.map(({ gateway }) => gateway.gatewayId)}::uuid[],
      ${questions.map(({ gateway }) => gateway.organizationId)}::uuid[], ${questions.map(({ artifactId }) => artifactId)}::uuid[])
      WITH ORDINALITY AS asked (gateway_id, organization_id, artifact_id, position)
    CROSS JOIN LATERAL (
      SELECT place.gateway_id IS NOT NULL AS "isHere", subscription.*
      FROM artifacts
      LEFT JOIN artifact_gateways AS place ON place.artifact_id = artifacts.id AND place.gateway_id = asked.gateway_id
      LEFT JOIN LATERAL (
        SELECT ${columns} FROM subscriptions WHERE artifact_id = place.artifact_id ORDER BY subscriber_id LIMIT ${firstPageSize}
      ) AS subscription ON true
      WHERE artifacts.id = asked.artifact_id AND artifacts.organization_id = asked.organization_id AND artifacts.kind = 'RestApi'
      -- Through the indexes, API by API.
      ORDER BY subscription."subscriberId" LIMIT ${firstPageSize}
    ) AS found
    ORDER BY asked.position, found."subscriberId"`);
  const lists = new Map<number, List>();
  for (const { position, isHere, ...row } of rows) {
    const list = lists.get(position) ?? { isHere, first: [] };
    if (row.id !== null) list.first.push(row as Row);
    lists.set(position, list);
  }
  return questions.map((_, index) => lists.get(index + 1));
}

async function* subscriptionsOf(database: Queryable, artifactId: string, first: readonly Row[]) {
  let page = first;
  for (let size = firstPageSize; ; size = pageSize) {
    yield page.map(wireSubscription);
    const last = page.at(-1);
    if (page.length < size || !last) return;
    page = await database.query<Row>(sql`
      SELECT ${columns} FROM subscriptions
      WHERE artifact_id = ${artifactId} AND subscriber_id > ${last.subscriberId} ORDER BY subscriber_id LIMIT ${pageSize}`);
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
