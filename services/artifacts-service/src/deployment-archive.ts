import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import { isUuid, type Kind, kindTraits, Type } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { type HttpApp, HttpError } from '@gatecast/service-kit';
import type { FastifyBaseLogger } from 'fastify';
import { type Pack, pack } from 'tar-stream';
import { apiKeySecurity } from './authentication.js';
import { errorAnswers } from './errors.js';
import { firstFitting } from './first-fitting.js';
import { noteListing } from './listings.js';

const idsMax = 1_000;
/** How much of one archive is in memory at a time, or one deployment if that is larger; each has at most about 1 MiB. */
const pageBytesMax = 4 * 1024 * 1024;
/** A gateway waits 30 s for an answer (gateway protocol 2.0), and stores it then. */
const storedMsMax = 37_000;
const retryMs = 1_000;
const archiveType = 'application/x-tar+gzip';

interface ArchivedDeployment {
  readonly deploymentId: string;
  readonly artifactId: string;
  readonly kind: Kind;
  readonly content: string;
  readonly createdAt: Date;
}

interface Sized {
  readonly id: string;
  readonly bytes: number;
}

/** Serves many deployments as one archive, written as fast as the gateway reads it (gateway protocol 2.4). */
export function deploymentArchiveRoutes(app: HttpApp, database: Queryable): void {
  app.post(
    '/deployments/fetch-batch',
    {
      schema: {
        operationId: 'fetchDeployments',
        tags: ['deployments'],
        summary: 'YAML of many deployments',
        description: `A gzip'd tar archive with \`<deploymentId>/<prefix>-<artifactId>.yaml\`. Ids that are unknown or another gateway's are left out; duplicates are there once. At most ${idsMax} ids a request, 413 beyond. An archive that breaks off must not be used.`,
        security: apiKeySecurity,
        headers: Type.Object({
          accept: Type.Optional(Type.String({ description: `Must be \`${archiveType}\`; 406 otherwise.` })),
        }),
        body: Type.Object({
          deploymentIds: Type.Array(Type.String(), { minItems: 1, description: `UUIDs of deployments, at most ${idsMax}.` }),
        }),
        response: {
          200: {
            description: 'The archive.',
            content: { [archiveType]: { schema: Type.Unsafe<NodeJS.ReadableStream>({ type: 'string', format: 'binary' }) } },
          },
          ...errorAnswers(400, 406, 413, 415),
        },
      },
      onRequest: async (request) => {
        if (request.headers.accept !== archiveType)
          throw new HttpError(406, 'NOT_ACCEPTABLE', `Only ${archiveType} is served here: name it in the Accept header.`);
      },
      errorHandler: (error) => {
        throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? tooMany() : error;
      },
    },
    async (request, reply) => {
      const { deploymentIds } = request.body;
      if (deploymentIds.length > idsMax) throw tooMany();
      const ids = [...new Set(deploymentIds.filter(isUuid).map((id) => id.toLowerCase()))];
      const { gateway } = request;
      const { gatewayId } = gateway;
      const pages = pagesOf(database, gatewayId, ids);
      let first: IteratorResult<ArchivedDeployment[], undefined>;
      try {
        // What changes from here on may come to the gateway before what it fetches, however long after its list.
        await noteListing(database, gateway, 'artifact');
        await markUndeployed(database, gatewayId, ids);
        await markLost(database, gatewayId, ids);
        // The first page before the status: a database that can't be asked is a 503, not a broken archive.
        first = await pages.next();
      } catch (error) {
        void markFailed(database, gatewayId, ids, request.log);
        throw error;
      }
      const archive = pack();
      const compressed = createGzip();
      pipeline(archive, compressed, () => undefined);
      fill(archive, first.value ?? [], pages).catch((error: Error) => {
        request.log.warn({ err: error, gatewayId }, 'archive broken off');
        archive.destroy(error);
        void markFailed(database, gatewayId, ids, request.log);
      });
      return reply.type(archiveType).send(compressed);
    },
  );
}

/**
 * A gateway stores what it fetches as deployed, whatever was decided (gateway protocol 3.2). So what it fetches although it shall not
 * serve it is marked first: its undeploy is issued again, with a `performedAt` that is newer than what the gateway stores.
 */
async function markUndeployed(database: Queryable, gatewayId: string, ids: readonly string[]): Promise<void> {
  await database.query(sql`
    UPDATE artifact_gateways AS place SET reissue_at = clock_timestamp()
    FROM deployments
    WHERE deployments.id = ANY(${ids}::uuid[]) AND deployments.gateway_id = ${gatewayId}
      AND place.artifact_id = deployments.artifact_id AND place.gateway_id = deployments.gateway_id
      AND place.desired_state = 'UNDEPLOYED'`);
}

