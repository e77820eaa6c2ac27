import { on } from '@murmuration/choreography'
import { PaymentFailed, PaymentInitiated, PaymentRiskRejected } from '@murmuration/contracts'
import { riskRejected } from '../domain/authorisation.ts'
import { payments } from '../store/tables.ts'

export const onPaymentRiskRejected = on(PaymentRiskRejected, {
  emits: [PaymentFailed],
  undoes: [PaymentInitiated],
  span: 'payment.risk_check',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, { now }) => riskRejected(payment, data, now),
})
