import { on } from '@murmuration/choreography'
import { PaymentAuthorized, PaymentRiskCleared } from '@murmuration/contracts'
import { riskCleared } from '../domain/authorisation.ts'
import { payments } from '../store/tables.ts'

export const onPaymentRiskCleared = on(PaymentRiskCleared, {
  emits: [PaymentAuthorized],
  span: 'payment.risk_check',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, { now }) => riskCleared(payment, data, now),
})
