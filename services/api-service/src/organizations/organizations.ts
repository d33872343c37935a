import { type Database, newId, type Prisma, sql } from '@gatecast/database';
import { apiError } from '../errors.js';
import { createUnderHandle } from '../handle.js';
import { findOptions, type Listed, type ListQuery } from '../pagination.js';
import { fullScopes } from '../scopes.js';

export type Organization = Prisma.OrganizationGetPayload<object>;
export type Organizations = ReturnType<typeof createOrganizations>;

/** Creates the access to organizations. A user sees those that it is a member of. */
export function createOrganizations({ prisma, transaction }: Pick<Database, 'prisma' | 'transaction'>) {
  /** A new organization has a head from the beginning, so that its first event finds one to move. */
  const make = (handle: string, displayName: string, region: string | null, userId: string): Promise<Organization> =>
    transaction(async ({ query }) => {
      const id = newId();
      const [organization] = await query<Organization>(sql`
        INSERT INTO organizations (id, handle, display_name, region) VALUES (${id}, ${handle}, ${displayName}, ${region})
        RETURNING id, handle, display_name AS "displayName", region, created_at AS "createdAt", updated_at AS "updatedAt"`);
      await query(sql`INSERT INTO organization_heads (organization_id) VALUES (${id})`);
      await query(sql`
        INSERT INTO memberships (user_id, organization_id, scopes) VALUES (${userId}, ${id}, ${[...fullScopes]})`);
      return organization as Organization;
    });

  return {
    async list(userId: string, query: ListQuery): Promise<Listed<Organization>> {
      const where = { memberships: { some: { userId } } };
      const [items, total] = await Promise.all([
        prisma.organization.findMany({ where, ...findOptions(query).page }),
        prisma.organization.count({ where }),
      ]);
      return { items, total };
    },

    /** @throws HttpError 404 when there is none, or none that the user is a member of. */
    async get(userId: string, handle: string): Promise<Organization> {
      const organization = await prisma.organization.findFirst({ where: { handle, memberships: { some: { userId } } } });
      if (!organization) throw apiError('ORGANIZATION_NOT_FOUND', `There is no organization '${handle}'.`);
      return organization;
    },

    /** Makes an organization whose first member, with every scope, is the user. @throws HttpError 409 when the id is taken. */
    async create(userId: string, wanted: { id?: string; displayName: string; region?: string }): Promise<Organization> {
      return createUnderHandle(
        wanted,
        (handle) => make(handle, wanted.displayName, wanted.region ?? null, userId),
        (handle) => apiError('ORGANIZATION_EXISTS', `There is already an organization '${handle}'.`),
      );
    },

    /** Makes sure that an organization exists and that the user has every scope in it. */
    async ensure(handle: string, userId: string): Promise<void> {
      const known = await prisma.organization.findUnique({ where: { handle }, select: { id: true } });
      const { id: organizationId } = known ?? (await createOrFind(handle, userId));
      await prisma.membership.upsert({
        where: { userId_organizationId: { userId, organizationId } },
        create: { userId, organizationId, scopes: [...fullScopes] },
        update: { scopes: [...fullScopes] },
      });
    },
  };

  /** Replicas start at once: who comes second finds what the first one made. */
  async function createOrFind(handle: string, userId: string): Promise<{ id: string }> {
    try {
      return await make(handle, handle, null, userId);
    } catch (error) {
      const made = await prisma.organization.findUnique({ where: { handle }, select: { id: true } });
      if (!made) throw error;
      return made;
    }
  }
}
