import { type ApiKeyState, type KeyedKind, keyedKinds, kindTraits, oneOf, Type, Uuid, wholeSeconds } from '@gatecast/contracts';
import { type Queryable, sql } from '@gatecast/database';
import type { HttpApp } from '@gatecast/service-kit';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';
import { etagOf } from './etag.js';
import { firstFitting } from './first-fitting.js';
import { noteListing } from './listings.js';
import { sendArray } from './send-array.js';

const Instant = Type.String({ format: 'date-time', description: 'Whole seconds, UTC.' });
const Key = Type.Object({
  etag: Uuid,
  uuid: Uuid,
  name: Type.String(),
  maskedApiKey: Type.String(),
  apiKeyHashes: Type.Object({ sha256: Type.String({ description: 'Hex.' }) }),
  artifactUuid: Uuid,
  status: oneOf(['active']),
  createdAt: Instant,
  createdBy: Type.String(),
  updatedAt: Instant,
  expiresAt: Type.Union([Instant, Type.Null()]),
  source: oneOf(['external']),
  externalRefId: Type.Union([Type.String(), Type.Null()]),
  issuer: Type.Optional(Type.String()),
});

const keysPerPage = 1_000;

type Row = ApiKeyState & { readonly createdBy: string };

/**
 * Lists, for each kind that has them, the API keys that the asking gateway may know: those of artifacts with a place on it, not
 * expired, and meant for it (gateway protocol 2.6).
 */
export function apiKeyRoutes(app: HttpApp, database: Queryable): void {
  for (const traits of keyedKinds.map(kindTraits)) {
    app.get(
      `/${traits.contentPath}/api-keys`,
      {
        schema: {
          operationId: `list${traits.kind}ApiKeys`,
          tags: ['credentials'],
          summary: `API keys of each ${traits.title} on this gateway`,
          description: 'Hashes only. A list that breaks off must not be used.',
          security: apiKeySecurity,
          querystring: Type.Object({ issuer: Type.Optional(Type.String({ description: 'Only the keys of this issuer.' })) }),
          response: {
            200: {
              description: 'The keys.',
              content: { 'application/json': { schema: Type.Unsafe<NodeJS.ReadableStream>(Type.Array(Key)) } },
            },
            ...errorAnswers(400),
          },
        },
      },
      async (request, reply) => {
        await noteListing(database, request.gateway, 'key');
        return sendArray(request, reply, keysOf(database, request.gateway, traits.kind as KeyedKind, request.query.issuer));
      },
    );
  }
}

async function* keysOf(database: Queryable, gateway: Gateway, kind: KeyedKind, issuer: string | undefined) {
  let ahead: readonly KeyedArtifact[] = await keyedArtifactsOf(database, gateway, kind);
  let after = '';
  while (ahead.length > 0) {
    const asked = firstFitting(ahead, ({ keyCount }) => keyCount, keysPerPage).map(({ id }) => id);
    const page = await pageOf(database, gateway, asked, after, issuer);
    yield page.map(wireKey);
    const last = page.length === keysPerPage ? page.at(-1) : undefined;
    // A page that is not full has all keys of its artifacts.
    ahead = ahead.slice(last ? asked.indexOf(last.artifactId) : asked.length);
    after = last?.handle ?? '';
  }
}

interface KeyedArtifact {
  readonly id: string;
  /** How many it has now, also those that the gateway may not know. */
  readonly keyCount: number;
}

/** Returns the gateway's artifacts of a kind that have keys. */
async function keyedArtifactsOf(database: Queryable, { gatewayId }: Gateway, kind: KeyedKind): Promise<KeyedArtifact[]> {
  const artifacts = await database.query<{ id: string }>(sql`
    SELECT artifacts.id FROM artifact_gateways AS place JOIN artifacts ON artifacts.id = place.artifact_id
    WHERE place.gateway_id = ${gatewayId} AND artifacts.kind = ${kind}`);
  if (artifacts.length === 0) return [];
  return database.query<KeyedArtifact>(sql`
    SELECT artifact_id AS id, count(*) AS "keyCount" FROM api_keys
    WHERE artifact_id = ANY(${artifacts.map(({ id }) => id)}::uuid[]) GROUP BY artifact_id ORDER BY artifact_id`);
}

/** The keys of some artifacts in their order, by handle; those of the first artifact after `after`. */
function pageOf(
  database: Queryable,
  { gatewayId }: Gateway,
  artifactIds: readonly string[],
  after: string,
  issuer: string | undefined,
): Promise<Row[]> {
  return database.query<Row>(sql`
    SELECT key.id, key.artifact_id AS "artifactId", key.handle, key.key_hash AS "keyHash", key.masked_key AS "maskedKey",
      key.external_ref_id AS "externalRefId", key.issuer, key.expires_at AS "expiresAt", key.created_by AS "createdBy",
      key.created_at AS "createdAt", key.updated_at AS "updatedAt"
    FROM unnest(${artifactIds}::uuid[]) WITH ORDINALITY AS artifact (id, position)
    CROSS JOIN LATERAL (
      SELECT * FROM api_keys
      WHERE api_keys.artifact_id = artifact.id AND api_keys.handle > CASE WHEN artifact.position = 1 THEN ${after} ELSE '' END
        AND (api_keys.expires_at IS NULL OR api_keys.expires_at > clock_timestamp())
        AND (api_keys.allowed_targets = '{}' OR (SELECT handle FROM gateways WHERE id = ${gatewayId}) = ANY(api_keys.allowed_targets))
        AND (${issuer ?? null}::text IS NULL OR api_keys.issuer = ${issuer ?? null})
      ORDER BY api_keys.handle LIMIT ${keysPerPage}
    ) AS key
    ORDER BY artifact.position, key.handle LIMIT ${keysPerPage}`);
}

function wireKey(key: Row) {
  return {
    etag: etagOf(key.id, key.updatedAt),
    uuid: key.id,
    name: key.handle,
    maskedApiKey: key.maskedKey,
    apiKeyHashes: { sha256: key.keyHash },
    artifactUuid: key.artifactId,
    status: 'active',
    createdAt: wholeSeconds(key.createdAt),
    createdBy: key.createdBy,
    updatedAt: wholeSeconds(key.updatedAt),
    expiresAt: key.expiresAt ? wholeSeconds(key.expiresAt) : null,
    source: 'external',
    externalRefId: key.externalRefId,
    ...(key.issuer !== null && { issuer: key.issuer }),
  };
}
