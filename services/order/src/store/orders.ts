import { prismaAdapter } from '@murmuration/database'
import type { Order } from '../domain/order.ts'
import type { Place } from '../inputs.ts'
import { type Order as OrderRow, PrismaClient } from './prisma/client.ts'

/** Reads of orders for the routes; reactions and commands alone write them. */
export interface Orders {
  byId(orderId: string): Promise<Order | undefined>
  /** A user's own, newest first, from the place on. */
  ofUser(userId: string, options: { limit: number; after?: Place | undefined }): Promise<Order[]>
  /** Those with a return that waits for an administrator, oldest first. */
  withRequestedReturns(limit: number): Promise<Order[]>
  close(): Promise<void>
}

export function openOrders(databaseUrl: string): Orders {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 4 }) })
  return {
    async byId(orderId) {
      const row = await prisma.order.findUnique({ where: { orderId } })
      return row === null ? undefined : orderOf(row)
    },
    async ofUser(userId, { limit, after }) {
      const older = after && { OR: [{ placedAt: { lt: after.placedAt } }, { placedAt: after.placedAt, orderId: { lt: after.orderId } }] }
      const rows = await prisma.order.findMany({
        where: { userId, ...older },
        orderBy: [{ placedAt: 'desc' }, { orderId: 'desc' }],
        take: limit,
      })
      return rows.map(orderOf)
    },
    async withRequestedReturns(limit) {
      // Word for word the condition of the index orders_return_requested: there are few among millions.
      const found = await prisma.$queryRaw<{ orderId: string }[]>`
        SELECT "orderId" FROM orders WHERE returns @? '$[*] ? (@.status == "requested")' ORDER BY "orderId" LIMIT ${limit}`
      const rows = await prisma.order.findMany({
        where: { orderId: { in: found.map(({ orderId }) => orderId) } },
        orderBy: { orderId: 'asc' },
      })
      return rows.map(orderOf)
    },
    close: () => prisma.$disconnect(),
  }
}

// Only decisions write these rows, so what is in them is an Order.
const orderOf = ({ amount, placedAt, updatedAt, version: _, ...row }: OrderRow): Order =>
  ({ ...row, amount: Number(amount), placedAt: placedAt.toISOString(), updatedAt: updatedAt.toISOString() }) as unknown as Order
