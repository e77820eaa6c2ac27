import { after } from '@murmuration/choreography'
import { PaymentAuthorized } from '@murmuration/contracts'
import { riskDeadline } from '../domain/authorisation.ts'
import { payments } from '../store/tables.ts'

export const afterRiskDeadline = after('risk-deadline', {
  emits: [PaymentAuthorized],
  arms: ['payment-deadline'],
  span: 'payment.risk_check',
  reads: ({ sagaId }) => ({ payment: payments.one(sagaId) }),
  decide: (_fired, { payment }, { now }) => riskDeadline(payment, now),
})
