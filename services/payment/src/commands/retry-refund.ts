import { command, once } from '@murmuration/choreography'
import { PaymentCaptured, PaymentRefundRequested } from '@murmuration/contracts'
import { type RetryWish, retryRefund } from '../domain/refund.ts'
import { payments } from '../store/tables.ts'

/** For administrators: the route sees to that. */
export const retry = once(
  command<RetryWish>()('RetryRefund', {
    saga: ({ orderId }) => orderId,
    emits: [PaymentRefundRequested],
    undoes: [PaymentCaptured],
    span: 'payment.refund',
    reads: ({ orderId }) => ({ payment: payments.one(orderId) }),
    decide: (wish, { payment }, { now }) => retryRefund(payment, wish, now),
  }),
)
