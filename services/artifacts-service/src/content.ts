import { correlationHeader, isUuid, type Kind, type KindTraits, kinds, nowMs, Type, traceHeader } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { eventAttributes, type HttpApp, HttpError, type Traces } from '@gatecast/service-kit';
import { strToU8, zipSync } from 'fflate';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers } from './errors.js';

/** How the 404s of the content routes call an artifact (gateway protocol 2.2). */
const nouns: Readonly<Record<Kind, string>> = {
  RestApi: 'API',
  LlmProvider: 'LLM provider',
  LlmProxy: 'LLM proxy',
  Mcp: 'MCP proxy',
};

interface Content {
  /** Null: the artifact is there, but is not to be deployed on this gateway. */
  readonly content: string | null;
  readonly createdAt: Date;
  readonly correlationId: string;
  readonly revision: number;
  /** Where the trace of the decision goes on; null: it is in none, or traces are off. */
  readonly traceparent: string | null;
}

/**
 * Serves, for each kind, the YAML that the asking gateway is to run (gateway protocol 2.2). When the decision is in a trace, the answer
 * is a part of it, and two headers beyond the contract tell the gateway where that trace goes on: its frames never do.
 */
export function contentRoutes(app: HttpApp, database: Queryable, traces: Traces | undefined): void {
  for (const traits of kinds) {
    app.get(
      `/${traits.contentPath}/:id`,
      {
        schema: {
          operationId: `get${traits.kind}Content`,
          tags: ['content'],
          summary: `YAML of the ${traits.title} that this gateway is to run`,
          description: 'A zip archive with one YAML file: the deployment that is decided for this gateway now.',
          security: apiKeySecurity,
          params: Type.Object({ id: Type.String({ description: "The artifact's UUID." }) }),
          response: {
            200: {
              description: 'The archive.',
              content: { 'application/zip': { schema: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }) } },
            },
            ...errorAnswers(404),
          },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const beganAtMs = nowMs();
        const found = isUuid(id) ? await contentOf(database, traits, id, request.gateway, traces !== undefined) : undefined;
        if (!found) throw new HttpError(404, 'NOT_FOUND', `${nouns[traits.kind]} not found`);
        if (found.content === null) {
          throw new HttpError(404, 'NOT_FOUND', `No active deployment found for this ${nouns[traits.kind]} on this gateway`);
        }
        const name = `${traits.filePrefix}-${id.toLowerCase()}`;
        const archive = zipSync({ [`${name}.yaml`]: [strToU8(found.content), { mtime: found.createdAt }] });
        if (found.traceparent !== null) {
          const attributes = { ...eventAttributes({ ...found, ...request.gateway }), 'gatecast.artifact_id': id };
          traces?.begin('serve content', { parent: found.traceparent, kind: 'server', beganAtMs, attributes }).end();
          reply.header(traceHeader, found.traceparent).header(correlationHeader, found.correlationId);
        }
        return reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="${name}.zip"`)
          .send(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
      },
    );
  }
}

/** Undefined: there is no such artifact of this kind in the gateway's organization. */
async function contentOf(
  database: Queryable,
  { kind }: KindTraits,
  artifactId: string,
  gateway: { gatewayId: string; organizationId: string },
  isTraced: boolean,
): Promise<Content | undefined> {
  const traceparent = isTraced
    ? sql`(SELECT traceparent FROM events e WHERE e.organization_id = a.organization_id AND e.revision = ag.revision)`
    : sql`NULL`;
  const [found] = await database.query<Content>(sql`
    SELECT d.content, d.created_at AS "createdAt", ag.correlation_id AS "correlationId", ag.revision, ${traceparent} AS traceparent
    FROM artifacts a
    LEFT JOIN artifact_gateways ag ON ag.artifact_id = a.id AND ag.gateway_id = ${gateway.gatewayId} AND ag.desired_state = 'DEPLOYED'
    LEFT JOIN deployments d ON d.id = ag.deployment_id
    WHERE a.id = ${artifactId} AND a.organization_id = ${gateway.organizationId} AND a.kind = ${kind}`);
  return found;
}
