import { prismaAdapter } from '@murmuration/database'
import type { Reservation } from '../domain/reservation.ts'
import type { Warehouse } from '../domain/warehouse.ts'
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
  /** In the order in which they serve. */
  warehouses(): Promise<Warehouse[]>
  /** What an order's stock was decided to be, and where it lies. */
  reservation(orderId: string): Promise<Pick<Reservation, 'orderId' | 'status' | 'lines' | 'refused' | 'expiresAt'> | undefined>
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
    warehouses: () => prisma.warehouse.findMany({ orderBy: [{ priority: 'asc' }, { warehouse: 'asc' }], omit: { version: true } }),
    async reservation(orderId) {
      const row = await prisma.reservation.findUnique({ where: { orderId } })
      if (row === null) return undefined
      const { status, lines, refused, expiresAt } = row as typeof row & Pick<Reservation, 'status' | 'lines' | 'refused'>
      return { orderId, status, lines, refused, expiresAt: expiresAt?.toISOString() ?? null }
    },
    close: () => prisma.$disconnect(),
  }
}
