import { after } from '@murmuration/choreography'
import { PaymentCaptured, PaymentRefundRequested } from '@murmuration/contracts'
import { refundRetry } from '../domain/refund-retry.ts'
import { payments } from '../store/tables.ts'

export const afterRefundRetry = after('refund-retry', {
  emits: [PaymentRefundRequested],
  undoes: [PaymentCaptured],
  arms: ['refund-retry'],
  span: 'payment.refund',
  reads: ({ sagaId }) => ({ payment: payments.one(sagaId) }),
  decide: (_fired, { payment }, facts) => refundRetry(payment, facts),
})