/**
 * A gateway that fetches what it has acked or given a receipt for, and nothing newer, has lost its store, or may have. It asks for its
 * artifacts and for some of what belongs to them; no list tells it of applications, nor of subscriptions to other kinds than REST APIs
 * (gateway protocol 2.7, 3.1). So all of that is issued again, when it surely holds what it fetches.
 */
async function markLost(database: Queryable, gatewayId: string, ids: readonly string[]): Promise<void> {
  const whenStored = sql`clock_timestamp() + ${storedMsMax} * interval '1 millisecond'`;
  const isLost = sql`place.gateway_id = ${gatewayId} AND place.deployment_id = ANY(${ids}::uuid[]) AND place.desired_state = 'DEPLOYED'
    AND (place.confirmed_state = 'DEPLOYED' AND place.confirmed_deployment_id = place.deployment_id
        AND place.confirmed_performed_at = place.performed_at
      -- Its ack may still wait in the work queue.
      OR EXISTS (SELECT FROM gateway_cursors AS cursor JOIN log_epoch ON log_epoch.epoch = cursor.log_epoch
        WHERE cursor.gateway_id = place.gateway_id AND cursor.confirmed >= place.revision))`;
  const marked = await database.query<{ id: string }>(sql`
    UPDATE artifact_gateways SET credentials_at = ${whenStored}
    WHERE (artifact_id, gateway_id) IN (
      SELECT artifact_id, gateway_id FROM artifact_gateways AS place WHERE ${isLost} FOR UPDATE SKIP LOCKED)
    RETURNING artifact_id AS id`);
  const lost = await database.query<{ id: string }>(sql`
    SELECT artifact_id AS id FROM artifact_gateways AS place
    WHERE ${isLost} AND artifact_id <> ALL(${marked.map(({ id }) => id)}::uuid[])`);
  // Whoever holds several of them never waits for one who waits for one.
  for (const { id } of lost)
    await database.query(
      sql`UPDATE artifact_gateways AS place SET credentials_at = ${whenStored} WHERE ${isLost} AND artifact_id = ${id}`,
    );
}

/**
 * What a gateway did not get from here reaches it as events, since it does not ask again by itself (gateway protocol 3.2). Tried until it is
 * stored: what broke the archive may be the database. Never rejects.
 */
async function markFailed(database: Queryable, gatewayId: string, ids: readonly string[], log: FastifyBaseLogger): Promise<void> {
  for (let isTold = false; ; isTold = true) {
    try {
      await database.query(sql`
        UPDATE artifact_gateways AS place SET reissue_at = clock_timestamp()
        WHERE place.gateway_id = ${gatewayId} AND place.deployment_id = ANY(${ids}::uuid[])`);
      return;
    } catch (error) {
      if (!isTold) log.warn({ err: error, gatewayId }, 'broken archive not marked yet');
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
    }
  }
}

async function* pagesOf(
  database: Queryable,
  gatewayId: string,
  ids: readonly string[],
): AsyncGenerator<ArchivedDeployment[], undefined> {
  let ahead: readonly Sized[] = await database.query<Sized>(sql`
    SELECT id, octet_length(content) AS bytes FROM deployments
    WHERE gateway_id = ${gatewayId} AND id = ANY(${ids}::uuid[])`);
  while (ahead.length > 0) {
    const page = firstFitting(ahead, ({ bytes }) => bytes, pageBytesMax).map(({ id }) => id);
    yield await database.query<ArchivedDeployment>(sql`
      SELECT d.id AS "deploymentId", d.artifact_id AS "artifactId", a.kind, d.content, d.created_at AS "createdAt"
      FROM deployments d JOIN artifacts a ON a.id = d.artifact_id
      WHERE d.gateway_id = ${gatewayId} AND d.id = ANY(${page}::uuid[])`);
    ahead = ahead.slice(page.length);
  }
}

/** Ends the archive only when everything is in it: a gateway takes what is missing from a whole archive for unknown. */
async function fill(
  archive: Pack,
  first: readonly ArchivedDeployment[],
  rest: AsyncIterable<ArchivedDeployment[]>,
): Promise<void> {
  const add = async (page: readonly ArchivedDeployment[]) => {
    for (const { deploymentId, artifactId, kind, content, createdAt } of page) {
      await addFile(
        archive,
        { name: `${deploymentId}/${kindTraits(kind).filePrefix}-${artifactId}.yaml`, mtime: createdAt },
        content,
      );
    }
  };
  await add(first);
  for await (const page of rest) await add(page);
  archive.finalize();
}

/** Resolves when the file has been read from the archive, so that memory holds one at a time; rejects when the reader leaves. */
function addFile(archive: Pack, header: { name: string; mtime: Date }, content: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
    // An archive that is destroyed says so on its open file too, where nobody's hearing it would end the process.
    file.on('error', reject);
  });
}

function tooMany(): HttpError {
  return new HttpError(
    413,
    'PAYLOAD_TOO_LARGE',
    `At most ${idsMax} deployments can be fetched in one request: fetch in several.`,
  );
}
