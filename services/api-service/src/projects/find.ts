import { type Queryable, sql } from '@gatecast/database';
import { apiError } from '../errors.js';

/** Returns the error for a project that the organization does not have. */
export const projectNotFound = (handle: string) => apiError('PROJECT_NOT_FOUND', `There is no project '${handle}'.`);

/** Returns the UUID of the project with an id. @throws HttpError 404 when there is none in the organization. */
export async function findProject(source: Queryable, organizationId: string, handle: string): Promise<string> {
  const [project] = await source.query<{ id: string }>(sql`
    SELECT id FROM projects WHERE organization_id = ${organizationId} AND handle = ${handle}`);
  if (!project) throw projectNotFound(handle);
  return project.id;
}
