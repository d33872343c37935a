import { type Kind, kindTraits } from '@gatecast/contracts';
import { type Database, newId, type Prisma, type Queryable, sql } from '@gatecast/database';
import type { Sealing } from '@gatecast/service-kit';
import { apiError } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { findOptions, type Listed, type ListQuery } from '../pagination.js';
import { refersTo } from './references.js';
import { noteRotation } from './rotation.js';

export const secretTypes = ['GENERIC', 'CERTIFICATE'] as const;
type SecretType = (typeof secretTypes)[number];

const select = {
  id: true,
  handle: true,
  displayName: true,
  description: true,
  type: true,
  status: true,
  hash: true,
  createdBy: true,
  createdAt: true,
  updatedAt: true,
} as const satisfies Prisma.SecretSelect;

/** All about a secret but its value. */
export type Secret = Prisma.SecretGetPayload<{ select: typeof select }>;

export interface SecretContent {
  readonly displayName: string;
  readonly description?: string;
  readonly value: string;
  readonly type?: SecretType;
}

export interface SecretsOptions {
  readonly database: Database;
  /** Undefined: there is no key, so no secret is kept. */
  readonly sealing: Sealing | undefined;
  /** Called after the commit of a new value that gateways may have to read. */
  readonly onRotated: () => void;
}

export type Secrets = ReturnType<typeof createSecrets>;

/** Creates the access to secrets. Every call stays within one organization, and none returns a value. */
export function createSecrets({ database, sealing, onRotated }: SecretsOptions) {
  async function get(organizationId: string, handle: string): Promise<Secret> {
    const [secret] = await database.query<Secret>(sql`
      SELECT id, handle, display_name AS "displayName", description, type, status, hash, created_by AS "createdBy",
        created_at AS "createdAt", updated_at AS "updatedAt"
      FROM secrets WHERE organization_id = ${organizationId} AND handle = ${handle}`);
    if (!secret) throw notFound(handle);
    return secret;
  }

  return {
    /** @throws HttpError 503 as long as there is no key. */
    requireKey(): Sealing {
      if (sealing) return sealing;
      throw apiError(
        'SERVICE_UNAVAILABLE',
        'Secrets are not kept here, since there is no key to seal them with: set SECRETS_KEY or SECRETS_KEY_FILE of api-service and artifacts-service to the same 32 bytes (openssl rand -base64 32), and start them again.',
      );
    },

    /** @throws HttpError 404 when there is none. */
    get,

    async list(organizationId: string, query: ListQuery): Promise<Listed<Secret>> {
      const { matching, page } = findOptions(query);
      const where = { organizationId, ...matching };
      const [items, total] = await Promise.all([
        database.prisma.secret.findMany({ where, ...page, select }),
        database.prisma.secret.count({ where }),
      ]);
      return { items, total };
    },

    /** @throws HttpError 409 when the id is taken, 503 without a key. */
    async create(organizationId: string, createdBy: string, wanted: SecretContent & { readonly id?: string }): Promise<Secret> {
      const { seal, hash } = this.requireKey();
      const { displayName, description = null, value, type = 'GENERIC' } = wanted;
      const { handle } = await createUnderHandle(
        wanted,
        async (handle) => {
          const identity = { organizationId, handle };
          const newHash = hash(value, identity);
          await database.transaction(async (transaction) => {
            await transaction.query(sql`
              INSERT INTO secrets (id, organization_id, handle, display_name, description, type, status, sealed, hash, created_by,
                created_at, updated_at)
              VALUES (${newId()}, ${organizationId}, ${handle}, ${displayName}, ${description}, ${type}, 'ACTIVE', ${seal(value, identity)},
                ${newHash}, ${createdBy}, clock_timestamp(), clock_timestamp())`);
            // A secret of this id may have been there before, and gateways may hold its value still.
            await noteRotation(transaction, identity, newHash);
          });
          return { handle };
        },
        (handle) => apiError('SECRET_EXISTS', `There is already a secret '${handle}'.`),
      );
      database.afterCommit(onRotated);
      return get(organizationId, handle);
    },

    /** Changes a secret; gateways that may hold its earlier value are made to read the new one. @throws HttpError 404, or 503 without a key. */
    async update(organizationId: string, handle: string, wanted: SecretContent): Promise<Secret> {
      const { seal, hash } = this.requireKey();
      const { displayName, description = null, value, type = null } = wanted;
      const identity = { organizationId, handle };
      const newHash = hash(value, identity);
      const isRotated = await database.transaction(async (transaction) => {
        const { id, hash: oldHash } = await lock(transaction, organizationId, handle);
        await transaction.query(sql`
          UPDATE secrets SET display_name = ${displayName}, description = ${description}, type = coalesce(${type}, type),
            sealed = ${seal(value, identity)}, hash = ${newHash}, updated_at = clock_timestamp()
          WHERE id = ${id}`);
        if (newHash === oldHash) return false;
        await noteRotation(transaction, identity, newHash);
        return true;
      });
      if (isRotated) database.afterCommit(onRotated);
      return get(organizationId, handle);
    },

    /** @throws HttpError 404 when there is none, 409 while something refers to it. */
    async remove(organizationId: string, handle: string): Promise<void> {
      await database.transaction(async (transaction) => {
        // From here on no deployment that refers to it is committed.
        const { id } = await lock(transaction, organizationId, handle);
        const uses = await usesOf(transaction, organizationId, handle);
        if (uses.length > 0) throw inUse(handle, uses);
        await transaction.query(sql`DELETE FROM secrets WHERE id = ${id}`);
      });
    },
  };
}

