import { type ApplicationType, applicationUpdated, type Kind } from '@gatecast/contracts';
import { isForeignKeyViolation, newId, type Queryable, sql } from '@gatecast/database';
import type { KeyUser } from '../api-keys/api-keys.js';
import { artifactRefNotFound } from '../artifacts/reference.js';
import { lockApplications } from '../credentials/issue.js';
import { apiError } from '../errors.js';
import { type NewEvent, newEvent } from '../event-log/append.js';
import { type ChangeOptions, createChange } from '../event-log/change.js';
import { createUnderHandle } from '../handle.js';
import { type Listed, type ListQuery, pageOf } from '../pagination.js';
import { findProject } from '../projects/find.js';

export interface Application {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly type: ApplicationType;
  readonly projectHandle: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a caller decides about an application. */
export interface ApplicationContent {
  readonly displayName: string;
  readonly description?: string;
  readonly type: ApplicationType;
  /** The project's handle. */
  readonly projectId?: string;
}

/** An API key as a caller names it: by its handle within its artifact. */
export interface KeyReference {
  readonly id: string;
  readonly artifactId: string;
  readonly kind: Kind;
}

/**
 * Most API keys of an application. Gateways hear of all of them in one event, whose frame has at most 512 KiB (`frameBytesMax`): a
 * mapping takes 58 bytes of it as it travels, all else less than 4 KiB (the longest names of application and user, seven bytes for
 * each character).
 */
export const applicationKeysMax = 8000;
/** When so many are told of by one change, it takes no further ones: of about 60 MB. */
const mappingsToldMax = 1_000_000;

export type Applications = ReturnType<typeof createApplications>;

const columns = sql`applications.id, applications.handle, applications.display_name AS "displayName", applications.description, applications.type,
  projects.handle AS "projectHandle", applications.created_by AS "createdBy", applications.created_at AS "createdAt", applications.updated_at AS "updatedAt"`;
const joined = sql`FROM applications LEFT JOIN projects ON projects.id = applications.project_id`;

/** Creates the access to applications. Gateways that have an artifact of an application's keys are told of each change of it. */
export function createApplications(options: ChangeOptions) {
  const { database } = options;
  const change = createChange(options);

  async function find(source: Queryable, organizationId: string, handle: string): Promise<Application> {
    const [application] = await source.query<Application>(
      sql`SELECT ${columns} ${joined} WHERE applications.organization_id = ${organizationId} AND applications.handle = ${handle}`,
    );
    if (!application) throw notFound(handle);
    return application;
  }

  /**
   * Locks an application, lets `work` change it, and returns the events for every gateway that knows its keys, before or after.
   * @throws HttpError 400 when it gets more keys than it may have, 413 when that is more than all its gateways can be told at once.
   */
  async function changed(
    transaction: Queryable,
    { id, handle }: Application,
    actor: string,
    work: () => Promise<unknown>,
  ): Promise<NewEvent[]> {
    const state = () => lockApplications(transaction, sql`id = ${id}`, 'FOR NO KEY UPDATE');
    const [before] = await state();
    // Whoever waited for the lock may have been overtaken by its deletion.
    if (!before) throw notFound(handle);
    await work();
    const [after = before] = await state();
    const added = after.keyIds.length - before.keyIds.length;
    if (added > 0 && after.keyIds.length > applicationKeysMax) {
      throw apiError(
        'VALIDATION_FAILED',
        `An application has at most ${applicationKeysMax} API keys, and '${handle}' would have ${after.keyIds.length}: take others away from it first, or map these to another application.`,
        [{ field: 'apiKeys', message: 'are too many for one application' }],
      );
    }
    const keyIds = [...before.keyIds, ...after.keyIds];
    const gateways = await transaction.query<{ id: string }>(sql`
      SELECT DISTINCT place.gateway_id AS id
      FROM api_keys JOIN artifact_gateways AS place ON place.artifact_id = api_keys.artifact_id
      WHERE api_keys.id = ANY(${keyIds}::uuid[]) ORDER BY place.gateway_id`);
    if (added > 0 && after.keyIds.length * gateways.length > mappingsToldMax) {
      throw apiError(
        'PAYLOAD_TOO_LARGE',
        `Each of ${gateways.length} gateways would be told all ${after.keyIds.length} API keys of '${handle}': map them to several smaller applications.`,
      );
    }
    return gateways.map((gateway) => newEvent(applicationUpdated(after), gateway.id, actor));
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get: (organizationId: string, handle: string): Promise<Application> => find(database, organizationId, handle),

    /** @throws HttpError 404 when there is no such project. */
    async list(organizationId: string, query: ListQuery & { readonly projectId?: string }): Promise<Listed<Application>> {
      if (query.projectId !== undefined) await findProject(database, organizationId, query.projectId);
      const { limit, offset } = pageOf(query);
      const by = query.sortBy === 'name' ? sql`applications.display_name` : sql`applications.created_at`;
      const order = query.sortOrder === 'asc' ? sql`ASC` : sql`DESC`;
      const which = sql`applications.organization_id = ${organizationId} AND strpos(applications.handle, ${query.query ?? ''}) > 0
        AND (${query.projectId ?? null}::text IS NULL OR projects.handle = ${query.projectId ?? null})`;
      const [items, [counted]] = await Promise.all([
        database.query<Application>(
          sql`SELECT ${columns} ${joined} WHERE ${which} ORDER BY ${by} ${order}, applications.id ${order} LIMIT ${limit} OFFSET ${offset}`,
        ),
        database.query<{ total: number }>(sql`SELECT count(*) AS total ${joined} WHERE ${which}`),
      ]);
      return { items, total: counted?.total ?? 0 };
    },

    /** @throws HttpError 409 when the id is taken, 400 when it refers to a project that does not exist. */
    async create(
      organizationId: string,
      createdBy: string,
      content: ApplicationContent & { readonly id?: string },
    ): Promise<Application> {
      const { displayName, description = null, type } = content;
      const handle = await createUnderHandle(
        content,
        (wanted) =>
          database.transaction(async (transaction) => {
            const projectId = await projectOf(transaction, organizationId, content.projectId);
            await transaction.query(sql`
              INSERT INTO applications (id, organization_id, project_id, handle, display_name, description, type, created_by)
              VALUES (${newId()}, ${organizationId}, ${projectId}, ${wanted}, ${displayName}, ${description}, ${type}, ${createdBy})`);
            return wanted;
          }),
        (taken) => apiError('APPLICATION_EXISTS', `There is already an application '${taken}': choose another id.`),
      );
      return find(database, organizationId, handle);
    },

    /** @throws HttpError 404 when there is none, 400 when it refers to a project that does not exist. */
    update: (organizationId: string, handle: string, content: ApplicationContent, actor: string): Promise<Application> =>
      change(organizationId, async (transaction) => {
        const application = await find(transaction, organizationId, handle);
        const events = await changed(transaction, application, actor, async () => {
          const projectId = await projectOf(transaction, organizationId, content.projectId);
          await transaction.query(sql`
            UPDATE applications SET display_name = ${content.displayName}, description = ${content.description ?? null},
              type = ${content.type}, project_id = ${projectId}, updated_at = clock_timestamp()
            WHERE id = ${application.id}`);
        });
        return { result: await find(transaction, organizationId, handle), events };
      }),

    /** Deletes an application; gateways are told that it has no keys. @throws HttpError 404 when there is none, 409 while it has subscriptions. */
    async remove(organizationId: string, handle: string, actor: string): Promise<void> {
      try {
        await change(organizationId, async (transaction) => {
          const application = await find(transaction, organizationId, handle);
          const events = await changed(transaction, application, actor, () =>
            transaction.query(sql`DELETE FROM application_key_mappings WHERE application_id = ${application.id}`),
          );
          await transaction.query(sql`DELETE FROM applications WHERE id = ${application.id}`);
          return { result: undefined, events };
        });
      } catch (error) {
        if (!isForeignKeyViolation(error, 'application_id')) throw error;
        throw apiError(
          'APPLICATION_IN_USE',
          `Application '${handle}' has subscriptions: delete them, or take the application away from them first.`,
        );
      }
    },

    /**
     * Maps API keys to an application, besides those that are. @throws HttpError 404, or 400 when one does not exist or may not be used,
     * or when they are more than {@link applicationKeysMax}.
     */
    mapKeys: (organizationId: string, handle: string, references: readonly KeyReference[], user: KeyUser): Promise<void> =>
      change(organizationId, async (transaction) => {
        const application = await find(transaction, organizationId, handle);
        const keyIds = await keysOf(transaction, organizationId, references, user);
        const events = await changed(transaction, application, user.username, () =>
          transaction.query(sql`
            INSERT INTO application_key_mappings (application_id, api_key_id)
            SELECT ${application.id}::uuid, unnest(${keyIds}::uuid[]) ON CONFLICT DO NOTHING`),
        );
        return { result: undefined, events };
      }),

    /** Takes a mapping away. @throws HttpError 404 when there is none, 400 when keys of several artifacts are called so. */
    unmapKey: (
      organizationId: string,
      handle: string,
      key: Pick<KeyReference, 'id'> & Partial<KeyReference>,
      actor: string,
    ): Promise<void> =>
      change(organizationId, async (transaction) => {
        const application = await find(transaction, organizationId, handle);
        const found = await transaction.query<{ id: string }>(sql`
          SELECT api_keys.id FROM application_key_mappings AS mapping
          JOIN api_keys ON api_keys.id = mapping.api_key_id JOIN artifacts ON artifacts.id = api_keys.artifact_id
          WHERE mapping.application_id = ${application.id} AND api_keys.handle = ${key.id}
            AND (${key.artifactId ?? null}::text IS NULL OR artifacts.handle = ${key.artifactId ?? null})
            AND (${key.kind ?? null}::text IS NULL OR artifacts.kind = ${key.kind ?? null})`);
        if (found.length > 1) {
          throw apiError(
            'VALIDATION_FAILED',
            `Several API keys of this application are called '${key.id}': name artifactId and kind too.`,
          );
        }
        const [mapped] = found;
        if (!mapped) throw apiError('API_KEY_NOT_FOUND', `Application '${handle}' has no API key '${key.id}'.`);
        const events = await changed(transaction, application, actor, () =>
          transaction.query(sql`
            DELETE FROM application_key_mappings WHERE application_id = ${application.id} AND api_key_id = ${mapped.id}`),
        );
        return { result: undefined, events };
      }),
  };
}

const notFound = (handle: string) => apiError('APPLICATION_NOT_FOUND', `There is no application '${handle}'.`);

/** Returns the UUID of the project that a body refers to, which stays while this transaction runs. */
async function projectOf(source: Queryable, organizationId: string, handle: string | undefined): Promise<string | null> {
  if (handle === undefined) return null;
  const [project] = await source.query<{ id: string }>(
    sql`SELECT id FROM projects WHERE organization_id = ${organizationId} AND handle = ${handle} FOR KEY SHARE`,
  );
  if (!project) {
    throw apiError('PROJECT_REF_NOT_FOUND', `There is no project '${handle}' to refer to.`, [
      { field: 'projectId', message: 'refers to no project' },
    ]);
  }
  return project.id;
}

/** Locks the artifacts of API keys, so that no gateway gets one without hearing of the mapping. Returns the keys' UUIDs. */
async function keysOf(
  transaction: Queryable,
  organizationId: string,
  references: readonly KeyReference[],
  { username, mayManageAll }: KeyUser,
): Promise<string[]> {
  const [kinds, artifacts, handles] = [
    references.map(({ kind }) => kind),
    references.map(({ artifactId }) => artifactId),
    references.map(({ id }) => id),
  ];
  const locked = await transaction.query<{ id: string; kind: Kind; handle: string }>(sql`
    SELECT id, kind, handle FROM artifacts
    WHERE organization_id = ${organizationId} AND (kind, handle) IN (SELECT * FROM unnest(${kinds}::text[], ${artifacts}::text[]))
    ORDER BY id FOR NO KEY UPDATE`);
  const unknown = references.find(
    (reference) => !locked.some((row) => row.kind === reference.kind && row.handle === reference.artifactId),
  );
  if (unknown) throw artifactRefNotFound(unknown.kind, unknown.artifactId);
  const keys = await transaction.query<{ id: string; handle: string; artifact: string; kind: Kind }>(sql`
    SELECT api_keys.id, api_keys.handle, artifacts.handle AS artifact, artifacts.kind
    FROM api_keys JOIN artifacts ON artifacts.id = api_keys.artifact_id
    WHERE artifacts.id = ANY(${locked.map(({ id }) => id)}::uuid[]) AND api_keys.handle = ANY(${handles}::text[])
      AND (${mayManageAll} OR api_keys.created_by = ${username})`);
  return references.map(({ id, artifactId, kind }) => {
    const key = keys.find((row) => row.handle === id && row.artifact === artifactId && row.kind === kind);
    if (key) return key.id;
    throw apiError(
      'API_KEY_REF_NOT_FOUND',
      `'${artifactId}' has no API key '${id}' that you may use; for keys of others the token needs the scope ap:api_key:all:manage.`,
      [{ field: 'apiKeys', message: 'refers to no API key' }],
    );
  });
}
