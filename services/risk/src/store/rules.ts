import { prismaAdapter } from '@murmuration/database'
import type { RuleRow } from '../domain/rules.ts'
import { PrismaClient } from './prisma/client.ts'

/** Rules as administrators changed them, by name. */
export function openRules(databaseUrl: string) {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 2 }) })
  return {
    async changed(): Promise<ReadonlyMap<string, RuleRow>> {
      const rows = await prisma.rule.findMany({ omit: { version: true } })
      return new Map(rows.map(({ changedAt, ...row }) => [row.name, { ...row, changedAt: changedAt.toISOString() } as unknown as RuleRow]))
    },
    close: () => prisma.$disconnect(),
  }
}
export type StoredRules = ReturnType<typeof openRules>
