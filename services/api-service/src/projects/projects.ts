import { type Database, isForeignKeyViolation, newId, type Prisma, type Queryable, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { findOptions, type Listed, type ListQuery } from '../pagination.js';
import { projectNotFound } from './find.js';

const select = {
  handle: true,
  displayName: true,
  description: true,
  createdAt: true,
  updatedAt: true,
  organization: { select: { handle: true } },
} as const satisfies Prisma.ProjectSelect;

export type Project = Prisma.ProjectGetPayload<{ select: typeof select }>;
export type Projects = ReturnType<typeof createProjects>;

interface ProjectContent {
  readonly displayName: string;
  readonly description?: string;
}

/** Creates the access to projects. Every call stays within one organization. */
export function createProjects({ prisma, query, transaction }: Pick<Database, 'prisma' | 'query' | 'transaction'>) {
  const get = (organizationId: string, handle: string) => find({ query }, organizationId, handle);

  return {
    /** @throws HttpError 404 when there is none. */
    get,

    async list(organizationId: string, query: ListQuery): Promise<Listed<Project>> {
      const { matching, page } = findOptions(query);
      const where = { organizationId, ...matching };
      const [items, total] = await Promise.all([
        prisma.project.findMany({ where, ...page, select }),
        prisma.project.count({ where }),
      ]);
      return { items, total };
    },

    /** @throws HttpError 409 when the id is taken. */
    async create(organizationId: string, wanted: ProjectContent & { readonly id?: string }): Promise<Project> {
      const { displayName, description } = wanted;
      return createUnderHandle(
        wanted,
        (handle) =>
          transaction(async (inside) => {
            await inside.query(sql`
              INSERT INTO projects (id, organization_id, handle, display_name, description)
              VALUES (${newId()}, ${organizationId}, ${handle}, ${displayName}, ${description ?? null})`);
            return find(inside, organizationId, handle);
          }),
        (handle) => apiError('PROJECT_EXISTS', `There is already a project '${handle}'.`),
      );
    },

    /** @throws HttpError 404 when there is none. */
    async update(organizationId: string, handle: string, { displayName, description }: ProjectContent): Promise<Project> {
      const updated = await query(sql`
        UPDATE projects SET display_name = ${displayName}, description = ${description ?? null}, updated_at = clock_timestamp()
        WHERE organization_id = ${organizationId} AND handle = ${handle} RETURNING id`);
      if (updated.length === 0) throw projectNotFound(handle);
      return get(organizationId, handle);
    },

    /** @throws HttpError 404 when there is none, 409 while artifacts or applications belong to it. */
    async remove(organizationId: string, handle: string): Promise<void> {
      try {
        const deleted = await query(
          sql`DELETE FROM projects WHERE organization_id = ${organizationId} AND handle = ${handle} RETURNING id`,
        );
        if (deleted.length === 0) throw projectNotFound(handle);
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error;
        throw apiError(
          'CONFLICT',
          `Artifacts or applications belong to project '${handle}': delete them or move them to another project first.`,
        );
      }
    },
  };
}

async function find(source: Queryable, organizationId: string, handle: string): Promise<Project> {
  const [project] = await source.query<Project>(sql`
    SELECT projects.handle, projects.display_name AS "displayName", projects.description, projects.created_at AS "createdAt",
      projects.updated_at AS "updatedAt", json_build_object('handle', organizations.handle) AS organization
    FROM projects JOIN organizations ON organizations.id = projects.organization_id
    WHERE projects.organization_id = ${organizationId} AND projects.handle = ${handle}`);
  if (!project) throw projectNotFound(handle);
  return project;
}