async function lock(transaction: Queryable, organizationId: string, handle: string): Promise<{ id: string; hash: string }> {
  const [secret] = await transaction.query<{ id: string; hash: string }>(sql`
    SELECT id, hash FROM secrets WHERE organization_id = ${organizationId} AND handle = ${handle} FOR UPDATE`);
  if (!secret) throw notFound(handle);
  return secret;
}

interface Use {
  readonly kind: Kind;
  readonly handle: string;
  /** Where a deployment of the artifact refers to it; null: the artifact itself does, so its next deployment would. */
  readonly gateway: string | null;
}

async function usesOf(transaction: Queryable, organizationId: string, handle: string): Promise<Use[]> {
  const deployed = await transaction.query<Use>(sql`
    SELECT artifacts.kind, artifacts.handle, gateways.handle AS gateway
    FROM deployments
    JOIN artifact_gateways AS place ON place.deployment_id = deployments.id AND place.desired_state = 'DEPLOYED'
    JOIN artifacts ON artifacts.id = place.artifact_id
    JOIN gateways ON gateways.id = place.gateway_id
    WHERE artifacts.organization_id = ${organizationId}
      AND deployments.secret_handles <> '{}' AND deployments.secret_handles @> ARRAY[${handle}]::text[]
    ORDER BY artifacts.kind, artifacts.handle, gateways.handle`);
  const mentioning = await transaction.query<Use & { definition: unknown }>(sql`
    SELECT kind, handle, NULL AS gateway, definition FROM artifacts
    WHERE organization_id = ${organizationId} AND strpos(definition::text, 'secret') > 0 AND strpos(definition::text, ${handle}) > 0
    ORDER BY kind, handle`);
  return [...deployed, ...mentioning.filter(({ definition }) => refersTo(definition, handle))];
}

const usesNamed = 10;

function inUse(handle: string, uses: readonly Use[]) {
  const named = uses.slice(0, usesNamed).map(({ kind, handle: artifact, gateway }) => {
    const { title } = kindTraits(kind);
    return gateway === null ? `${title} '${artifact}'` : `${title} '${artifact}' deployed on gateway '${gateway}'`;
  });
  const more = uses.length > usesNamed ? ` and ${uses.length - usesNamed} more` : '';
  return apiError(
    'SECRET_IN_USE',
    `Secret '${handle}' is in use by ${named.join(', ')}${more}: take the reference out of the artifact, and undeploy it or deploy it anew.`,
  );
}

function notFound(handle: string) {
  return apiError('SECRET_NOT_FOUND', `There is no secret '${handle}'.`);
}
