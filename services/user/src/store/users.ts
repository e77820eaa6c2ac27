import { emailIdentity, type Role, type Status, type User } from '../domain/user.ts'
import { timed } from '../metrics.ts'
import type { Database } from './client.ts'
import type { User as Row } from './prisma/client.ts'

const iso = (time: Date | null): string | null => time?.toISOString() ?? null

// role and status are what the commands wrote, so the casts only name what is known.
function fromRow({ version: _, createdAt, updatedAt, deletedAt, role, status, ...rest }: Row): User {
  return {
    ...rest,
    role: role as Role,
    status: status as Status,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    deletedAt: iso(deletedAt),
  }
}

/** Reads of users, off the path of commands. */
export function userStore(database: Database) {
  const byId = async (userId: string): Promise<User | undefined> => {
    const row = await timed('by_id', () => database.user.findUnique({ where: { userId } }))
    return row ? fromRow(row) : undefined
  }
  return {
    byId,
    async byEmail(email: string): Promise<User | undefined> {
      const owner = await timed('by_email', () => database.identity.findUnique({ where: { identity: emailIdentity(email) } }))
      return owner ? byId(owner.userId) : undefined
    },
    /** The same password, hashed anew. Nothing when the hash has changed meanwhile. */
    async rehashed({ userId, passwordHash: before }: User, passwordHash: string): Promise<void> {
      await database.user.updateMany({ where: { userId, passwordHash: before }, data: { passwordHash, version: { increment: 1 } } })
    },
    /** Of all users who were not deleted, in the order of their ids. @param after the last id seen */
    async ids(after: string | undefined, limit: number): Promise<string[]> {
      const where = { status: { not: 'deleted' satisfies Status }, ...(after !== undefined && { userId: { gt: after } }) }
      const rows = await timed('ids', () =>
        database.user.findMany({ where, select: { userId: true }, orderBy: { userId: 'asc' }, take: limit }),
      )
      return rows.map(({ userId }) => userId)
    },
    /** Ids of those who were suspended or deleted since then, and still are. */
    async notActiveSince(time: Date): Promise<string[]> {
      const where = { status: { in: ['suspended', 'deleted'] satisfies Status[] }, updatedAt: { gt: time } }
      const rows = await timed('not_active', () => database.user.findMany({ where, select: { userId: true } }))
      return rows.map(({ userId }) => userId)
    },
  }
}
export type UserStore = ReturnType<typeof userStore>
