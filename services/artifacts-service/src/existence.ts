import { isUuid, Type } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import { type HttpApp, HttpError } from '@gatecast/service-kit';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';
import type { ArtifactsServiceMetrics } from './metrics.js';

const idsMax = 10_000;

interface Existence {
  readonly artifactId: string;
  readonly exists: boolean;
}

/**
 * Answers which artifacts exist (gateway protocol 2.5). Gateways delete what is said not to exist, so `false` means that the primary
 * database was asked about the token's organization and has no such artifact; any doubt is a 503.
 */
export function existenceRoutes(
  app: HttpApp,
  database: Queryable,
  { onExistenceCheck }: Pick<ArtifactsServiceMetrics, 'onExistenceCheck'>,
): void {
  app.post(
    '/artifacts/exists',
    {
      schema: {
        operationId: 'checkArtifactsExist',
        tags: ['existence'],
        summary: 'Which artifacts exist',
        description: `One row per id asked, in the order asked, duplicates included. What is malformed, deleted or of another organization does not exist. At most ${idsMax} ids a request, 413 beyond.`,
        security: apiKeySecurity,
        body: Type.Object({ artifactIds: Type.Array(Type.String(), { description: `UUIDs of artifacts, at most ${idsMax}.` }) }),
        response: {
          200: Type.Object(
            { artifacts: Type.Array(Type.Object({ artifactId: Type.String(), exists: Type.Boolean() })) },
            { description: 'One row per id asked.' },
          ),
          ...errorAnswers(400, 413, 415),
        },
      },
      // A body past the app's limit holds more ids than the limit too: the same answer.
      errorHandler: (error) => {
        throw error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? tooMany() : error;
      },
    },
    async (request) => {
      const { artifactIds } = request.body;
      if (artifactIds.length > idsMax) throw tooMany();
      const artifacts = await existences(database, request.gateway, artifactIds);
      const existing = artifacts.filter(({ exists }) => exists).length;
      onExistenceCheck(existing, artifacts.length - existing);
      return { artifacts };
    },
  );
}

async function existences(
  database: Queryable,
  { organizationId }: Gateway,
  artifactIds: readonly string[],
): Promise<Existence[]> {
  // One text each way in place of a value per id, which would cost more to write and read than the ids to find.
  const asked = `{${artifactIds.filter(isUuid).join(',')}}`;
  const [found] = await database.query<{ ids: string | null }>(sql`
    SELECT string_agg(id::text, ',') AS ids FROM artifacts
    WHERE organization_id = ${organizationId} AND id = ANY(${asked}::uuid[])`);
  if (!found) throw new Error('The database has not said which artifacts exist.');
  const existing = new Set(found.ids?.split(','));
  return artifactIds.map((artifactId) => ({ artifactId, exists: existing.has(artifactId.toLowerCase()) }));
}

function tooMany(): HttpError {
  return new HttpError(413, 'PAYLOAD_TOO_LARGE', `At most ${idsMax} ids can be asked in one request: ask in several.`);
}
