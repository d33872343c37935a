import { type Database, isForeignKeyViolation, newId, type Prisma, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { findOptions, type Listed, type ListQuery } from '../pagination.js';

export type Project = Prisma.ProjectGetPayload<{ include: { organization: true } }>;
export type Projects = ReturnType<typeof createProjects>;

interface ProjectContent {
  readonly displayName: string;
  readonly description?: string;
}

const include = { organization: true };

/** Creates the access to projects. Every call stays within one organization. */
export function createProjects({ prisma, query }: Pick<Database, 'prisma' | 'query'>) {
  async function get(organizationId: string, handle: string): Promise<Project> {
    const project = await prisma.project.findUnique({ where: { organizationId_handle: { organizationId, handle } }, include });
    if (!project) throw apiError('PROJECT_NOT_FOUND', `There is no project '${handle}'.`);
    return project;
  }

  return {
    /** @throws HttpError 404 when there is none. */
    get,

    async list(organizationId: string, query: ListQuery): Promise<Listed<Project>> {
      const { matching, page } = findOptions(query);
      const where = { organizationId, ...matching };
      const [items, total] = await Promise.all([
        prisma.project.findMany({ where, ...page, include }),
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
          prisma.project.create({
            data: { id: newId(), organizationId, handle, displayName, description: description ?? null },
            include,
          }),
        (handle) => apiError('PROJECT_EXISTS', `There is already a project '${handle}'.`),
      );
    },

    /** @throws HttpError 404 when there is none. */
    async update(organizationId: string, handle: string, { displayName, description }: ProjectContent): Promise<Project> {
      const updated = await query(sql`
        UPDATE projects SET display_name = ${displayName}, description = ${description ?? null}, updated_at = clock_timestamp()
        WHERE organization_id = ${organizationId} AND handle = ${handle} RETURNING id`);
      if (updated.length === 0) throw apiError('PROJECT_NOT_FOUND', `There is no project '${handle}'.`);
      return get(organizationId, handle);
    },

    /** @throws HttpError 404 when there is none, 409 while artifacts belong to it. */
    async remove(organizationId: string, handle: string): Promise<void> {
      try {
        const { count } = await prisma.project.deleteMany({ where: { organizationId, handle } });
        if (count === 0) throw apiError('PROJECT_NOT_FOUND', `There is no project '${handle}'.`);
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error;
        throw apiError('CONFLICT', `Artifacts belong to project '${handle}': delete them or move them to another project first.`);
      }
    },
  };
}
