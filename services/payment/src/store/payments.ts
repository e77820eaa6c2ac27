import { prismaAdapter } from '@murmuration/database'
import type { Known } from '../domain/payment.ts'
import { type RefundView, refundView } from '../domain/view.ts'
import { type Payment as PaymentRow, PrismaClient } from './prisma/client.ts'

/** Reads of payments for the routes; reactions and commands alone write them. */
export interface Payments {
  /** By its own id or by its order's; undefined also as long as its order is not known. */
  find(id: string): Promise<Known | undefined>
  ofOrder(orderId: string): Promise<Known | undefined>
  /** Refunds that the provider declined each time and that nobody has had tried again since, of the oldest payments. */
  failedRefunds(limit: number): Promise<RefundView[]>
  close(): Promise<void>
}

export function openPayments(databaseUrl: string): Payments {
  const prisma = new PrismaClient({ adapter: prismaAdapter(databaseUrl, { max: 4 }) })
  return {
    find: async (id) => paymentOf(await prisma.payment.findFirst({ where: { OR: [{ orderId: id }, { paymentId: id }] } })),
    ofOrder: async (orderId) => paymentOf(await prisma.payment.findUnique({ where: { orderId } })),
    async failedRefunds(limit) {
      // Word for word the condition of the index payments_refund_failed: there are few among millions.
      const found = await prisma.$queryRaw<Pick<PaymentRow, 'orderId' | 'paymentId' | 'currency' | 'refunds'>[]>`
        SELECT "orderId", "paymentId", currency, refunds FROM payments
        WHERE refunds @? '$[*] ? (@.status == "failed" && !exists(@.retriedBy))' ORDER BY "orderId" LIMIT ${limit}`
      const known = found as unknown as Pick<Known, 'orderId' | 'paymentId' | 'currency' | 'refunds'>[]
      return known.flatMap((payment) =>
        payment.refunds
          .filter(({ status, retriedBy }) => status === 'failed' && retriedBy === undefined)
          .map((refund) => refundView(payment, refund)),
      )
    },
    close: () => prisma.$disconnect(),
  }
}

function paymentOf(row: PaymentRow | null): Known | undefined {
  if (row === null || row.userId === null) return undefined
  const { amount, refundedAmount, capturedAt, createdAt, updatedAt, version: _, ...rest } = row
  const money = { amount: Number(amount), refundedAmount: Number(refundedAmount) }
  const times = { capturedAt: capturedAt?.toISOString() ?? null, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() }
  // Only decisions write these rows, so what is in them is a payment.
  return { ...rest, ...money, ...times } as unknown as Known
}
