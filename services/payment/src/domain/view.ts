import type { Money, PaymentMethod, PaymentSource } from '@murmuration/contracts'
import type { FailureReason, Known, PaymentStatus, Refund } from './payment.ts'

/** A refund as its owner sees it. */
export interface RefundView {
  refundId: string
  paymentId: string
  orderId: string
  status: Refund['status']
  amount: Money
  cause: Refund['cause']
  requestedAt: string
  endedAt?: string
  detail?: string
  /** When what the provider declined is tried again. */
  retryAt?: string
  /** The refund that tries it again. */
  retriedBy?: string
  returnId?: string
}

/** A payment as its owner sees it. Times are ISO-8601 UTC. */
export interface PaymentView {
  paymentId: string
  orderId: string
  userId: string
  status: PaymentStatus
  reason?: FailureReason
  detail?: string
  amount: Money
  method: PaymentMethod
  source: PaymentSource
  refundedAmount: Money
  refunds: RefundView[]
  capturedAt?: string
  createdAt: string
}

type Owner = Pick<Known, 'paymentId' | 'orderId' | 'currency'>

// Which administrator it was is not for the customer.
export const refundView = (
  { paymentId, orderId, currency }: Owner,
  { amount, requestedBy: _, attempt: __, ...refund }: Refund,
): RefundView => ({
  ...refund,
  paymentId,
  orderId,
  amount: { amount, currency },
})

export function view(payment: Known): PaymentView {
  const { paymentId, orderId, userId, status, amount, currency, method, source, refundedAmount } = payment
  return {
    paymentId,
    orderId,
    userId,
    status,
    ...(payment.reason === null ? {} : { reason: payment.reason }),
    ...(payment.detail === null ? {} : { detail: payment.detail }),
    amount: { amount, currency },
    method,
    source,
    refundedAmount: { amount: refundedAmount, currency },
    refunds: payment.refunds.map((refund) => refundView(payment, refund)),
    ...(payment.capturedAt === null ? {} : { capturedAt: new Date(payment.capturedAt).toISOString() }),
    createdAt: new Date(payment.createdAt).toISOString(),
  }
}
