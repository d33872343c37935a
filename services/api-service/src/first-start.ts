import { databaseProblem } from '@gatecast/database';
import type { Users } from './login/users.js';
import type { Organizations } from './organizations/organizations.js';

export interface FirstStart {
  readonly organizations: Pick<Organizations, 'ensure'>;
  readonly users: Pick<Users, 'ensure'>;
}

/**
 * Makes sure that there is an organization and a user that may do everything in it: without them nobody could ever sign in.
 * @throws DatabaseNotUsableError when a later attempt may succeed, Error with one clear sentence when the database refuses.
 */
export async function ensureFirstUser(
  { organizations, users }: FirstStart,
  first: { readonly organization: string; readonly username: string; readonly password: string },
): Promise<void> {
  try {
    await organizations.ensure(first.organization, await users.ensure(first.username, first.password));
  } catch (error) {
    throw databaseProblem(error);
  }
}
