import { prismaAdapter } from '@murmuration/database'
import { PrismaClient } from './prisma/client.ts'

const timeOf = (time: Date | null): string | null => time?.toISOString() ?? null

/** What the provider was asked to do, or may be, for people and webhooks. */
export function openRequests(databaseUrl: string) {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 3 }) })
  return {
    async captureOf(paymentId: string) {
      const found = await prisma.capture.findUnique({ where: { paymentId }, omit: { version: true } })
      if (found === null) return undefined
      const { amount, currency, refunded, requestedAt, settledAt, ...rest } = found
      return {
        ...rest,
        amount: { amount: Number(amount), currency },
        refunded: { amount: Number(refunded), currency },
        requestedAt: timeOf(requestedAt),
        settledAt: timeOf(settledAt),
      }
    },
    async refundOf(refundId: string) {
      const found = await prisma.refund.findUnique({ where: { refundId }, select: { paymentId: true, orderId: true } })
      return found ?? undefined
    },
    /** Of a payment, oldest first. */
    async refundsOf(paymentId: string) {
      const found = await prisma.refund.findMany({
        where: { paymentId },
        orderBy: [{ requestedAt: 'asc' }, { refundId: 'asc' }],
        omit: { version: true },
      })
      return found.map(({ paymentId: _, orderId: __, amount, currency, requestedAt, settledAt, ...rest }) => ({
        ...rest,
        amount: { amount: Number(amount), currency },
        requestedAt: timeOf(requestedAt),
        settledAt: timeOf(settledAt),
      }))
    },
    close: () => prisma.$disconnect(),
  }
}

export type Requests = ReturnType<typeof openRequests>
