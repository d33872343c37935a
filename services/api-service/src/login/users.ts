import { type Database, newId } from '@gatecast/database';
import { hashPassword, passwordFits } from './passwords.js';

export interface User {
  readonly id: string;
  readonly username: string;
  readonly memberships: readonly {
    readonly scopes: readonly string[];
    readonly organization: { readonly id: string; readonly handle: string; readonly displayName: string };
  }[];
}

export type Users = ReturnType<typeof createUsers>;

/** Creates the access to users. */
export function createUsers({ prisma }: Pick<Database, 'prisma'>) {
  return {
    /** Returns the user whose name and password these are, or undefined; both take the same time. */
    async signIn(username: string, password: string): Promise<User | undefined> {
      const user = await prisma.user.findUnique({
        where: { username },
        include: { memberships: { include: { organization: true }, orderBy: { createdAt: 'asc' } } },
      });
      return (await passwordFits(password, user?.passwordHash)) && user ? user : undefined;
    },

    /** Makes sure that a user with this name and password exists. Returns its id. */
    async ensure(username: string, password: string): Promise<string> {
      const known = await prisma.user.findUnique({ where: { username } });
      if (known && (await passwordFits(password, known.passwordHash))) return known.id;
      const passwordHash = await hashPassword(password);
      // Replicas start at once: the second one finds what the first one made.
      const { id } = await prisma.user.upsert({
        where: { username },
        create: { id: newId(), username, passwordHash },
        update: { passwordHash },
      });
      return id;
    },
  };
}
