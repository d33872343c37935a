import { oneOf, Type, Uuid } from '@gatecast/contracts';
import { type Queryable, type Sql, sql } from '@gatecast/database';
import { type HttpApp, HttpError, type Sealing, SealingError } from '@gatecast/service-kit';
import type { FastifyReply } from 'fastify';
import { apiKeySecurity, type Gateway } from './authentication.js';
import { errorAnswers } from './errors.js';

/** What a gateway may take to store a value that it was given, before what refers to it is issued again. */
const storingMs = 2_000;

const Instant = Type.String({ format: 'date-time', description: 'Milliseconds, UTC.' });
const Row = Type.Object({
  uuid: Uuid,
  handle: Type.String(),
  name: Type.String(),
  type: oneOf(['GENERIC', 'CERTIFICATE']),
  provider: oneOf(['IN_BUILT']),
  status: oneOf(['ACTIVE', 'DEPRECATED']),
  hash: Type.String({ description: 'Changes with the value and tells nothing of it.' }),
  createdAt: Instant,
  updatedAt: Instant,
  value: Type.Optional(Type.String({ description: 'With `includeValues=true`, of active secrets only.' })),
});

interface Secret {
  readonly uuid: string;
  readonly handle: string;
  readonly name: string;
  readonly type: 'GENERIC' | 'CERTIFICATE';
  readonly status: 'ACTIVE' | 'DEPRECATED';
  readonly hash: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly sealed: Buffer;
  /** The gateway was given a value of it before, for as long as is known. */
  readonly wasHeld: boolean;
}

/** Serves the secrets to which what is to be deployed on the asking gateway refers, and no others (gateway protocol 2.8). */
export function secretRoutes(app: HttpApp, database: Queryable, sealing: Sealing | undefined): void {
  app.get(
    '/secrets',
    {
      schema: {
        operationId: 'listSecrets',
        tags: ['secrets'],
        summary: 'Secrets to which what is to be deployed on this gateway refers',
        security: apiKeySecurity,
        querystring: Type.Object({
          updatedAfter: Type.Optional(
            Type.String({ format: 'date-time', description: 'Only what was changed after this instant.' }),
          ),
          includeValues: Type.Optional(Type.Boolean({ default: false })),
        }),
        response: {
          200: Type.Object({ list: Type.Array(Row), count: Type.Integer() }, { description: 'By handle.' }),
          ...errorAnswers(400),
        },
      },
    },
    async ({ query, gateway, log }, reply) => {
      const since = query.updatedAfter === undefined ? sql`` : sql`AND secrets.updated_at > ${instant(query.updatedAfter)}`;
      neverKept(reply);
      if (!query.includeValues) {
        const secrets = await database.query<Secret>(sql`
          SELECT ${columns} FROM secrets WHERE ${referred(gateway)} ${since} ORDER BY handle`);
        return { list: secrets.map(rowOf), count: secrets.length };
      }
      const secrets = await given(database, gateway, since);
      const list = secrets.map((secret) =>
        secret.status === 'ACTIVE' ? { ...rowOf(secret), value: open(sealing, gateway, secret) } : rowOf(secret),
      );
      noteWhenSent(reply, database, gateway, secrets, (error) => log.warn({ err: error }, 'secrets that were given not noted'));
      return { list, count: list.length };
    },
  );

  app.get(
    '/secrets/:handle/value',
    {
      schema: {
        operationId: 'getSecretValue',
        tags: ['secrets'],
        summary: 'Value of a secret',
        security: apiKeySecurity,
        params: Type.Object({ handle: Type.String() }),
        response: {
          200: Type.Object({ value: Type.String() }, { description: 'The value.' }),
          ...errorAnswers(404),
        },
      },
    },
    async ({ params, gateway, log }, reply) => {
      const [secret] = await given(database, gateway, sql`AND secrets.handle = ${params.handle} AND secrets.status = 'ACTIVE'`);
      if (!secret) throw new HttpError(404, 'NOT_FOUND', 'Secret not found');
      const value = open(sealing, gateway, secret);
      noteWhenSent(reply, database, gateway, [secret], (error) => log.warn({ err: error }, 'secrets that were given not noted'));
      neverKept(reply);
      return { value };
    },
  );
}

