import { prismaAdapter } from '@murmuration/database'
import { defaultWishes, type Wishes } from '../domain/preference.ts'
import { PrismaClient } from './prisma/client.ts'

/** What users have said about how they want to be told. */
export function openWishes(databaseUrl: string) {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 2 }) })
  return {
    async of(userId: string): Promise<Wishes> {
      const found = await prisma.preference.findUnique({ where: { userId }, select: { email: true, muted: true } })
      return found === null ? defaultWishes : (found as unknown as Wishes)
    },
    close: () => prisma.$disconnect(),
  }
}
export type StoredWishes = ReturnType<typeof openWishes>
