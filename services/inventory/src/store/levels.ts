import { prismaAdapter } from '@murmuration/database'
import { PrismaClient } from './prisma/client.ts'

/** Pieces of something: available + reserved = total. */
export interface Pieces {
  readonly available: number
  readonly reserved: number
  readonly total: number
}

/** Stock of a sku, in all warehouses and in each. */
export interface Level extends Pieces {
  readonly sku: string
  readonly warehouses: readonly (Pieces & { readonly warehouse: string })[]
}

export interface Levels {
  /** Levels of the skus that have any stock row, sorted by sku. */
  of(skus: readonly string[]): Promise<Level[]>
  /** Sums by warehouse. */
  byWarehouse(): Promise<(Pieces & { readonly warehouse: string })[]>
  close(): Promise<void>
}

const pieces = { available: true, reserved: true, total: true } as const
const sum = (of: readonly Pieces[], what: keyof Pieces): number => of.reduce((all, each) => all + each[what], 0)

export function openLevels(databaseUrl: string): Levels {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 3 }) })
  return {
    async of(skus) {
      const rows = await prisma.stock.findMany({
        where: { sku: { in: [...skus] } },
        orderBy: [{ sku: 'asc' }, { warehouse: 'asc' }],
        select: { sku: true, warehouse: true, ...pieces },
      })
      const bySku = Map.groupBy(rows, ({ sku }) => sku)
      return [...bySku].map(([sku, some]) => ({
        sku,
        available: sum(some, 'available'),
        reserved: sum(some, 'reserved'),
        total: sum(some, 'total'),
        warehouses: some.map(({ sku: _, ...rest }) => rest),
      }))
    },
    async byWarehouse() {
      const rows = await prisma.stock.groupBy({ by: ['warehouse'], _sum: pieces })
      return rows.map(({ warehouse, _sum }) => ({
        warehouse,
        available: _sum.available ?? 0,
        reserved: _sum.reserved ?? 0,
        total: _sum.total ?? 0,
      }))
    },
    close: () => prisma.$disconnect(),
  }
}
