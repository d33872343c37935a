import { type Kind, kindTraits } from '@gatecast/contracts';
import {
  type Database,
  isForeignKeyViolation,
  isUniqueViolation,
  newId,
  type Prisma,
  type Queryable,
  sql,
} from '@gatecast/database';
import type { HttpError } from '@gatecast/service-kit';
import { apiError, type ErrorCode } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { findOptions, type Listed, type ListQuery } from '../pagination.js';
import { findProject } from '../projects/find.js';
import { artifactNotFound } from './reference.js';

const summary = {
  id: true,
  kind: true,
  handle: true,
  displayName: true,
  version: true,
  description: true,
  createdBy: true,
  createdAt: true,
  updatedAt: true,
  project: { select: { handle: true } },
} as const satisfies Prisma.ArtifactSelect;

/** An artifact without its definition, which may be large. */
export type ArtifactSummary = Prisma.ArtifactGetPayload<{ select: typeof summary }>;
export type Artifact = ArtifactSummary & { readonly definition: Readonly<Record<string, unknown>> };

export interface ArtifactContentInput {
  readonly displayName: string;
  readonly version: string;
  readonly description?: string | undefined;
  /** The project's handle. */
  readonly projectId?: string | undefined;
  readonly definition: Record<string, unknown>;
  /** LLM providers that must exist, by handle. */
  readonly providers: readonly string[];
}

export type Artifacts = ReturnType<typeof createArtifacts>;

/** Creates the access to artifacts of all kinds. Every call stays within one organization. */
export function createArtifacts({ prisma, query, transaction }: Pick<Database, 'prisma' | 'query' | 'transaction'>) {
  const get = (organizationId: string, kind: Kind, handle: string) => find({ query }, organizationId, kind, handle);

  /** Returns a project's UUID. A reference in a body that leads nowhere is the body's mistake. */
  async function projectOf(organizationId: string, handle: string | undefined): Promise<string | null> {
    if (handle === undefined) return null;
    const [project] = await query<{ id: string }>(
      sql`SELECT id FROM projects WHERE organization_id = ${organizationId} AND handle = ${handle}`,
    );
    if (!project) throw projectRefNotFound(handle);
    return project.id;
  }

  async function requireProviders(organizationId: string, handles: readonly string[]): Promise<void> {
    if (handles.length === 0) return;
    const found = await query<{ handle: string }>(sql`
      SELECT handle FROM artifacts
      WHERE organization_id = ${organizationId} AND kind = ${'LlmProvider' satisfies Kind} AND handle = ANY(${handles}::text[])`);
    const missing = handles.find((handle) => !found.some((provider) => provider.handle === handle));
    if (missing !== undefined) throw apiError('LLM_PROVIDER_REF_NOT_FOUND', `There is no LLM provider '${missing}' to refer to.`);
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get,

    /** @throws HttpError 404 when the project that is asked for does not exist. */
    async list(
      organizationId: string,
      kind: Kind,
      wanted: ListQuery & {
        readonly projectId?: string;
        /** An LLM provider's handle: only proxies that use it. */
        readonly provider?: string;
      },
    ): Promise<Listed<ArtifactSummary>> {
      const { matching, page } = findOptions(wanted);
      const where = {
        organizationId,
        kind,
        ...matching,
        ...(wanted.projectId !== undefined && { project: { handle: wanted.projectId } }),
        ...(wanted.provider !== undefined && {
          OR: [
            { definition: { path: ['provider', 'id'], equals: wanted.provider } },
            { definition: { path: ['additionalProviders'], array_contains: [{ id: wanted.provider }] } },
          ],
        }),
      };
      if (wanted.projectId !== undefined) await findProject({ query }, organizationId, wanted.projectId);
      const [items, total] = await Promise.all([
        prisma.artifact.findMany({ where, ...page, select: summary }),
        prisma.artifact.count({ where }),
      ]);
      return { items, total };
    },

    /** @throws HttpError 409 when its id, or its name in this version, is taken; 400 when it refers to what does not exist. */
    async create(
      organizationId: string,
      kind: Kind,
      createdBy: string,
      content: ArtifactContentInput & { readonly id?: string | undefined },
    ): Promise<Artifact> {
      const { id, displayName, version, description = null, definition } = content;
      const projectId = await projectOf(organizationId, content.projectId);
      await requireProviders(organizationId, content.providers);
      return naming(kind, content, () =>
        createUnderHandle(
          { displayName, ...(id !== undefined && { id }) },
          (handle) =>
            transaction(async (inside) => {
              await inside.query(sql`
                INSERT INTO artifacts (id, organization_id, kind, handle, display_name, version, description, project_id, definition, created_by)
                VALUES (${newId()}, ${organizationId}, ${kind}, ${handle}, ${displayName}, ${version}, ${description}, ${projectId},
                  ${JSON.stringify(definition)}, ${createdBy})`);
              return find(inside, organizationId, kind, handle);
            }),
          (handle) => exists(kind, `'${handle}'`),
        ),
      );
    },

    /** Changes the artifact; gateways hear of it by its next deployment only (gateway protocol 1.5). @throws HttpError as create, and 404. */
    async update(organizationId: string, kind: Kind, handle: string, content: ArtifactContentInput): Promise<Artifact> {
      const { displayName, version, description = null, definition } = content;
      await get(organizationId, kind, handle);
      const projectId = await projectOf(organizationId, content.projectId);
      await requireProviders(organizationId, content.providers);
      await naming(kind, content, () =>
        query(sql`
          UPDATE artifacts SET display_name = ${displayName}, version = ${version}, description = ${description},
            project_id = ${projectId}, definition = ${JSON.stringify(definition)}, updated_at = clock_timestamp()
          WHERE organization_id = ${organizationId} AND kind = ${kind} AND handle = ${handle}`),
      );
      return get(organizationId, kind, handle);
    },
  };
}

async function find(source: Queryable, organizationId: string, kind: Kind, handle: string): Promise<Artifact> {
  const [artifact] = await source.query<Artifact>(sql`
    SELECT artifacts.id, artifacts.kind, artifacts.handle, artifacts.display_name AS "displayName", artifacts.version,
      artifacts.description, artifacts.definition, artifacts.created_by AS "createdBy", artifacts.created_at AS "createdAt",
      artifacts.updated_at AS "updatedAt",
      CASE WHEN projects.id IS NOT NULL THEN json_build_object('handle', projects.handle) END AS project
    FROM artifacts LEFT JOIN projects ON projects.id = artifacts.project_id
    WHERE artifacts.organization_id = ${organizationId} AND artifacts.kind = ${kind} AND artifacts.handle = ${handle}`);
  if (!artifact) throw artifactNotFound(kind, handle);
  return artifact;
}

/** Turns what the database says about names and references into the errors of the API. */
async function naming<T>(
  kind: Kind,
  { displayName, version, projectId }: ArtifactContentInput,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isUniqueViolation(error, 'display_name')) throw exists(kind, `named '${displayName}' in version ${version}`);
    if (isForeignKeyViolation(error, 'project')) throw projectRefNotFound(projectId ?? '');
    throw error;
  }
}

function exists(kind: Kind, which: string): HttpError {
  const { errorPrefix, title } = kindTraits(kind);
  return apiError(`${errorPrefix}_EXISTS` as ErrorCode, `There is already a ${title} ${which}.`);
}

function projectRefNotFound(handle: string): HttpError {
  return apiError('PROJECT_REF_NOT_FOUND', `There is no project '${handle}' to refer to.`, [
    { field: 'projectId', message: 'refers to no project' },
  ]);
}