const columns = sql`secrets.id AS uuid, secrets.handle, secrets.display_name AS name, secrets.type, secrets.status, secrets.hash,
  secrets.created_at AS "createdAt", secrets.updated_at AS "updatedAt"`;

const referred = ({ organizationId, gatewayId }: Gateway) => sql`secrets.organization_id = ${organizationId}
  AND secrets.handle IN (
    SELECT unnest(deployments.secret_handles)
    FROM artifact_gateways AS place JOIN deployments ON deployments.id = place.deployment_id
    WHERE place.gateway_id = ${gatewayId} AND place.desired_state = 'DEPLOYED')`;

/**
 * Returns secrets as they are to be given to a gateway, and notes before that that it may hold some value of them from now on. Their
 * rows are locked meanwhile: a new value comes before and is what is given, or comes after and finds the note.
 */
function given(database: Queryable, gateway: Gateway, condition: Sql): Promise<Secret[]> {
  return database.query<Secret>(sql`
    WITH given AS (
      SELECT ${columns}, secrets.sealed FROM secrets WHERE ${referred(gateway)} ${condition} ORDER BY secrets.handle FOR SHARE
    ), noted AS (
      INSERT INTO secret_holders (gateway_id, handle, hash, stale)
      SELECT ${gateway.gatewayId}::uuid, handle, hash, true FROM given WHERE status = 'ACTIVE'
      ON CONFLICT (gateway_id, handle) DO NOTHING
      RETURNING handle
    )
    SELECT given.*, noted.handle IS NULL AS "wasHeld" FROM given LEFT JOIN noted ON noted.handle = given.handle ORDER BY given.handle`);
}

/**
 * Notes, once it is sent, what a gateway holds now, unless there is a newer value already. What refers to it is due to be issued
 * again when an earlier value may have been filled in.
 */
function noteWhenSent(
  reply: FastifyReply,
  database: Queryable,
  { gatewayId }: Gateway,
  secrets: readonly Secret[],
  onError: (error: Error) => void,
): void {
  reply.raw.once('finish', () => {
    if (reply.raw.statusCode !== 200 || secrets.length === 0) return;
    database
      .query(sql`
        UPDATE secret_holders AS holder SET stale = false, close_at = NULL, closes = 0,
          reissue_at = CASE WHEN holder.stale AND sent.was_held
            THEN clock_timestamp() + ${storingMs}::int * interval '1 millisecond' ELSE holder.reissue_at END
        FROM unnest(${secrets.map(({ handle }) => handle)}::text[], ${secrets.map(({ hash }) => hash)}::text[],
          ${secrets.map(({ wasHeld }) => wasHeld)}::boolean[]) AS sent(handle, hash, was_held)
        WHERE holder.gateway_id = ${gatewayId} AND holder.handle = sent.handle AND holder.hash = sent.hash AND holder.stale`)
      .catch(onError);
  });
}

/** @throws HttpError 503: a gateway keeps what it has then, while it would store whatever else it is given. */
function open(sealing: Sealing | undefined, { organizationId }: Gateway, { handle, sealed }: Secret): string {
  if (!sealing) {
    throw new HttpError(503, 'SERVICE_UNAVAILABLE', 'Secrets cannot be opened now. Nothing was decided: ask again.', [], {
      cause: new Error('There is no key to open secrets with: set SECRETS_KEY or SECRETS_KEY_FILE, as in api-service.'),
    });
  }
  try {
    return sealing.open(sealed, { organizationId, handle }).value;
  } catch (error) {
    if (!(error instanceof SealingError)) throw error;
    throw new HttpError(503, 'SERVICE_UNAVAILABLE', 'Secrets cannot be opened now. Nothing was decided: ask again.', [], {
      cause: error,
    });
  }
}

function rowOf({ uuid, handle, name, type, status, hash, createdAt, updatedAt }: Secret) {
  return {
    uuid,
    handle,
    name,
    type,
    provider: 'IN_BUILT' as const,
    status,
    hash,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** Nobody on the way may keep a value, nor tell a gateway an old one. */
function neverKept(reply: FastifyReply): void {
  reply.header('cache-control', 'no-store');
}

/** Cut to milliseconds, which is all that `updatedAt` has: "after" stays exact. */
function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new HttpError(400, 'VALIDATION_FAILED', 'updatedAfter is not an RFC 3339 instant.');
  return at;
}
