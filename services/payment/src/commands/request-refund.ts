import { command, once } from '@murmuration/choreography'
import { PaymentCaptured, PaymentRefundRequested } from '@murmuration/contracts'
import { type RefundWish, requestRefund } from '../domain/refund.ts'
import { payments } from '../store/tables.ts'

export const refund = once(
  command<RefundWish>()('RequestRefund', {
    saga: ({ orderId }) => orderId,
    emits: [PaymentRefundRequested],
    undoes: [PaymentCaptured],
    span: 'payment.refund',
    reads: ({ orderId }) => ({ payment: payments.one(orderId) }),
    decide: (wish, { payment }, { now }) => requestRefund(payment, wish, now),
  }),
)
