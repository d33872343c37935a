import { desiredStates, type Kind, kinds, oneOf, type Static, Type, Uuid } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { type HttpApp, HttpError } from '@gatecast/service-kit';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers } from './errors.js';
import { noteListing } from './listings.js';

const kindNames = kinds.map(({ kind }) => kind) as [Kind, ...Kind[]];

const Row = Type.Object({
  artifactId: Uuid,
  deploymentId: Uuid,
  kind: oneOf(kindNames),
  state: oneOf(desiredStates),
  deployedAt: Type.String({ format: 'date-time', description: 'Milliseconds, UTC.' }),
  etag: Type.String({ format: 'uuid', description: 'The `correlationId` of the event that says the same.' }),
});

/** What `GET /deployments` says of one artifact on the asking gateway. */
export type DeploymentRow = Static<typeof Row>;

/** Lists what is decided for the asking gateway (gateway protocol 2.3). */
export function deploymentRoutes(app: HttpApp, database: Queryable): void {
  app.get(
    '/deployments',
    {
      schema: {
        operationId: 'listDeployments',
        tags: ['deployments'],
        summary: 'What is decided for this gateway',
        description: 'One row per artifact, ordered by kind, then newest first.',
        security: apiKeySecurity,
        querystring: Type.Object({
          since: Type.Optional(
            Type.String({
              format: 'date-time',
              description: 'Only what was decided after this instant. It does not show deletions.',
            }),
          ),
        }),
        response: {
          200: Type.Object({ deployments: Type.Array(Row) }, { description: 'The rows.' }),
          ...errorAnswers(400),
        },
      },
    },
    async (request) => {
      const { gateway, query } = request;
      const since = query.since === undefined ? null : instant(query.since);
      await noteListing(database, gateway, 'artifact');
      return { deployments: await deploymentsOf(database, gateway.gatewayId, since) };
    },
  );
}

/**
 * A gateway stores a row whose deployment or instant differs from its own as deployed, whatever the row's state (gateway protocol
 * 3.2). So an UNDEPLOYED row names what this gateway last acked, and nothing at all where it never acked anything: the
 * undeploy itself reaches it as an event.
 */
async function deploymentsOf(database: Queryable, gatewayId: string, since: Date | null): Promise<DeploymentRow[]> {
  const rows = await database.query<Omit<DeploymentRow, 'deployedAt'> & { deployedAt: Date }>(sql`
    SELECT a.id AS "artifactId", named.deployment_id AS "deploymentId", a.kind, ag.desired_state AS state,
      named.performed_at AS "deployedAt", ag.correlation_id AS etag
    FROM artifact_gateways ag
    JOIN artifacts a ON a.id = ag.artifact_id
    CROSS JOIN LATERAL (
      SELECT ag.deployment_id, ag.performed_at WHERE ag.desired_state = 'DEPLOYED'
      UNION ALL
      SELECT ag.confirmed_deployment_id, ag.confirmed_performed_at
      WHERE ag.desired_state = 'UNDEPLOYED' AND ag.confirmed_deployment_id IS NOT NULL AND ag.confirmed_performed_at IS NOT NULL
    ) AS named
    WHERE ag.gateway_id = ${gatewayId} AND (${since}::timestamptz IS NULL OR ag.performed_at > ${since})
    ORDER BY array_position(${kindNames}::text[], a.kind), ag.performed_at DESC, a.id`);
  return rows.map((row) => ({ ...row, deployedAt: row.deployedAt.toISOString() }));
}

/** Cut to milliseconds, which is all that `performedAt` has: "after" stays exact. */
function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new HttpError(400, 'VALIDATION_FAILED', 'since is not an RFC 3339 instant.');
  return at;
}
