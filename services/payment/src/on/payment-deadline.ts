import { after } from '@murmuration/choreography'
import { PaymentFailed, PaymentInitiated } from '@murmuration/contracts'
import { paymentDeadline } from '../domain/authorisation.ts'
import { payments } from '../store/tables.ts'

export const afterPaymentDeadline = after('payment-deadline', {
  emits: [PaymentFailed],
  undoes: [PaymentInitiated],
  span: 'payment.risk_check',
  reads: ({ sagaId }) => ({ payment: payments.one(sagaId) }),
  decide: (_fired, { payment }, { now }) => paymentDeadline(payment, now),
})
