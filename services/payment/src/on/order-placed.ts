import { on } from '@murmuration/choreography'
import { OrderPlaced, PaymentFailed, PaymentInitiated } from '@murmuration/contracts'
import { orderPlaced } from '../domain/initiation.ts'
import { payments } from '../store/tables.ts'

export const onOrderPlaced = on(OrderPlaced, {
  emits: [PaymentInitiated, PaymentFailed],
  arms: ['risk-deadline'],
  span: 'payment.process',
  reads: ({ data }) => ({ payment: payments.one(data.orderId) }),
  decide: ({ data }, { payment }, facts) => orderPlaced(payment, data, facts),
})
